"""Where people of a run that is cancelled may go instead."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.models import CourseRun, WaitingChoice
from courses.queries import catalog
from courses.rules import OTHERS_NAMED_MAX


def others_of(run: CourseRun, *, now: datetime) -> QuerySet[Any]:
    """Return the other runs of the course one may enrol in now or later, soonest first, with their seats."""
    return catalog.open_runs(course_ids=[run.version.course_id], now=now).exclude(pk=run.pk)


def others_with_room(run: CourseRun, *, now: datetime) -> list[CourseRun]:
    """Return some of them that have a seat nobody waits for; one query."""
    is_waited_for = Exists(WaitingChoice.objects.filter(run=OuterRef("pk"), ended_at=None))
    free = Q(seats_left__gt=0) | Q(seats_max=None)
    return list(others_of(run, now=now).filter(free).exclude(is_waited_for)[:OTHERS_NAMED_MAX])
