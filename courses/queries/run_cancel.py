"""Where people of a run that is cancelled may go instead, and who of them has not heard of it."""

from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.choices import EnrollmentState, WaitingEnd
from courses.models import CourseRun, Enrollment, WaitingChoice
from courses.queries import catalog
from courses.queries.session import REACHES
from courses.rules import OTHERS_NAMED_MAX
from learners.models import Learner
from learners.queries.message import states_of


def others_of(run: CourseRun, *, now: datetime) -> QuerySet[Any]:
    """Return the other runs of the course one may enrol in now or later, soonest first, with their seats."""
    return catalog.open_runs(course_ids=[run.version.course_id], now=now).exclude(pk=run.pk)


def others_with_room(run: CourseRun, *, now: datetime) -> list[CourseRun]:
    """Return some of them that have a seat nobody waits for; one query."""
    is_waited_for = Exists(WaitingChoice.objects.filter(run=OuterRef("pk"), ended_at=None))
    free = Q(seats_left__gt=0) | Q(seats_max=None)
    return list(others_of(run, now=now).filter(free).exclude(is_waited_for)[:OTHERS_NAMED_MAX])


def key_of_cancelled(run_id: int, learner_id: int) -> str:
    """Return the key under which one learner is told that a run is cancelled, once."""
    return f"run_cancelled:{run_id}:{learner_id}:"


def key_of_switched(new_place_id: int) -> str:
    """Return the key under which a learner is told of a place in another run, once."""
    return f"run_switched:{new_place_id}:"


def to_call(run: CourseRun, *, on: date) -> list[tuple[Learner, str]]:
    """
    Return those whose place was cancelled or moved, or who waited until then, and whom no message of it reaches.

    With the key of that message; three queries. Nobody any more once the class is over, the one they were moved to if
    they were.
    """
    ended = Enrollment.objects.filter(run=run, state=EnrollmentState.CANCELLED)
    people = {
        key_of_switched(place.moved_to_id)
        if place.moved_to_id
        else key_of_cancelled(run.pk, place.learner_id): place.learner
        for place in ended.select_related("learner", "run", "moved_to__run").order_by("pk")
        if not _is_past(place.moved_to.run if place.moved_to else place.run, on)
    }
    if run.cancelled_at is not None and not _is_past(run, on):
        waited = WaitingChoice.objects.filter(run=run, ended_how=WaitingEnd.CLOSED, ended_at=run.cancelled_at)
        for choice in waited.select_related("request__learner").order_by("pk"):
            people.setdefault(key_of_cancelled(run.pk, choice.request.learner_id), choice.request.learner)
    states = states_of(people) if people else {}
    return [(learner, key) for key, learner in people.items() if states.get(key) not in REACHES]


def _is_past(run: CourseRun, on: date) -> bool:
    return run.ends_on is not None and run.ends_on < on
