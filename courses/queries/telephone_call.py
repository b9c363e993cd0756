"""Whom to call about changes of a class because no message reaches them; each until called, or the class is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from courses.models import CourseRun, SessionChange, TelephoneCall
from courses.queries import run_cancel, session
from learners.models import Learner


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody to call about one thing."""

    learner: Learner
    key: str  # of the message that does not reach them
    call: TelephoneCall | None  # that was made


@dataclass(frozen=True, slots=True, kw_only=True)
class ToCall:
    """What people are to be told; without a change, that the class is cancelled or that they are moved."""

    change: SessionChange | None
    people: Sequence[Person]


def to_call(run: CourseRun, *, now: datetime) -> list[ToCall]:
    """Return whom to call, those called already with their call; nobody once the class is over. Six queries at most."""
    ended = run_cancel.to_call(run, on=timezone.localdate(now))
    groups: list[tuple[SessionChange | None, list[tuple[Learner, str]]]] = [(None, ended)] if ended else []
    groups += [(each.change, each.people) for each in session.to_call(run, now=now)]
    if not groups:
        return []
    keys = [key for _change, people in groups for _learner, key in people]
    made = TelephoneCall.objects.filter(run=run, key__in=keys, undone_at=None).select_related("called_by")
    calls = {call.key: call for call in made}
    return [
        ToCall(
            change=change,
            people=[Person(learner=learner, key=key, call=calls.get(key)) for learner, key in people],
        )
        for change, people in groups
    ]


def is_anybody_left(run: CourseRun, *, now: datetime) -> bool:
    """Return whether somebody is still to be called."""
    return any(person.call is None for group in to_call(run, now=now) for person in group.people)
