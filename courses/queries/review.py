"""What a curator looks at: a version field by field, beside what is published now."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from courses.choices import VersionState
from courses.models import CourseVersion, Module, Review, Unit
from courses.queries import skill
from learners import formats

ONE_BY_ONE = (
    "title_vi",
    "title_en",
    "summary_vi",
    "summary_en",
    "outcomes_vi",
    "outcomes_en",
    "audience_vi",
    "audience_en",
    "requirements_vi",
    "requirements_en",
    "format",
    "kind_of_credit",
    "field",
    "level",
    "notional_minutes",
    "credit_hundredths",
    "languages",
    "cost_vnd",
    "accessibility",
    "tags",
    "licence",
    "external_url",
)
# Columns that say in which unit they are kept, or nothing a curator would say.
LABELS = {
    "notional_minutes": _("Hours of study"),
    "credit_hundredths": _("Credit"),
    "cost_vnd": _("Cost"),
    "tags": _("Tags"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing a version says, and what the published version says of it."""

    label: str
    proposed: str
    published: str
    is_changed: bool


def waiting() -> int:
    """Return how many versions wait for a curator's answer."""
    return CourseVersion.objects.filter(state=VersionState.SUBMITTED).count()


def for_review(version_id: int) -> CourseVersion | None:
    """Return a version with all a decision needs: content, rule, modules with units, reviews, runs."""
    reviews = Review.objects.select_related("reviewer").order_by("decided_at")
    return (
        CourseVersion.objects.select_related(
            "course__provider__place__parent", "field", "completion_rule", "submitted_by", "created_by"
        )
        .prefetch_related(
            skill.taught(),
            "modules__units",
            "runs__class_sessions",
            "runs__place",
            "runs__instructors",
            Prefetch("reviews", reviews),
        )
        .filter(pk=version_id)
        .first()
    )


def published_before(version: CourseVersion) -> CourseVersion | None:
    """Return the course's published version when it is another one, with what a comparison needs."""
    return (
        CourseVersion.objects.select_related("field", "completion_rule")
        .prefetch_related(skill.taught(), "modules__units")
        .filter(course=version.course_id, state=VersionState.PUBLISHED)
        .exclude(pk=version.pk)
        .first()
    )


def lines(version: CourseVersion, published: CourseVersion | None) -> list[Line]:
    """Return what the version says beside what is published; without a published version nothing counts as changed."""
    said = []
    for name in ONE_BY_ONE:
        proposed, before = _text(version, name), _text(published, name) if published else ""
        field = CourseVersion._meta.get_field(name)
        label = str(LABELS.get(name) or field.verbose_name)  # type: ignore[union-attr]  # none is a relation to it
        said.append(
            Line(label=label, proposed=proposed, published=before, is_changed=bool(published) and proposed != before)
        )
    proposed, before = _skills(version), _skills(published) if published else ""
    changed = bool(published) and proposed != before
    return [*said, Line(label=str(_("Skills")), proposed=proposed, published=before, is_changed=changed)]


def rule_and_contents(version: CourseVersion) -> list[str]:
    """Return modules and units as lines to compare: all they say but the texts of the units."""
    contents = []
    for module in version.modules.all():
        contents.append(f"{_headline(module)} ({module.get_mode_display()}, {formats.duration(module.minutes)})")
        for unit in module.units.all():
            contents.append(f"  {_headline(unit)} ({formats.duration(unit.minutes)})")
            contents += [f"     {summary}" for summary in (unit.summary_vi, unit.summary_en) if summary]
    return contents


def _headline(part: Module | Unit) -> str:
    titles = [title for title in (part.title_vi, part.title_en) if title]
    return f"{part.position}. {' / '.join(titles)}"


def _skills(version: CourseVersion) -> str:
    return "\n".join(
        f"{each.skill.name} ({_('Line %(number)s') % {'number': each.outcome}})" if each.outcome else each.skill.name
        for each in version.taught_skills.all()
    )


def _text(version: CourseVersion, name: str) -> str:
    value = getattr(version, name)
    field = version._meta.get_field(name)
    if name == "notional_minutes":
        return formats.duration(value) if value else ""
    if name == "credit_hundredths":
        return formats.credits(value) if value else ""
    if name == "cost_vnd":
        return formats.dong(value) if value is not None else ""
    if isinstance(value, list):
        choices = dict(getattr(field.base_field, "flatchoices", ()))  # type: ignore[union-attr] # an ArrayField
        return "\n".join(str(choices.get(each, each)) for each in value)
    if choices := dict(getattr(field, "flatchoices", ())):
        return str(choices.get(value, value or ""))
    return str(value) if value is not None else ""
