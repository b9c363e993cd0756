"""
Courses like the one somebody looks at, each with why: the same for everybody.

Reasons, points and the share of small organisers are those of all suggestions (``queries.recommendation``): a closed
list, in which nobody's clicks, enrolments or payments have a place.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, OuterRef, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from courses.choices import Because, Format
from courses.models import CatalogEntry, CourseVersion, TaughtSkill
from courses.models.catalog import BROAD_DIGITS
from courses.queries import catalog
from courses.queries.course_page import CourseShown
from courses.queries.gathered import as_rows, gathered
from courses.queries.recommendation import Candidate, Reason, because, chosen
from courses.queries.search import fields
from courses.queries.search.terms import all_of, any_of, lexeme
from courses.rules import SIMILAR_LOOKED_AT_MAX, SIMILAR_SHOWN, SMALL_KINDS, SUGGESTED_SOON_DAYS
from learners import formats
from learners.queries.place import located, place_after, province_names


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """One course beside another."""

    version: CourseVersion
    offered: CourseVersion  # what its next class keeps to; the version itself without one
    where: str  # commune and province of that class, of the provider without one; "" online
    reasons: tuple[Reason, ...]

    @property
    def why(self) -> str:
        """All reasons in one sentence, without a full stop."""
        return because(self.reasons)


class Tokens(SearchQuery):
    """A tsquery as ``search.terms`` spells it: lexemes are taken letter by letter, not read as text."""

    def __init__(self, spelled: str) -> None:
        super().__init__(spelled, search_type="raw")
        self.spelled = spelled

    def as_sql(  # type: ignore[override]  # the lookup adds this list to another
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        function: str | None = None,
        template: str | None = None,
        arg_joiner: str | None = None,
        **extra_context: Any,
    ) -> tuple[str, list[str]]:
        return "%s::tsquery", [self.spelled]


def beside(shown: CourseShown, *, offered: CourseVersion, now: datetime) -> list[Similar]:
    """
    Return what is like a course, best first; one query.

    ``offered`` is what its next class keeps to, as the page says it first: the others are shorter or free beside that.
    Looked at are those that begin soonest: ``SIMILAR_LOOKED_AT_MAX`` of those that teach one of its skills anywhere,
    and as many of its field in its provinces, or online where it is taught in none.
    """
    codes = [skill.code for skill, _line in shown.skills]
    # Where nothing is asked for, Django would take the whole question for one without an answer.
    shared = TaughtSkill.objects.filter(version=OuterRef("pk"), skill__in=codes or [""]).order_by("position")
    found = (
        catalog.published()
        .filter(course__in=_soonest(_of_field(shown), shown).union(_soonest(_of_skills(shown), shown)))
        .annotate(
            shared=ArraySubquery(shared.values("skill")),
            communes=F("catalog_entry__communes"),
            facets=F("catalog_entry__facets"),
            next_run=_next_run(now),
            next_on=F("catalog_entry__next_on"),
        )
    )
    today = timezone.localdate(now)
    versions = {version.course_id: version for version in found}
    offers = {course_id: _offered(version) for course_id, version in versions.items()}
    candidates = [
        Candidate(
            course_id=course_id,
            reasons=tuple(_reasons(version, offers[course_id][0], shown, offered, today)),
            starts_on=version.next_on,  # type: ignore[attr-defined]  # annotated
            is_small_local=_is_small_local(version, shown),
            is_far=_is_far(version, shown),
        )
        for course_id, version in versions.items()
    ]
    picked = chosen(candidates, slots=SIMILAR_SHOWN)
    return [
        Similar(
            version=versions[each.course_id],
            offered=offers[each.course_id][0],
            where=offers[each.course_id][1],
            reasons=each.reasons,
        )
        for each in picked
    ]


def _next_run(now: datetime) -> ArraySubquery:
    runs = catalog.visible_runs(None).filter(catalog.still_open(now=now), version__course=OuterRef("course"))
    said = {name: f"version__{name}" for name in ("cost_vnd", "notional_minutes", "format")}
    return gathered(runs.order_by("kind", "starts_on", "pk")[:1], "venue", "place", **said)


def _offered(version: CourseVersion) -> tuple[CourseVersion, str]:
    """Return what the next class of a course keeps to, and where it is held."""
    if version.next_run:  # type: ignore[attr-defined]  # annotated
        said = dict(version.next_run[0])  # type: ignore[attr-defined]
        venue, code = said.pop("venue"), said.pop("place")
        (offered,) = as_rows(CourseVersion, [said])
        return offered, _commune_and_province(code) if venue else ""
    place = version.course.provider.place
    return version, "" if version.format == Format.ONLINE or version.is_elsewhere else place_after("", place)


def _commune_and_province(code: str) -> str:
    commune = located().get(code)
    return f"{commune}, {province_names()[commune.province_code]}" if commune else province_names().get(code, "")


def _soonest(spelled: str, shown: CourseShown) -> QuerySet[CatalogEntry, Any]:
    """Return the first courses of a tsquery, chosen among the catalogue's own rows before anything is joined."""
    entries = CatalogEntry.objects.filter(document=Tokens(spelled)).exclude(course=shown.version.course_id)
    return entries.order_by("opening", "next_on", "course").values("course")[:SIMILAR_LOOKED_AT_MAX]


def _of_field(shown: CourseShown) -> str:
    provinces = _provinces(shown.facets)
    where = any_of(map(lexeme, provinces or [f"=format:{Format.ONLINE}"]))
    return all_of([lexeme(f"=field:{shown.version.field_id[:BROAD_DIGITS]}"), where])


def _of_skills(shown: CourseShown) -> str:
    return any_of(lexeme(f"=skill:{skill.code}") for skill, _line in shown.skills)


def _reasons(
    version: CourseVersion,
    offered: CourseVersion,
    shown: CourseShown,
    this_offered: CourseVersion,
    today: date,
) -> Iterator[Reason]:
    this = shown.version
    shared: list[str] = version.shared  # type: ignore[attr-defined]  # annotated
    names = {skill.code: skill.name for skill, _line in shown.skills}
    for code in shared:
        yield Reason(because=Because.SAME_SKILL, name=names[code])
    if version.field_id[:BROAD_DIGITS] == this.field_id[:BROAD_DIGITS]:
        yield Reason(because=Because.FIELD_OF_THIS, name=fields.name_of(this.field_id[:BROAD_DIGITS]))
    communes: list[str] = [code for code in shown.communes if code in version.communes]  # type: ignore[attr-defined]
    if communes and communes[0] in located():
        yield Reason(because=Because.SAME_COMMUNE, name=str(located()[communes[0]]))
    if 0 < offered.notional_minutes < this_offered.notional_minutes:
        yield Reason(because=Because.SHORTER, name=formats.duration(offered.notional_minutes))
    if offered.cost_vnd == 0 and this_offered.cost_vnd:
        yield Reason(because=Because.FREE)
    next_on: date | None = version.next_on  # type: ignore[attr-defined]
    if next_on and today <= next_on <= today + timedelta(days=SUGGESTED_SOON_DAYS):
        yield Reason(because=Because.BEGINS_SOON, name=formats.day_near(next_on))


def _is_small_local(version: CourseVersion, shown: CourseShown) -> bool:
    """Small by its kind; near when it is in a province where this course is taught, or this one is taught nowhere."""
    place = version.course.provider.place
    provinces = _provinces(shown.facets)
    is_near = not provinces or f"=province:{place.parent_id or place.pk}" in provinces
    return version.course.provider.kind in SMALL_KINDS and is_near


def _is_far(version: CourseVersion, shown: CourseShown) -> bool:
    """Taught only in other provinces than the course looked at, and not online."""
    here, there = _provinces(shown.facets), _provinces(version.facets)  # type: ignore[attr-defined]  # annotated
    return bool(here) and bool(there) and not set(here) & set(there)


def _provinces(facets: Sequence[str]) -> list[str]:
    return [token for token in facets if token.startswith("=province:")]
