"""
Cards typed where attendance is keyed in: how many codes that are nobody's one member of staff, and one class, may try.

A card's code opens its account to whoever also knows a birth year, so that nobody may find one by trying. What is
refused is refused in the words of a wrong code: neither tells whether a code is somebody's.
"""

from allauth.core.internal import ratelimit
from django.http import HttpRequest

from courses.models import CourseRun
from courses.rules import CARDS_WRONG_OF_RUN, CARDS_WRONG_OF_STAFF
from learners.models import Learner
from learners.queries import card as cards

RATES = {"card_of_staff": CARDS_WRONG_OF_STAFF.rate_of_a_key, "card_of_run": CARDS_WRONG_OF_RUN.rate_of_a_key}


def may_try(request: HttpRequest, run: CourseRun) -> bool:
    """Return whether another wrong code would still be looked up."""
    return _consume(request, run, dry_run=True)


def count_wrong(request: HttpRequest, run: CourseRun, wrong: int) -> None:
    for _each in range(wrong):
        _consume(request, run)


def whose(request: HttpRequest, run: CourseRun, typed: str) -> Learner | None:
    """Return whose card this is; nobody's once too many were."""
    if not may_try(request, run):
        return None
    learner = cards.shown(typed)
    if learner is None:
        count_wrong(request, run, 1)
    return learner


def _consume(request: HttpRequest, run: CourseRun, *, dry_run: bool = False) -> bool:
    keys = {"card_of_staff": str(request.user.pk), "card_of_run": str(run.pk)}
    within = [
        ratelimit.consume(request, app="courses", action=action, config=RATES, key=key, dry_run=dry_run)
        for action, key in keys.items()
    ]
    return all(within)
