"""Whom to call about a class because no message reaches them; each until called, or until there is nothing to say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils import timezone

from courses.models import CourseRun, Enrollment, SeatOffer, SessionChange, TelephoneCall
from courses.models.enrollment import SEAT_HOLDING
from courses.queries import group, run_cancel, session, waiting
from courses.queries.enrollment import key_of_taken
from courses.queries.session import REACHES
from learners.models import Learner
from learners.queries.message import states_of


class About(StrEnum):
    """What people are to be told."""

    SEAT = "SEAT"  # one is kept for them
    ENDED = "ENDED"  # the class is cancelled, or their place moved
    TAKEN = "TAKEN"  # the organization has given their place up
    CHANGE = "CHANGE"  # a class session is held otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody to call about one thing."""

    learner: Learner
    key: str  # of the message that does not reach them
    call: TelephoneCall | None  # that was made
    until: datetime | None = None  # they are to answer


@dataclass(frozen=True, slots=True, kw_only=True)
class ToCall:
    """What people are to be told."""

    about: About
    people: Sequence[Person]
    change: SessionChange | None = None


def to_call(run: CourseRun, *, now: datetime) -> list[ToCall]:
    """Return whom to call, those called already with their call, what cannot wait first; nine queries at most."""
    offers = _offers(run, now)
    groups: list[tuple[About, SessionChange | None, list[tuple[Learner, str]]]] = [
        (About.SEAT, None, [(group.speaker(offer.request), key) for offer, key in offers]),
        (About.ENDED, None, run_cancel.to_call(run, on=timezone.localdate(now))),
        (About.TAKEN, None, [] if run.is_past(now=now) else _taken(run)),
    ]
    groups += [(About.CHANGE, each.change, each.people) for each in session.to_call(run, now=now)]
    groups = [each for each in groups if each[2]]
    if not groups:
        return []
    keys = [key for _about, _change, people in groups for _learner, key in people]
    made = TelephoneCall.objects.filter(run=run, key__in=keys, undone_at=None).select_related("called_by")
    calls = {call.key: call for call in made}
    until = {key: offer.expires_at for offer, key in offers}
    return [
        ToCall(
            about=about,
            change=change,
            people=[
                Person(learner=learner, key=key, call=calls.get(key), until=until.get(key)) for learner, key in people
            ],
        )
        for about, change, people in groups
    ]


def _offers(run: CourseRun, now: datetime) -> list[tuple[SeatOffer, str]]:
    """Return the open offers whose letter does not reach who answers them, one of each group, with its key."""
    found = SeatOffer.objects.filter(run=run, outcome=waiting.OPEN, expires_at__gt=now)
    keys: dict[str, SeatOffer] = {}
    for offer in found.select_related("choice", "request__learner", "request__group__leader").order_by("pk"):
        keys.setdefault(waiting.key_of_offer(offer), offer)
    states = states_of(keys) if keys else {}
    return [(offer, key) for key, offer in keys.items() if states.get(key) not in REACHES]


def _taken(run: CourseRun) -> list[tuple[Learner, str]]:
    """Return whose place the organization has given up and whom no message of it reaches, with its key."""
    here_again = Enrollment.objects.filter(run=run, state__in=SEAT_HOLDING).values("learner")
    taken = Enrollment.objects.filter(run=run, withdrawn_by__isnull=False).exclude(learner__in=here_again)
    taken = taken.select_related("learner").order_by("pk")
    keys = {key_of_taken(place): place.learner for place in taken}
    states = states_of(keys) if keys else {}
    return [(learner, key) for key, learner in keys.items() if states.get(key) not in REACHES]


def is_anybody_left(run: CourseRun, *, now: datetime) -> bool:
    """Return whether somebody is still to be called."""
    return any(person.call is None for group in to_call(run, now=now) for person in group.people)
