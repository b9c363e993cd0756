"""
The ledger under many hands: real connections, real commits.

Each race has its control: with the row locks taken out of the functions that lock it must go wrong, or be stopped by
the database's own net, else the race proves nothing.
"""

import threading
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from credits.actions import deciding, reversal
from credits.models import Account, JournalEntry, LedgerDecision, LedgerRequest, Posting
from credits.queries import ledger as queries
from learners.models import Learner, Organization
from tests.factories.ledger import an_award, asked_again, asked_reversal
from tests.factories.people import NOW, a_curator, a_learner, an_organization
from tests.faults.commit_order import out_of_commit_order
from tests.faults.inside import meet_inside
from tests.faults.sabotage import without_locks, without_the_net
from tests.faults.together import kinds, together

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 8


def meeting(barrier: threading.Barrier) -> Any:
    """An ``execute_wrapper`` that waits for the other before it inserts: by then both have read."""

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "INSERT INTO credits_journalentry" in sql:
            barrier.wait(10)
        return execute(sql, params, many, context)

    return wrapper


def test_one_award_asked_for_by_many_at_once():
    learner, issuer = a_learner(), an_organization()

    answers = together(*[partial(an_award, learner=learner, issuer=issuer, key="completion:1")] * HANDS)

    assert len({entry.pk for entry in answers}) == 1
    assert (JournalEntry.objects.count(), Posting.objects.count(), Account.objects.count()) == (1, 1, 2)
    assert queries.audit() == []


def test_one_key_for_two_learners_at_once():
    issuer = an_organization()

    answers = together(
        *[partial(an_award, learner=a_learner(), issuer=issuer, key="completion:1") for _ in range(HANDS)]
    )

    assert kinds(answers) == sorted(["JournalEntry"] + ["KeyReused"] * (HANDS - 1))
    assert JournalEntry.objects.count() == 1
    assert queries.audit() == []


def test_one_key_for_two_learners_who_both_found_it_free():
    issuer, learners = an_organization(), [a_learner(), a_learner()]
    for learner in learners:
        an_award(learner=learner, issuer=issuer)

    awards = [partial(an_award, learner=learner, issuer=issuer, key="completion:1") for learner in learners]
    answers = meet_inside("credits_award", *awards)

    assert kinds(answers) == ["JournalEntry", "KeyReused"]
    assert queries.audit() == []


def many_awards(learner: Learner, issuer: Organization) -> list[Any]:
    """Eight hands, five awards each, to one learner; of two kinds, so of two accounts, and one chain."""

    def five(hand: int) -> list[JournalEntry]:
        kind = ("COMMUNITY", "VOCATIONAL")[hand % 2]
        keys = [f"completion:{hand}:{number}" for number in range(5)]
        return [an_award(learner=learner, issuer=issuer, kind_of_credit=kind, key=key) for key in keys]

    return [partial(five, hand) for hand in range(HANDS)]


def test_many_awards_to_one_learner_stand_in_the_order_of_their_commits():
    learner, issuer = a_learner(), an_organization()

    answers = together(*many_awards(learner, issuer))

    assert kinds(answers) == ["list"] * HANDS
    sequences = JournalEntry.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(sequences) == list(range(1, 5 * HANDS + 1))
    assert out_of_commit_order() == []
    assert queries.balance(learner).total == 5 * HANDS * 12
    assert queries.audit() == []


def test_many_awards_without_the_locks_are_stopped_by_the_database():
    """The control: with nothing locked all take the same place; one gets it, the net refuses the others."""
    learner, issuer = a_learner(), an_organization()
    an_award(learner=learner, issuer=issuer)

    with without_locks():
        awards = [partial(an_award, learner=learner, issuer=issuer, key=str(hand)) for hand in range(HANDS)]
        answers = meet_inside("credits_award", *awards)

    assert kinds(answers) == ["IntegrityError"] * (HANDS - 1) + ["JournalEntry"]
    assert queries.audit() == []


def test_many_learners_of_one_issuer_wait_for_nobody():
    """An issuer's account is not locked: while one award is not yet committed, the others go through."""
    issuer = an_organization()
    learners = [a_learner() for _ in range(HANDS)]
    an_award(learner=learners[0], issuer=issuer)
    others_are_done = threading.Event()

    @transaction.atomic
    def first() -> JournalEntry:
        entry = an_award(learner=learners[0], issuer=issuer)
        assert others_are_done.wait(10)
        return entry

    def others() -> list[JournalEntry]:
        entries = [an_award(learner=learner, issuer=issuer) for learner in learners[1:]]
        others_are_done.set()
        return entries

    assert kinds(together(first, others)) == ["JournalEntry", "list"]
    assert queries.audit() == []


def test_every_entry_reversed_twice_at_once():
    """As many reversals as entries, as many refusals, and everybody back at nothing."""
    issuer = an_organization()
    learners = [a_learner() for _ in range(3)]
    entries = [an_award(learner=learner, issuer=issuer) for learner in learners for _ in range(4)]
    curator = a_curator()
    firsts = [asked_reversal(entry) for entry in entries]
    asked = {1: firsts, 2: [asked_again(each) for each in firsts]}

    def reverse_all(hand: int) -> list[str]:
        outcomes = []
        for request in asked[hand]:
            try:
                deciding.approve(request=request, actor=curator, now=NOW)
                outcomes.append("reversed")
            except reversal.AlreadyReversed:
                outcomes.append("refused")
        return outcomes

    first, second = together(partial(reverse_all, 1), partial(reverse_all, 2))

    assert all({one, other} == {"reversed", "refused"} for one, other in zip(first, second, strict=True))
    assert [queries.balance(learner).total for learner in learners] == [0, 0, 0]
    assert queries.audit() == []


def test_reversed_twice_without_the_locks_is_stopped_by_the_database():
    """The control: two who both find the entry not yet reversed; the second is refused below the action."""
    learner, issuer = a_learner(), an_organization()
    entry = an_award(learner=learner, issuer=issuer)
    an_award(learner=learner, issuer=issuer)
    both_have_read = threading.Barrier(2)
    curator, first = a_curator(), asked_reversal(entry)
    requests = [first, asked_again(first)]

    def reverse(request: LedgerRequest) -> LedgerDecision:
        with connection.execute_wrapper(meeting(both_have_read)):
            return deciding.approve(request=request, actor=curator, now=NOW)

    with without_locks():
        answers = together(*[partial(reverse, request) for request in requests])

    assert kinds(answers) == ["IntegrityError", "LedgerDecision"]
    assert queries.balance(learner).total == 12
    assert queries.audit() == []


def test_without_locks_and_without_the_net_the_ledger_breaks_and_the_audit_says_so():
    """The control of the controls: with nothing left to stop them, two awards build on one balance."""
    learner, issuer = a_learner(), an_organization()
    an_award(learner=learner, issuer=issuer)

    with without_locks(), without_the_net():
        answers = meet_inside(
            "credits_award", *[partial(an_award, learner=learner, issuer=issuer, key=key) for key in ("1", "2")]
        )
        assert kinds(answers) == ["JournalEntry", "JournalEntry"]

        assert {"L05", "L08", "L09"} <= {finding.invariant for finding in queries.audit()}
