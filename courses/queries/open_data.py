"""The open data: public rows only, read in batches, so that a file of any length needs little memory."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, F, Max, Model, QuerySet, TextField, Value
from django.db.models.functions import MD5, Cast, Concat
from django.utils import timezone

from courses.models import CourseVersion
from courses.queries import catalog, skill
from learners.choices import OrganizationStatus
from learners.models import Organization

ROWS_PER_BATCH = 1_000
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What tells one state of a set of rows from another; one query each."""

    mark: str
    modified: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some rows of a set, read when asked for. What has the same number and mark has the same rows, saying the same."""

    number: int
    mark: str  # "": nothing tells, so that it is never kept
    rows: Callable[[], Sequence[Model]]


def course_parts() -> Iterator[Part]:
    """Yield the published courses with provider, place and field, by course; one query, and two a part when read."""
    for number, mark, _published, _verified in _course_marks():
        yield Part(number=number, mark=mark, rows=partial(_courses, number))


def _courses(part: int) -> list[CourseVersion]:
    first = part * ROWS_PER_BATCH
    versions = catalog.published().filter(course_id__gte=first, course_id__lt=first + ROWS_PER_BATCH)
    return list(versions.order_by("course_id").prefetch_related(skill.taught()))


def courses_edition() -> Edition:
    parts = list(_course_marks())
    moments = [moment for _number, _mark, *both in parts for moment in both if moment]
    return Edition(mark=repr([part[:2] for part in parts]), modified=max(moments, default=None))


def _course_marks() -> Iterator[tuple[int, str, datetime | None, datetime | None]]:
    """Yield of each part what its rows come from: versions, which never change, and what may change beside them."""
    said = Concat(
        Cast("pk", TextField()),
        *("course__provider__name_vi", "course__provider__place_id", "field__name_vi"),
        output_field=TextField(),
    )
    offered = catalog.published().select_related(None).order_by().annotate(part=F("course_id") / ROWS_PER_BATCH)
    marks = offered.values("part").annotate(
        mark=MD5(StringAgg(said, Value("\n"), order_by="pk")),
        published=Max("published_at"),
        verified=Max("course__provider__verified_at"),
    )
    return marks.order_by("part").values_list("part", "mark", "published", "verified").iterator()


def run_parts(*, now: datetime) -> Iterator[Part]:
    """Yield the runs one may enrol in now or later, with course and place, by run; one query a part."""
    return _in_batches(catalog.visible_runs(None).filter(catalog.still_open(now=now)))


def runs_edition(*, now: datetime) -> Edition:
    offered = catalog.visible_runs(None).select_related(None).filter(catalog.still_open(now=now)).order_by()
    figures = offered.aggregate(count=Count("pk"), last=Max("pk"), planned=Max("created_at"))
    return _edition({**figures, "day": timezone.localdate(now)})


def organization_parts() -> Iterator[Part]:
    """Yield the verified organisations with place, those whose verification has lapsed too; one query a part."""
    return _in_batches(_verified().select_related("place__parent", "verified_by"))


def organizations_edition() -> Edition:
    return _edition(_verified().aggregate(count=Count("pk"), last=Max("pk"), verified=Max("verified_at")))


def _verified() -> QuerySet[Organization]:
    return Organization.objects.filter(status=OrganizationStatus.VERIFIED)


def _edition(figures: dict[str, object]) -> Edition:
    moments = [value for value in figures.values() if isinstance(value, datetime)]
    return Edition(mark=repr(sorted(figures.items())), modified=max(moments, default=None))


def _in_batches(rows: QuerySet[Row]) -> Iterator[Part]:
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:ROWS_PER_BATCH]):
        yield Part(number=last, mark="", rows=partial(list, batch))
        last = batch[-1].pk
