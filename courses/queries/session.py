"""Questions about the class sessions of a run: when they are held, what has changed, who has not heard of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from courses.choices import EnrollmentState
from courses.models import ClassSession, CourseRun, Enrollment, SessionChange
from learners.choices import MessageState
from learners.models import Learner
from learners.queries.message import states_of

TOLD = (EnrollmentState.ENROLLED, EnrollmentState.COMPLETED)  # who has completed may come all the same
# A message that is in one of these has reached its reader, or is on its way.
REACHES = frozenset({MessageState.DUE, MessageState.CLAIMED, MessageState.HANDED_OVER, MessageState.SENT})


def key_of_notice(change: SessionChange, learner_id: int) -> str:
    """Return the key under which one learner is told of a change, once."""
    return f"session_change:{change.pk}:{learner_id}:"


def key_of_reminder(enrollment_id: int, session_id: int, starts_at: datetime, *, revision: int) -> str:
    """Return the key of the reminder of one class: once for each day it is held on, and again after a change."""
    key = f"class_tomorrow:{enrollment_id}:{session_id}:{timezone.localdate(starts_at).isoformat()}"
    return f"{key}:{revision}" if revision else key


def keys_of_reminders(run: CourseRun, places: Collection[Enrollment], *, now: datetime) -> list[str]:
    """Return the keys of all reminders these places may have waiting; one query."""
    ahead = run.class_sessions.filter(cancelled_at=None, ends_at__gt=now, starts_at__lt=now + timedelta(days=2))
    return [
        key_of_reminder(place.pk, session.pk, session.starts_at, revision=session.revision)
        for session in ahead
        for place in places
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionShown:
    """A class session with its newest change, if it has any."""

    session: ClassSession
    change: SessionChange | None

    @property
    def is_cancelled(self) -> bool:
        return self.session.cancelled_at is not None

    @property
    def was_at(self) -> SessionChange | None:
        """The change that says when it was to be held before, where that was another time."""
        change = self.change
        if change is None or change.starts_at_before is None:
            return None
        same = (change.starts_at_before, change.ends_at_before) == (change.starts_at, change.ends_at)
        return None if same else change


def timetable(run: CourseRun) -> list[SessionShown]:
    """Return all class sessions of a run by time, cancelled ones too, with what has changed; two queries."""
    newest = {change.class_session_id: change for change in changes(run)}
    sessions = run.class_sessions.order_by("starts_at", "position")
    return [SessionShown(session=session, change=newest.get(session.pk)) for session in sessions]


def changes(run: CourseRun) -> list[SessionChange]:
    """Return what has changed about the class sessions of a run, the oldest first; one query."""
    found = SessionChange.objects.filter(class_session__run=run).select_related("class_session", "changed_by")
    return list(found.order_by("changed_at", "pk"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ToCall:
    """A change that is still ahead, and those with a place whom no message of it reaches."""

    change: SessionChange
    people: list[tuple[Learner, str]]  # with the key of that message


def to_call(run: CourseRun, *, now: datetime) -> list[ToCall]:
    """Return whom to call about changes whose class, at the old time or the new, is not over; three queries."""
    ahead = Q(class_session__run=run, makes_up_for=None) & (Q(ends_at__gt=now) | Q(ends_at_before__gt=now))
    relevant = list(SessionChange.objects.filter(ahead).select_related("class_session").order_by("changed_at", "pk"))
    if not relevant:
        return []
    places = list(Enrollment.objects.filter(run=run, state__in=TOLD).select_related("learner").order_by("pk"))
    keys = {
        (change.pk, place.learner_id): key_of_notice(change, place.learner_id)
        for change in relevant
        for place in places
    }
    states = states_of(keys.values())
    found = [
        ToCall(
            change=change,
            people=[
                (place.learner, keys[change.pk, place.learner_id])
                for place in places
                if place.enrolled_at <= change.changed_at
                and states.get(keys[change.pk, place.learner_id]) not in REACHES
            ],
        )
        for change in relevant
    ]
    return [each for each in found if each.people]
