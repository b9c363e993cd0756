"""One page of the catalogue: what is found, the run of each that suits best, and what it has to do with one's week."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery
from django.db.models import CharField
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import get_language

from courses.models import CatalogEntry, CourseRun, CourseVersion
from courses.queries import catalog
from courses.queries.asked import tsquery, understand
from courses.queries.search import week
from courses.queries.search.asking import CatalogQuery
from courses.queries.search.facets import BY_NAME, OF_A_VERSION
from courses.queries.search.finding import find
from courses.queries.search.found import Found, Row
from courses.rules import PAGES_MAX, PAGES_OF_MANY_MAX, RESULTS_PER_PAGE
from learners.models import Learner
from learners.queries.place import metres_around

# What the version of a run says, as the tokens of the catalogue (migration 0014).
VERSION_FACETS = RawSQL(
    "(SELECT courses_version_facets(v) FROM courses_courseversion AS v WHERE v.id = courses_courserun.version_id)",
    (),
    output_field=ArrayField(CharField()),
)
DID_YOU_MEAN_BELOW = 20  # who finds so many courses has found what they meant. Source: portal policy, 2026-11-26


class NoSuchPage(Exception):
    """The page lies beyond the last one."""


@dataclass(slots=True, kw_only=True)
class Result:
    """One found course with the run that suits best, if any."""

    row: Row
    run: CourseRun | None = None  # one that fits and is where it is asked for, else the next one
    runs_count: int = 0
    metres: int | None = None  # of the nearest place it is taught at, from the commune asked about
    fits: bool | None = None  # whether the run meets only when one is free; None: nobody asked
    clashes_with: str | None = None  # the learner's class at the same time; "": none; None: nobody is signed in

    @property
    def version_id(self) -> int:
        """The version whose cost, length and credit are true here: a class keeps to the one it was opened with."""
        return self.run.version_id if self.run else self.row.version_id


@dataclass(slots=True, kw_only=True)
class Results:
    found: Found
    page_number: int
    items: list[Result] = field(default_factory=list)
    did_you_mean: str = ""  # another text, which finds more

    @property
    def pages_count(self) -> int:
        pages = max(1, -(-self.found.total // RESULTS_PER_PAGE))
        return min(pages, PAGES_OF_MANY_MAX if self.found.is_capped else PAGES_MAX)


def search(query: CatalogQuery, *, page_number: int, now: datetime, learner: Learner | None = None) -> Results:
    """
    Return one page of what is found, with the counts of every filter; two queries, three when somebody is signed in.

    One more where nothing is found as asked and where another text may be meant.

    :raises NoSuchPage: if there are fewer pages.
    """
    if not 1 <= page_number <= PAGES_MAX:
        raise NoSuchPage
    found = find(query, today=timezone.localdate(now), page_number=page_number)
    results = Results(found=found, page_number=page_number)
    if page_number > results.pages_count:
        raise NoSuchPage
    results.did_you_mean = _did_you_mean(query, 0 if found.is_loose else found.total)
    results.items = _with_runs(found.rows, query, now)
    if learner is not None:
        _say_clashes(results.items, learner, now)
    return results


def _did_you_mean(query: CatalogQuery, matching: int) -> str:
    """
    Return the text that may be meant, if it finds something; one query, where there is one at all.

    Where what was found is not what was typed but what is near it, that is said in any case; else the other text must
    find more.
    """
    asked = query.asked
    if not asked.did_you_mean or (matching >= DID_YOU_MEAN_BELOW and not asked.is_corrected):
        return ""
    least = 1 if asked.is_corrected else matching + 1
    meant = understand(asked.did_you_mean, language=get_language() or "vi")
    readings = tsquery.matching(meant)
    if not readings:
        return ""
    wanted = SearchQuery(readings[0], config="simple", search_type="raw")
    return meant.text if CatalogEntry.objects.filter(document=wanted)[:least].count() == least else ""


def versions(version_ids: Collection[int]) -> Mapping[int, CourseVersion]:
    """Return versions by id, each with the entry of its course and all that a card says; one query."""
    of_the_entry = ("course__catalog_entry__version", "course__catalog_entry__provider__place")
    return CourseVersion.objects.select_related(*of_the_entry).in_bulk(version_ids)


def _with_runs(rows: list[Row], query: CatalogQuery, now: datetime) -> list[Result]:
    """Add to each row the run that suits best; one query."""
    results = {row.course_id: Result(row=row, metres=row.metres) for row in rows}
    if not results:
        return []
    runs = catalog.open_runs(course_ids=results, now=now)
    if _asked_of_a_version(query):
        runs = runs.annotate(facets=VERSION_FACETS)
    suits = _suits(query)
    asked_when = query.when or query.when_preferred
    for run in week.with_slots(runs) if asked_when else runs:
        result = results[run.version.course_id]
        result.runs_count += 1
        if result.run is None or suits(run) > suits(result.run):
            result.run = run
    if asked_when:
        free = week.mask(asked_when)
        for result in results.values():
            result.fits = result.run is not None and week.fits(result.run.slots or 0, free=free)  # type: ignore[attr-defined]  # added by with_slots
    return list(results.values())


def _asked_of_a_version(query: CatalogQuery) -> list[Sequence[str]]:
    """Return of each filter in force that a version answers the tokens that pass it."""
    return [BY_NAME[name].tokens(values) for name, values in query.in_force.items() if name in OF_A_VERSION]


def _suits(query: CatalogQuery) -> Callable[[CourseRun], tuple[bool, bool, int, bool]]:
    """Return how well a run suits: its version passes, it fits, is near, is in the place; of equals the first."""
    asked = _asked_of_a_version(query)
    free = week.mask(query.when or query.when_preferred)
    reach = metres_around(query.near, query.within_km * 1000) if query.near else {}

    def suits(run: CourseRun) -> tuple[bool, bool, int, bool]:
        passes = all(any(token in run.facets for token in tokens) for tokens in asked)  # type: ignore[attr-defined]  # annotated
        fits = bool(free) and week.fits(run.slots or 0, free=free)  # type: ignore[attr-defined]
        return passes, fits, -reach.get(run.place_id or "", FAR), _is_in(run, query)

    return suits


FAR = 10**9  # metres


def _is_in(run: CourseRun, query: CatalogQuery) -> bool:
    if run.place is None or not query.province:
        return False
    return run.place_id == query.commune if query.commune else run.place.parent_id == query.province


def _say_clashes(items: list[Result], learner: Learner, now: datetime) -> None:
    runs = {item.run.pk for item in items if item.run is not None}
    clashes = week.clashes(learner, run_ids=runs, now=now)
    for item in items:
        if item.run is not None:
            item.clashes_with = clashes.get(item.run.pk, "")
