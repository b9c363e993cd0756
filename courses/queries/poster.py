"""Posters for the notice board: what they are about, where their codes lead, and how often those were opened."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Prefetch, Subquery, Sum
from django.db.models.functions import Coalesce

from courses.models import ClassSession, CourseRun, CourseVersion, PosterScan
from courses.queries import catalog

RUNS_NAMED_MAX = 3  # more lines would make the poster smaller
RUN, COURSE = "r", "c"  # what a code begins with
_CODE = re.compile(rf"([{RUN}{COURSE}])([0-9]{{1,18}})", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a code leads: to the page of a course on offer, and which of its classes the poster was about."""

    version: CourseVersion  # the one in the catalogue now
    run_id: int | None

    @property
    def course_id(self) -> int:
        return self.version.course_id


def code_of(*, course_id: int, run: CourseRun | None) -> str:
    return f"{RUN}{run.pk}" if run else f"{COURSE}{course_id}"


def target(code: str) -> Target | None:
    """Return where a code leads, also after its class is over or the course has a new version; at most two queries."""
    found = _CODE.fullmatch(code)
    if found is None:
        return None
    is_run, key = found[1].lower() == RUN, int(found[2])
    run = CourseRun.objects.filter(pk=key).select_related("version").first() if is_run else None
    if is_run and run is None:
        return None
    course_id = run.version.course_id if run else key
    version = catalog.published().filter(course=course_id).first()
    return Target(version=version, run_id=run.pk if run else None) if version else None


def run_to_print(run_id: int) -> CourseRun | None:
    """Return a run everybody may see with what its poster says, or None; two queries."""
    sessions = ClassSession.objects.filter(cancelled_at__isnull=True).order_by("starts_at")
    return (
        catalog.visible_runs(None)
        .select_related("version__course__provider__place__parent")
        .prefetch_related(Prefetch("class_sessions", queryset=sessions))
        .filter(pk=run_id, version__external_url="")
        .first()
    )


def course_to_print(course_id: int) -> CourseVersion | None:
    """Return the published version of a course taught here, or None; one query."""
    return catalog.published().filter(course=course_id, external_url="").first()


def runs_to_name(course_id: int, *, now: datetime) -> list[CourseRun]:
    """Return the classes that the poster of a course names, those one may enrol in that begin first; one query."""
    return list(catalog.open_runs(course_ids=[course_id], now=now)[:RUNS_NAMED_MAX])


def scans_of_course(course_id: int) -> int:
    """Return how often the code of the course's own poster has been opened, not counting those of its classes."""
    scans = PosterScan.objects.filter(course=course_id, run__isnull=True)
    return int(scans.aggregate(all=Sum("count", default=0))["all"])


def scans_of_run() -> Coalesce:
    """Return the SQL of how often the code of the outer query's run has been opened."""
    scans = PosterScan.objects.filter(run=OuterRef("pk")).order_by().values("run").annotate(all=Sum("count"))
    return Coalesce(Subquery(scans.values("all")), 0)
