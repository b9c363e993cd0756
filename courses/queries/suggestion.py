"""Courses to take next: open now, with a seat left, nearest to somebody first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, F, Q, Value, When

from courses.choices import VersionState
from courses.models import CourseRun, CourseVersion
from courses.queries import catalog
from courses.queries.completion import source_of
from courses.queries.seats import with_seats
from courses.rules import WITHIN_KM_USUAL
from credits.choices import LotSource
from credits.queries.acceptance import Offered
from credits.queries.holding import Holding
from learners.models import Place
from learners.queries.place import metres_around

RUNS_LOOKED_AT_MAX = 300
IN_THE_COMMUNE, IN_THE_PROVINCE, IN_REACH, ONLINE, ELSEWHERE = range(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A course with the run one would take: the nearest, and of those the soonest."""

    run: CourseRun
    nearness: int  # 0 the same commune, 1 the same province, 2 a commune near by in another, 3 online, 4 anywhere else

    @property
    def version(self) -> CourseVersion:
        return self.run.version

    @property
    def course_key(self) -> str:
        return key_of_course(self.version.course_id)

    @property
    def source(self) -> LotSource:
        return source_of(self.version)

    @property
    def is_near(self) -> bool:
        return self.nearness != ELSEWHERE


def key_of_course(course_id: int) -> str:
    """Return the name by which the ledger knows a course."""
    return f"course:{course_id}"


def credit_of(version: CourseVersion) -> Offered:
    """Return the credit of a course as the transfer register asks about it."""
    return Offered(
        course_key=key_of_course(version.course_id),
        provider_id=version.course.provider_id,
        kind_of_credit=version.kind_of_credit,
        field_code=version.field_id,
    )


def holding_of(offer: Suggestion, today: date) -> Holding:
    """Return the credit of a course as if it had been completed at the end of the run."""
    version = offer.version
    return Holding(
        key=f"offer:{version.course_id:020}",
        amount=version.credit_hundredths,
        kind_of_credit=version.kind_of_credit,
        source=offer.source,
        field_code=version.field_id,
        level=version.level,
        issuer=version.course.provider_id,
        course_keys=frozenset({offer.course_key}),
        learned_on=max(offer.run.ends_on or today, today),
    )


def open_near(place: Place | None, *, kinds_of_credit: Collection[str], now: datetime) -> list[Suggestion]:
    """
    Return the courses one can enrol in now whose credit is of these kinds, each with one run, nearest first.

    Two queries. Without a place nothing is near, and what is online comes first.
    """
    nearness = [When(venue="", then=Value(ONLINE))]
    if place is not None:
        province = place.parent_id or place.pk
        nearness = [
            *([When(place=place.pk, then=Value(IN_THE_COMMUNE))] if place.parent_id else []),
            When(Q(place__parent=province) | Q(place=province), then=Value(IN_THE_PROVINCE)),
            When(place__in=list(metres_around(place.pk, WITHIN_KM_USUAL * 1000)), then=Value(IN_REACH)),
            *nearness,
        ]
    runs = list(
        catalog.visible_runs(None)
        .filter(
            catalog.still_open(now=now),
            version__state=VersionState.PUBLISHED,
            version__kind_of_credit__in=kinds_of_credit,
            enrollment_opens_at__lte=now,
        )
        .select_related("version__field", "version__course__provider", "place__parent")
        .annotate(nearness=Case(*nearness, default=Value(ELSEWHERE)))
        .order_by("nearness", F("kind").asc(), "starts_on", "pk")[:RUNS_LOOKED_AT_MAX]
    )
    left = _seats_left(runs)
    first: dict[int, Suggestion] = {}
    for run in runs:
        if left[run.pk] is None or left[run.pk] > 0:
            first.setdefault(run.version.course_id, Suggestion(run=run, nearness=run.nearness))
    return list(first.values())


def _seats_left(runs: Sequence[CourseRun]) -> dict[int, int]:
    """Counted apart: inside the query above it would be counted for rows that are thrown away."""
    counted = with_seats(CourseRun.objects.filter(pk__in=[run.pk for run in runs])).order_by()
    return dict(counted.values_list("pk", "seats_left"))
