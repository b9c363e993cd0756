"""
The catalogue's search, filters and counts: the one place that knows how courses are found.

What a reader types is understood by ``courses.queries.asked`` and becomes a tsquery there; a course is found when it
answers every group of what is looked for, without regard to diacritics, and what is spelt exactly ranks first. Where
nothing answers all of it, what comes nearest is shown and said to be that.

A page costs three queries, and one more for the list of places: counts, one page of entries, and their runs. Where
nothing is found as asked, the counts are asked again for what is looser, three times at most.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import (
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.utils.translation import get_language

from courses.choices import Format, RunKind, VersionState
from courses.models import CatalogEntry, CourseRun
from courses.queries import catalog
from courses.queries.asked import Asked, AskedFilter, tsquery, understand
from courses.queries.asked.letters import tidy, tokens
from courses.rules import RESULTS_PER_PAGE
from learners.choices import OrganizationStatus
from learners.models import Organization, Place

RELEVANCE, SOONEST, TITLE = "relevance", "soonest", "title"
SORTS = (SOONEST, RELEVANCE, TITLE)
# The exact words count twice, and a title that is what was asked comes first. Source: decision 0301.
EXACT_RANK, EXACT_TITLE, FOLDED_TITLE, FOLDED_BEGINNING = 2.0, 10.0, 5.0, 2.0
ANY_RANK, HINT_RANK, IN_TITLE = 1.0, 0.5, 1.5
DID_YOU_MEAN_BELOW = 20  # who finds so many courses has found what they meant. Source: portal policy, 2026-11-26
BROAD_CODE_DIGITS, PROVINCE_CODE_DIGITS, COMMUNE_CODE_DIGITS = 2, 2, 5
NOTHING = Asked(text="")


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogQuery:
    """What somebody looks for; anything not understood has been left out."""

    text: str = ""
    formats: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()  # codes of broad fields
    province: str = ""
    commune: str = ""
    is_free: bool = False
    sort: str = ""
    asked: Asked = NOTHING

    @classmethod
    def from_params(cls, get: Callable[[str], str | None], getlist: Callable[[str], list[str]]) -> "CatalogQuery":
        """Read an address's parameters; unknown and malformed values count as not given."""
        text = tidy(get("q") or "")
        province = _code(get("province"), PROVINCE_CODE_DIGITS)
        sort = get("sort") or ""
        return cls(
            text=text,
            formats=tuple(value for value in Format.values if value in getlist("format")),
            fields=tuple(sorted({code for code in map(_broad, getlist("field")) if code})),
            province=province,
            commune=_code(get("commune"), COMMUNE_CODE_DIGITS) if province else "",
            is_free=get("free") == "1",
            sort=sort if sort in SORTS else "",
            asked=understand(text, language=get_language() or "vi"),
        )

    @property
    def has_words(self) -> bool:
        return bool(self.asked.groups)

    @property
    def formats_in_force(self) -> tuple[str, ...]:
        """Those chosen, else those the text speaks of."""
        return self.formats or self.asked.values("format")

    @property
    def is_free_in_force(self) -> bool:
        return self.is_free or "free" in self.asked.values("cost")

    @property
    def asked_in_force(self) -> tuple[AskedFilter, ...]:
        """The conditions in the text that filter: those of whose kind none was chosen."""
        chosen = {"format": bool(self.formats), "cost": self.is_free}
        return tuple(each for each in self.asked.filters if not chosen.get(each.name, True))

    @property
    def wants_near(self) -> bool:
        """Whether the text asks for what is near without a place being known."""
        return bool(self.asked.values("near")) and not self.province

    @property
    def sort_in_force(self) -> str:
        """By relevance when words are given, else soonest first."""
        if self.sort == RELEVANCE and not self.has_words:
            return SOONEST
        return self.sort or (RELEVANCE if self.has_words else SOONEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCount:
    code: str
    name_vi: str
    name_en: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many courses there are, and how many each choice would show with the other filters as they are."""

    total: int
    matching: int  # with the words and the place, whatever the other filters
    formats: Mapping[str, int]
    fields: list[FieldCount]
    free: int


@dataclass(slots=True, kw_only=True)
class Result:
    """One found course with the run that begins next, if any."""

    entry: CatalogEntry
    run: CourseRun | None = None
    runs_count: int = 0


@dataclass(slots=True, kw_only=True)
class Results:
    counts: Counts
    page_number: int
    items: list[Result] = field(default_factory=list)
    is_loose: bool = False  # nothing answers all that was asked; these come nearest
    did_you_mean: str = ""  # another text, which finds more

    @property
    def pages_count(self) -> int:
        return max(1, -(-self.counts.total // RESULTS_PER_PAGE))


class NoSuchPage(Exception):
    """The page lies beyond the last one."""


def search(query: CatalogQuery, *, page_number: int, now: datetime) -> Results:
    """
    Return one page of what is found, with the counts of every filter; three queries.

    :raises NoSuchPage: if there are fewer pages.
    """
    found, counts, is_loose = _strictest(query)
    results = Results(counts=counts, page_number=page_number, is_loose=is_loose)
    results.did_you_mean = _did_you_mean(query, 0 if is_loose else counts.matching)
    if not 1 <= page_number <= results.pages_count:
        raise NoSuchPage
    if results.counts.total:
        first = (page_number - 1) * RESULTS_PER_PAGE
        entries = _sorted(_filtered(query, found), query, now)[first : first + RESULTS_PER_PAGE]
        results.items = _with_runs(list(entries), query, now)
    return results


def _strictest(query: CatalogQuery) -> tuple[QuerySet[CatalogEntry], Counts, bool]:
    """Return what the strictest reading of the words finds, its counts, and whether that is less than all of them."""
    readings = tsquery.matching(query.asked) or [""]
    number = 0
    found = _found(query, readings[number])
    counts = _counts(query, found)
    while not counts.matching and number + 1 < len(readings):
        number += 1
        found = _found(query, readings[number])
        counts = _counts(query, found)
    return found, counts, number >= tsquery.WHOLE and counts.matching > 0


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
    return meant.text if readings and _found(query, readings[0])[:least].count() == least else ""


def places(*, now: datetime) -> list[Place]:
    """Return the communes where something is taught or offered, with their provinces; one query."""
    runs = CourseRun.objects.filter(catalog.still_open(now=now), cancelled_at__isnull=True, place=OuterRef("pk"))
    providers = Organization.objects.filter(
        status=OrganizationStatus.VERIFIED, place=OuterRef("pk"), courses__catalog_entry__isnull=False
    )
    taught = Place.objects.filter(
        Exists(runs.filter(version__state__in=catalog.OFFERED)) | Exists(providers), parent__isnull=False
    )
    return list(taught.select_related("parent").order_by("sort_key"))


def _found(query: CatalogQuery, reading: str = "") -> QuerySet[CatalogEntry]:
    """Return the entries that match words and place: what the counts of the other filters stand on."""
    entries = CatalogEntry.objects.filter(
        version__state=VersionState.PUBLISHED,
        course__archived_at__isnull=True,
        course__provider__status=OrganizationStatus.VERIFIED,
    )
    if reading:
        entries = entries.filter(document=_query(reading))
    if query.province:
        runs = CourseRun.objects.filter(version__course=OuterRef("course"), cancelled_at__isnull=True)
        runs = runs.filter(version__state__in=catalog.OFFERED)
        here = Q(place=query.commune) if query.commune else Q(place__parent=query.province)
        of_provider = (
            Q(course__provider__place=query.commune)
            if query.commune
            else Q(course__provider__place__parent=query.province)
        )
        entries = entries.filter(Exists(runs.filter(here)) | (of_provider & ~Q(version__format=Format.ONLINE)))
    return entries


def _filtered(query: CatalogQuery, entries: QuerySet[CatalogEntry]) -> QuerySet[CatalogEntry]:
    if query.formats_in_force:
        entries = entries.filter(version__format__in=query.formats_in_force)
    if query.fields:
        entries = entries.filter(broad_field__in=query.fields)
    if query.is_free_in_force:
        entries = entries.filter(version__cost_vnd=0)
    return entries


def _counts(query: CatalogQuery, found: QuerySet[CatalogEntry]) -> Counts:
    """Group what matches words and place once, by all filters together, and add up here; one query."""
    groups: list[Mapping[str, Any]] = list(
        found.order_by()
        .annotate(costs_nothing=Case(When(version__cost_vnd=0, then=True), default=False))
        .values("version__format", "costs_nothing", "broad_field", "broad_field__name_vi", "broad_field__name_en")
        .annotate(count=Count("pk"))
    )

    def of_format(group: Mapping[str, Any]) -> bool:
        return not query.formats_in_force or group["version__format"] in query.formats_in_force

    def of_field(group: Mapping[str, Any]) -> bool:
        return not query.fields or group["broad_field"] in query.fields

    def of_cost(group: Mapping[str, Any]) -> bool:
        return not query.is_free_in_force or bool(group["costs_nothing"])

    formats = dict.fromkeys(Format.values, 0)
    fields: dict[str, FieldCount] = {}
    total = free = matching = 0
    for group in groups:
        count = group["count"]
        matching += count
        if of_field(group) and of_cost(group):
            formats[group["version__format"]] += count
        if of_format(group) and of_cost(group):
            code = group["broad_field"]
            known = fields.get(code) or FieldCount(
                code=code, name_vi=group["broad_field__name_vi"], name_en=group["broad_field__name_en"], count=0
            )
            fields[code] = replace(known, count=known.count + count)
        if of_format(group) and of_field(group):
            free += count if group["costs_nothing"] else 0
            total += count if of_cost(group) else 0
    return Counts(
        total=total, matching=matching, formats=formats, fields=[fields[code] for code in sorted(fields)], free=free
    )


def _sorted(entries: QuerySet[CatalogEntry], query: CatalogQuery, now: datetime) -> QuerySet[CatalogEntry]:
    entries = entries.select_related("version__field", "course__provider__place")
    if query.sort_in_force == TITLE:
        return entries.order_by("sort_key", "pk")
    if query.sort_in_force == RELEVANCE:
        return entries.annotate(rank=_rank(query)).order_by("-rank", "sort_key", "pk")
    # Dated runs by their day, then what can be learned at any time, then what has no run now.
    runs = CourseRun.objects.filter(
        catalog.still_open(now=now),
        version__course=OuterRef("course"),
        version__state__in=catalog.OFFERED,
        cancelled_at__isnull=True,
    )
    dated = runs.filter(kind=RunKind.DATED).order_by("starts_on").values("starts_on")[:1]
    at_any_time = Case(When(Exists(runs), then=Value(0)), default=Value(1))
    return entries.annotate(next_on=Subquery(dated), has_none=at_any_time).order_by(
        F("next_on").asc(nulls_last=True), "has_none", "sort_key", "pk"
    )


def _rank(query: CatalogQuery) -> ExpressionWrapper:
    asked = query.asked
    folded = " ".join(token.plain for token in tokens(asked.text))
    document = F("document")
    rank: Any = Value(EXACT_RANK) * SearchRank(document, _query(tsquery.as_written(asked)), cover_density=True)
    rank += SearchRank(document, _query(tsquery.as_folded(asked)), cover_density=True)
    rank += Value(ANY_RANK) * SearchRank(document, _query(tsquery.any_word(asked)))
    rank += Value(ANY_RANK) * SearchRank(document, _query(tsquery.any_written(asked)))
    for reading, tells in tsquery.each(asked):
        rank += Case(When(document=_query(reading), then=Value(tells)), default=Value(0.0))
    if hints := tsquery.hints(asked):
        rank += Value(HINT_RANK) * SearchRank(document, _query(hints))
    bonus = Case(
        When(version__title_vi__iexact=asked.text, then=Value(EXACT_TITLE)),
        When(title_fold=folded, then=Value(FOLDED_TITLE)),
        When(title_fold__startswith=folded, then=Value(FOLDED_BEGINNING)),
        When(document=_query(tsquery.in_title(asked)), then=Value(IN_TITLE)),
        default=Value(0.0),
    )
    return ExpressionWrapper(rank + bonus, output_field=FloatField())


def _query(text: str) -> SearchQuery:
    return SearchQuery(text, config="simple", search_type="raw")


def _with_runs(entries: list[CatalogEntry], query: CatalogQuery, now: datetime) -> list[Result]:
    """Add to each entry its next run, where a place is asked for one there if there is one; one query."""
    results = {entry.course_id: Result(entry=entry) for entry in entries}
    for run in catalog.open_runs(course_ids=results, now=now):
        result = results[run.version.course_id]
        result.runs_count += 1
        if result.run is None or (_is_in(run, query) and not _is_in(result.run, query)):
            result.run = run
    return list(results.values())


def _is_in(run: CourseRun, query: CatalogQuery) -> bool:
    if run.place is None or not query.province:
        return False
    return run.place_id == query.commune if query.commune else run.place.parent_id == query.province


def _code(value: str | None, digits: int) -> str:
    """Return an official code, or nothing."""
    return value if value and value.isascii() and value.isdigit() and len(value) == digits else ""


def _broad(value: str) -> str:
    return _code(value, BROAD_CODE_DIGITS)


def largest_fields(limit: int) -> list[FieldCount]:
    """Return the broad fields with most courses, most first; one query."""
    groups = (
        _found(CatalogQuery())
        .order_by()
        .values("broad_field", "broad_field__name_vi", "broad_field__name_en")
        .annotate(count=Count("pk"))
        .order_by("-count", "broad_field")[:limit]
    )
    return [
        FieldCount(
            code=group["broad_field"],
            name_vi=group["broad_field__name_vi"],
            name_en=group["broad_field__name_en"],
            count=group["count"],
        )
        for group in groups
    ]
