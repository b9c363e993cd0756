"""The front page: what there is to learn, and what begins soon."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from courses.queries import catalog, search
from learners.models import Place
from learners.permissions import Actor

if TYPE_CHECKING:
    from courses.models import CourseRun

RUNS_SHOWN = 5
FIELDS_SHOWN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    counts: dict[str, int]
    fields: list[search.FieldCount]  # those with most courses, most first
    runs: "list[CourseRun]"  # with seats; full ones last, then soonest first
    province: Place | None  # the runs are in it; None: anywhere


def home(actor: Actor, *, now: datetime) -> Home:
    """Return the front page; three queries for a visitor, up to three more where a learner has a place."""
    place = getattr(actor, "place", None)
    province = place.parent or place if place else None
    runs = list(catalog.upcoming_runs(now=now, limit=RUNS_SHOWN, province_code=province.code)) if province else []
    if not runs:
        province, runs = None, list(catalog.upcoming_runs(now=now, limit=RUNS_SHOWN))
    return Home(counts=catalog.counts(), fields=search.largest_fields(FIELDS_SHOWN), runs=runs, province=province)
