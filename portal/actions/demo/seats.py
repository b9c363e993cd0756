"""Seats of the demonstration world: one that is offered, somebody who waits, a request the organization decides."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from courses.actions import approval, enrollment, run_seats, terms, waiting
from courses.queries import seats
from learners.models import Learner
from portal.actions.demo.courses import Offered
from portal.actions.demo.organizations import Body

BEGINS_AFTER = timedelta(days=7)
ASKED = timedelta(days=2)  # ago
APPROVAL_DAYS = 3
OFFERED_TO, WAITS, ASKS = "vo-thanh-ut", "dang-minh-thu", "vo-thanh-ut"


def arrange(
    offered: Sequence[Offered],
    *,
    named: Mapping[str, Learner],
    nameless: Sequence[Learner],
    bodies: Mapping[str, Body],
    now: datetime,
) -> None:
    """Fill one class, let two people wait and somebody give a place up; let the centre decide who comes to another."""
    later = [each for each in offered if each.sessions and each.sessions[0].starts_at > now + BEGINS_AFTER]
    people = (named[OFFERED_TO], named[WAITS], named[ASKS])
    free = [each for each in later if _has_room(each, now=now) and not _holds(each, *people)]
    if len(free) < 2:
        return
    _full_class(free[0], named=named, leaver=nameless[0], manager=bodies[free[0].programme.provider].manager, now=now)
    _asked(free[1], learner=named[ASKS], manager=bodies[free[1].programme.provider].manager, now=now)


def _has_room(each: Offered, *, now: datetime) -> bool:
    left = seats.of_run(each.run).left
    return each.run.is_open(now=now - ASKED) and (left or 0) > 1


def _holds(each: Offered, *people: Learner) -> bool:
    return each.run.enrollments.holding_seat().filter(learner__in=people).exists()


def _full_class(
    each: Offered, *, named: Mapping[str, Learner], leaver: Learner, manager: Learner, now: datetime
) -> None:
    at = now - ASKED
    place = enrollment.enroll(learner=leaver, run=each.run, now=at, tell=False)
    run_seats.change_seats(run=each.run, actor=manager, seats_max=seats.of_run(each.run).held, now=at)
    for key in (OFFERED_TO, WAITS):
        waiting.join(learner=named[key], runs=[each.run], now=at)
    enrollment.withdraw(enrollment=place, now=now)


def _asked(each: Offered, *, learner: Learner, manager: Learner, now: datetime) -> None:
    terms.change(
        run=each.run,
        actor=manager,
        age_min=None,
        age_max=None,
        first=(),
        word_suffices=False,
        approval_days=APPROVAL_DAYS,
        now=now - ASKED,
    )
    approval.ask(learner=learner, run=each.run, now=now - ASKED)
