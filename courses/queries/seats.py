"""Seats of a run: held by enrolments, kept by open offers, and free."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from courses.models import CourseRun, Enrollment, SeatOffer
from courses.models.enrollment import SEAT_HOLDING


def held() -> Coalesce:
    """Return the SQL that counts the seats held in the run of the outer query."""
    return _counted(Enrollment.objects.filter(run=OuterRef("pk"), state__in=SEAT_HOLDING))


def offered() -> Coalesce:
    """Return the SQL that counts the seats kept by open offers in the run of the outer query."""
    return _counted(SeatOffer.objects.filter(run=OuterRef("pk"), outcome=""))


def _counted(rows: QuerySet[Enrollment] | QuerySet[SeatOffer]) -> Coalesce:
    count = rows.order_by().values("run").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(count, output_field=IntegerField()), 0)


def with_seats(runs: QuerySet[CourseRun]) -> QuerySet[Any]:
    """Return the runs with ``seats_held``, ``seats_offered`` and ``seats_left`` (None: no limit)."""
    return runs.annotate(seats_held=held(), seats_offered=offered()).annotate(
        seats_left=F("seats_max") - F("seats_held") - F("seats_offered")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """How the seats of one run stand."""

    held: int
    offered: int
    left: int | None  # None: no limit


def of_run(run: CourseRun) -> Seats:
    """Return how the seats of a run stand; one query, as exact as the lock of who asks."""
    row = with_seats(CourseRun.objects.filter(pk=run.pk)).values_list("seats_held", "seats_offered", "seats_left").get()
    return Seats(held=row[0], offered=row[1], left=row[2])
