"""What one version of a course says otherwise than another."""

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from courses.choices import VersionState
from courses.models import CourseVersion, Unit
from courses.queries import review, skill

WITHOUT_ORDER = frozenset({"languages", "accessibility", "tags"})  # the same in whichever order they are ticked


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is said otherwise; of lists and long texts only the lines that differ."""

    label: str
    before: str  # empty: nothing was said, or the same lines in another order
    after: str


def is_as_published(version: CourseVersion) -> bool:
    """Return whether the version says, to the letter, what is published of its course; false while nothing is."""
    return version.number > 1 and review.published_before(version) is not None and not from_published(version)


def from_published(version: CourseVersion) -> list[Change]:
    """Return what a version in work changes of what is published; nothing of a first version."""
    if version.number == 1 or version.published_at is not None:
        return []
    published, drafted = review.published_before(version), with_all_it_says(version.course_id, version.number)
    return changes(drafted, published, with_texts=True) if published and drafted else []


def with_all_it_says(course_id: int, number: int) -> CourseVersion | None:
    """Return a version of a course loaded to be compared; four queries."""
    return (
        CourseVersion.objects.select_related("field", "completion_rule")
        .prefetch_related(skill.taught(), "modules__units")
        .filter(course=course_id, number=number)
        .first()
    )


def version_before(version: CourseVersion) -> CourseVersion | None:
    """Return the version that was published before this one, loaded to be compared; None of the first."""
    if version.number == 1:
        return None
    numbers = CourseVersion.objects.filter(
        course=version.course_id,
        number__gt=0,
        number__lt=version.number,
        state__in=(VersionState.PUBLISHED, VersionState.SUPERSEDED),
    )
    newest = numbers.order_by("-number").values_list("number", flat=True).first()
    return with_all_it_says(version.course_id, newest) if newest else None


def changes(after: CourseVersion, before: CourseVersion, *, with_texts: bool) -> list[Change]:
    """
    Return what ``after`` says otherwise than ``before``, in the order of the form; of units also their texts if asked.

    No query once both are loaded with field, rule, skills, modules and units.
    """
    found: list[Change] = []
    for name, line in zip((*review.ONE_BY_ONE, "skills"), review.lines(after, before), strict=True):
        now, then = line.proposed.splitlines(), line.published.splitlines()
        found += _of_lines(line.label, *(map(sorted, (now, then)) if name in WITHOUT_ORDER else (now, then)))
    found += _of_lines(_("Completed when"), _rule(after), _rule(before))
    found += _of_lines(_("Modules and units"), review.rule_and_contents(after), review.rule_and_contents(before))
    old, new = _units(before), _units(after)
    for position in sorted(old.keys() & new.keys()):
        if old[position].markdown != new[position].markdown:
            label = _("Text of unit %(number)s: %(title)s") % {"number": position, "title": new[position].title}
            lines = [unit.markdown.splitlines() if with_texts else [] for unit in (new[position], old[position])]
            found += _of_lines(label, *lines) or [Change(label=label, before="", after="")]
    return found


def _of_lines(label: str, after: list[str], before: list[str]) -> list[Change]:
    if after == before:
        return []
    gone, come = Counter(before) - Counter(after), Counter(after) - Counter(before)
    return [Change(label=label, before=_kept(before, gone), after=_kept(after, come))]


def _kept(lines: list[str], wanted: Counter[str]) -> str:
    """Return these of the lines, in their order."""
    left, kept = wanted.copy(), []
    for line in lines:
        if left[line] > 0:
            left[line] -= 1
            kept.append(line)
    return "\n".join(kept).strip("\n")


def _rule(version: CourseVersion) -> list[str]:
    rule = getattr(version, "completion_rule", None)  # what is taught elsewhere has none
    said = []
    if rule is not None and rule.attendance_percent_min:
        percent = {"percent": rule.attendance_percent_min}
        said.append(_("you have come to at least %(percent)s%% of the class sessions") % percent)
    if rule is not None and rule.all_units:
        said.append(_("you have read every unit to its end"))
    if rule is not None and rule.mark_min:
        said.append(_("you have reached at least %(points)s of 100 points") % {"points": rule.mark_min})
    elif rule is not None and rule.asks_result:
        said.append(_("you have passed"))
    if rule is not None and rule.word_suffices:
        said.append(
            _("whoever teaches may complete you all the same, with a reason, if you have missed class sessions")
        )
    return said


def _units(version: CourseVersion) -> dict[int, Unit]:
    return {unit.position: unit for module in version.modules.all() for unit in module.units.all()}
