"""
Every two acts of the ledger that can meet, in as many orders of their statements as this form of the run has time for.

The control: without what keeps a pair right the same machine must find a wrong outcome, or see the database's own net
refuse, within a hundred orders; most fall at one of the first.
"""

from contextlib import AbstractContextManager

import pytest
from django.db import DatabaseError

from credits.queries import ledger as queries
from tests.emptying import empty_tables
from tests.faults import pairs
from tests.faults.commit_order import out_of_commit_order
from tests.faults.gate import Hands
from tests.faults.pairs import PAIRS, awards
from tests.faults.sabotage import (
    without_constraint,
    without_locks,
    without_meeting,
    without_on_conflict,
    without_row_locks,
    without_the_lock_of_seals,
)
from tests.faults.search import orders, what_is_wrong
from tests.seed import form

pytestmark = pytest.mark.django_db(transaction=True)
SHORT, CONTROL = 20, 100
MEETINGS_PER_LEDGER = 20
ORDERS = form(short=SHORT, long=200)  # of each of some sixty pairs: the long form has three quarters of an hour


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.__name__)
def test_whatever_the_order_the_outcome_is_allowed(pair):
    wrong = []
    with Hands(2) as hands:
        for number, schedule in enumerate(orders(hands, pair, at_most=ORDERS), start=1):
            wrong.append(what_is_wrong(hands, pair, schedule))
            if number % MEETINGS_PER_LEDGER == 0:
                empty_tables(None)  # the audit reads all of it every time

    assert [each for each in wrong if each] == []


def without(guard: str) -> tuple[Hands, AbstractContextManager[None]]:
    """Return hands that do without the guard, and how the database is made to do without it."""
    if guard == pairs.MEETING:
        return Hands(2, rewrite=without_on_conflict), without_meeting()
    if guard == pairs.ONE_DECISION:
        return Hands(2), without_constraint("credits_ledgerdecision", "credits_ledgerdecision_pkey")
    if guard == pairs.ONE_QUESTION:  # the learner's lock lets the second find the first; the key is the net below
        return Hands(2, rewrite=without_row_locks), without_constraint(
            "credits_ledgerrequest", "credits_ledgerrequest_idempotency_key_key"
        )
    if guard == pairs.ONE_LIFTING:  # the learner's lock again; below it a freeze has one end
        return Hands(2, rewrite=without_row_locks), without_constraint("credits_unfreeze", "credits_unfreeze_pkey")
    if guard == pairs.ONE_SEAL:
        return Hands(2), without_the_lock_of_seals()
    return Hands(2, rewrite=without_row_locks), without_locks()


@pytest.mark.parametrize(
    "pair", [pair for pair, met in PAIRS.items() if met.guard != pairs.NOTHING], ids=lambda pair: pair.__name__
)
def test_without_its_guard_it_goes_wrong(pair):
    """The control of each pair."""
    hands, sabotage = without(PAIRS[pair].guard)
    with hands, sabotage:
        assert any(what_is_wrong(hands, pair, schedule) for schedule in orders(hands, pair, at_most=CONTROL))


def test_the_net_is_what_stops_two_awards_without_locks():
    """The control of the controls: nothing wrong stays, because the database refuses it."""
    with Hands(2, rewrite=without_row_locks) as hands, without_locks():
        refused = [
            answer
            for schedule in orders(hands, awards.two_awards, at_most=SHORT)
            for answer in hands.play(awards.two_awards().acts, schedule)
            if isinstance(answer, DatabaseError)
        ]

    assert refused
    assert queries.audit() == []
    assert out_of_commit_order() == []
