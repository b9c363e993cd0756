"""
Every two acts of the ledger that can meet, in every order of their statements the form of this run has time for.

The control: with the row locks taken out, the same machine must find a wrong outcome, or see the database's own net
refuse, within the short form.
"""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError

from credits.queries import ledger as queries
from tests.faults.commit_order import out_of_commit_order
from tests.faults.gate import Hands, Schedule, schedules
from tests.faults.pairs import PAIRS
from tests.faults.sabotage import without_locks
from tests.seed import chance, form

pytestmark = pytest.mark.django_db(transaction=True)
SHORT = 30
LONG = 500

pairs = pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.__name__)


def orders(hands: Hands, pair, *, at_most: int) -> Iterator[Schedule]:  # type: ignore[no-untyped-def]
    """Yield schedules for as many steps as the pair takes when one comes after the other, first things first."""
    hands.play(pair().acts, [])
    yield from schedules(hands.steps, at_most=at_most, chance=chance(pair.__name__))


def what_is_wrong(hands: Hands, pair, schedule: Schedule) -> str:  # type: ignore[no-untyped-def]
    """Play the pair and return what is wrong with the outcome, with what is needed to play it again; or nothing."""
    meeting = pair()
    answers = hands.play(meeting.acts, schedule)
    try:
        meeting.then(answers)
        assert queries.audit() == []
        assert out_of_commit_order() == []
    except AssertionError as wrong:
        return f"{pair.__name__}, {schedule}: {answers}: {wrong}"
    return ""


@pairs
def test_whatever_the_order_the_outcome_is_allowed(pair):
    with Hands(2) as hands:
        for schedule in orders(hands, pair, at_most=form(short=SHORT, long=LONG)):
            assert what_is_wrong(hands, pair, schedule) == ""


@pairs
def test_without_locks_the_machine_finds_it(pair):
    """The control of each pair."""
    with Hands(2) as hands, without_locks():
        assert any(what_is_wrong(hands, pair, schedule) for schedule in orders(hands, pair, at_most=SHORT))
    assert queries.audit() == []


def test_the_net_is_what_stops_two_awards_without_locks():
    """The control of the controls: nothing wrong stays, because the database refuses it."""
    two_awards = PAIRS[0]
    with Hands(2) as hands, without_locks():
        refused = [
            answer
            for schedule in orders(hands, two_awards, at_most=SHORT)
            for answer in hands.play(two_awards().acts, schedule)
            if isinstance(answer, DatabaseError)
        ]
    assert refused
    assert queries.audit() == []
    assert out_of_commit_order() == []
