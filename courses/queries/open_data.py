"""The open data: public rows only, read in batches, so that a file of any length needs little memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Count, Max, Model, QuerySet
from django.utils import timezone

from courses.models import CourseRun, CourseVersion
from courses.queries import catalog
from learners.choices import OrganizationStatus
from learners.models import Organization

ROWS_PER_BATCH = 1_000
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What tells one state of a set of rows from another; one query each."""

    mark: str
    modified: datetime | None


def courses() -> Iterator[CourseVersion]:
    """Yield the published courses with provider, place and field, by course; one query a batch."""
    return _in_batches(catalog.published(), "course_id")


def courses_edition() -> Edition:
    offered = catalog.published().select_related(None).order_by()
    return _edition(
        offered.aggregate(
            count=Count("pk"),
            rebuilt=Max("catalog_entry__rebuilt_at"),
            published=Max("published_at"),
            verified=Max("course__provider__verified_at"),
        )
    )


def runs(*, now: datetime) -> Iterator[CourseRun]:
    """Yield the runs one may enrol in now or later, with course and place, by run; one query a batch."""
    return _in_batches(catalog.visible_runs(None).filter(catalog.still_open(now=now)), "pk")


def runs_edition(*, now: datetime) -> Edition:
    offered = catalog.visible_runs(None).select_related(None).filter(catalog.still_open(now=now)).order_by()
    figures = offered.aggregate(count=Count("pk"), last=Max("pk"), planned=Max("created_at"))
    return _edition({**figures, "day": timezone.localdate(now)})


def organizations() -> Iterator[Organization]:
    """Yield the verified organisations with place, those whose verification has lapsed too; one query a batch."""
    return _in_batches(_verified().select_related("place__parent", "verified_by"), "pk")


def organizations_edition() -> Edition:
    return _edition(_verified().aggregate(count=Count("pk"), last=Max("pk"), verified=Max("verified_at")))


def _verified() -> QuerySet[Organization]:
    return Organization.objects.filter(status=OrganizationStatus.VERIFIED)


def _edition(figures: dict[str, object]) -> Edition:
    moments = [value for value in figures.values() if isinstance(value, datetime)]
    return Edition(mark=repr(sorted(figures.items())), modified=max(moments, default=None))


def _in_batches(rows: QuerySet[Row], key: str) -> Iterator[Row]:
    last = 0
    while batch := list(rows.filter(**{f"{key}__gt": last}).order_by(key)[:ROWS_PER_BATCH]):
        yield from batch
        last = getattr(batch[-1], key)
