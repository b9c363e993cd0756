"""The catalogue by hand: what is found and counted, worked out course by course without any index or SQL of ours."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from courses.choices import Format, RunKind, VersionState
from courses.models import Course, CourseRun, CourseVersion
from courses.queries.search import CatalogQuery
from courses.queries.search.week import SLOTS
from learners.choices import OrganizationStatus
from learners.models.folding import fold
from learners.queries.place import metres_around

COSTS = {"free": 0, "100000": 100_000, "500000": 500_000, "2000000": 2_000_000}
LENGTHS = {"4": 240, "16": 960, "50": 3000}  # minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A course on offer, with the values it has of every facet."""

    course_id: int
    words: frozenset[str]
    values: dict[str, frozenset[str]]
    weeks: tuple[frozenset[str], ...]  # of each open run
    starts_in: int | None  # days
    next_on: object


def offers(*, now: datetime) -> list[Offer]:
    """Return what is on offer, read plainly."""
    versions = CourseVersion.objects.filter(state=VersionState.PUBLISHED)
    made = []
    for version in versions.select_related("course__provider__place", "field__parent__parent"):
        course = version.course
        if course.archived_at is None and course.provider.status == OrganizationStatus.VERIFIED:
            made.append(_offer(version, course, now))
    return made


def _offer(version: CourseVersion, course: Course, now: datetime) -> Offer:
    today = timezone.localdate(now)
    runs = [
        run
        for run in CourseRun.objects.filter(version__course=course).select_related("place", "version")
        if run.cancelled_at is None
        and (run.enrollment_closes_at is None or run.enrollment_closes_at > now)
        and (run.ends_on is None or run.ends_on >= today)
    ]
    said = {run.version for run in runs} or {version}
    places = {run.place for run in runs if run.place}
    if any(each.format != Format.ONLINE for each in said):
        places.add(course.provider.place)
    ahead = [run.starts_on for run in runs if run.kind == RunKind.DATED and run.starts_on >= today]
    return Offer(
        course_id=course.pk,
        words=frozenset(fold(f"{version.title_vi} {version.title_en}").split()),
        values={
            "field": frozenset({version.field_id[:2]}),
            "kind": frozenset({course.provider.kind}),
            "format": frozenset(each.format for each in said),
            "level": frozenset(str(each.level or 0) for each in said),
            "cost": frozenset(_step(COSTS, each.cost_vnd) for each in said),
            "length": frozenset(_step(LENGTHS, each.notional_minutes) for each in said),
            "lang": frozenset(value for each in said for value in each.languages),
            "credit": frozenset(each.kind_of_credit for each in said),
            "access": frozenset(value for each in said for value in each.accessibility),
            "licence": frozenset(each.licence for each in said) - {""},
            "provider": frozenset({str(course.provider.public_id)}),
            "province": frozenset(place.parent_id or place.code for place in places),
            "commune": frozenset(place.code for place in places if place.parent_id),
        },
        weeks=tuple(_week(run) for run in runs),
        starts_in=(min(ahead) - today).days if ahead else None,
        next_on=min(ahead, default=None),
    )


def _step(steps: dict[str, int], amount: int) -> str:
    return next((name for name, most in steps.items() if amount <= most), "over")


def _week(run: CourseRun) -> frozenset[str]:
    parts = set()
    for session in run.class_sessions.filter(cancelled_at=None):
        hour = timezone.localtime(session.starts_at)
        while hour < timezone.localtime(session.ends_at):
            part = 0 if hour.hour < 12 else 1 if hour.hour < 18 else 2
            parts.add(SLOTS[3 * (hour.isoweekday() - 1) + part])
            hour += timedelta(minutes=15)
    return frozenset(parts)


def passes(query: CatalogQuery) -> dict[str, Callable[[Offer], bool]]:
    """Return by name whether an offer passes each filter in force."""
    made: dict[str, Callable[[Offer], bool]] = {}
    for name, values in query.chosen.items():
        if name == "cost":
            most = list(COSTS).index(values[0])
            values = tuple(list(COSTS)[: most + 1])
        made[name] = lambda offer, name=name, values=values: bool(offer.values[name] & set(values))
    if query.province:
        made["province"] = lambda offer: query.province in offer.values["province"]
    if query.commune:
        made["commune"] = lambda offer: query.commune in offer.values["commune"]
    if query.near:
        reach = set(metres_around(query.near, query.within_km * 1000))
        made["near"] = lambda offer: bool(offer.values["commune"] & reach)
    if query.when:
        made["when"] = lambda offer: any(week <= set(query.when) for week in offer.weeks)
    if query.starts:
        made["starts"] = lambda offer: offer.starts_in is not None and offer.starts_in <= query.starts
    return made


def found(query: CatalogQuery, there: list[Offer], *, without: str = "") -> list[Offer]:
    """Return what passes every filter but ``without``, and has every word, the last as a beginning."""
    left_out = {"province": {"province", "commune"}, "filters": set(passes(query))}.get(without, {without})
    tests = [test for name, test in passes(query).items() if name not in left_out]
    words = [] if without == "words" else [fold(word) for word in query.text.lower().split()]
    return [offer for offer in there if all(test(offer) for test in tests) and _has(offer, words)]


def _has(offer: Offer, words: list[str]) -> bool:
    if not words:
        return True
    *whole, last = words
    return set(whole) <= offer.words and any(word.startswith(last) for word in offer.words)


def counts(query: CatalogQuery, there: list[Offer], facet: str) -> dict[str, int]:
    """Return how many each value of a facet would show, with the other filters as they are."""
    counted = Counter(value for offer in found(query, there, without=facet) for value in offer.values[facet])
    return dict(counted)
