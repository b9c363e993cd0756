"""
Each way of getting the ledger wrong that is known from others, planted on purpose: something must turn red.

The locks and unique rows of each pair have their own controls (``test_interleavings.py``), and so has each guard
against direct SQL (``test_attacks.py``).
"""

import re
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import pytest
from django.db import connection, transaction

from credits.actions import expiry, ledger, merging, reversal
from credits.models import JournalEntry, LedgerRequest, chain
from credits.queries import ledger as queries
from credits.queries.invariants import INVARIANTS, LEG
from learners.models import Learner
from tests.credits.by_hand import no_guards, run
from tests.factories.ledger import an_award
from tests.factories.people import a_learner, an_organization
from tests.faults.commit_order import out_of_commit_order
from tests.faults.gate import Hands
from tests.faults.pairs import awards, expiries, merges, persons
from tests.faults.pairs.meeting import Pair, awarded, lies, with_twelve
from tests.faults.row_locks import without_row_locks
from tests.faults.sabotage import as_owner, function, without_locks, without_the_net
from tests.faults.search import goes_wrong, orders
from tests.faults.together import kinds

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS = 20
LOCKS = re.compile(r"PERFORM 1 FROM public\.\w+[^;]* FOR NO KEY UPDATE;")
LEARNERS_LOCK = re.compile(r"PERFORM 1 FROM public\.learners_learner[^;]*;")


def test_locks_in_the_order_of_the_request(monkeypatch):
    """Two merges the opposite way, each locking the account that is kept first: they wait for each other."""

    def careless(request: LedgerRequest) -> tuple[Learner, Learner]:
        lock = Learner.objects.select_for_update(no_key=True)
        return lock.get(pk=request.learner_id), lock.get(pk=request.other_learner_id)

    monkeypatch.setattr(merging, "_lock_both", careless)

    assert goes_wrong(merges.two_merges_the_opposite_way)


def test_locks_after_the_read():
    """In READ COMMITTED a statement that waited still says what it saw before."""

    def after(whole: str) -> str:
        locks = LOCKS.findall(whole)
        look, insert, write = without_row_locks(LOCKS.sub("", whole)).partition("INSERT INTO")
        return f"{look}{' '.join(locks)} {insert}{write}"

    with function("credits_award", after):
        assert goes_wrong(awards.two_awards)


def test_locks_of_the_source_only():
    """An award comes from an account nobody locks, so that many can be made at once: that is no lock at all."""
    with function("credits_award", without_row_locks):
        assert goes_wrong(awards.two_awards)


def two_awards_of_two_kinds() -> Pair:
    """Two accounts, one record."""
    learner, award = with_twelve()
    an_award(learner=learner, issuer=award.lot.issuer, kind_of_credit="ACADEMIC")

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["JournalEntry"] * 2
        assert lies(learner) == (48, 0, 0, 0)

    issuer = award.lot.issuer
    return Pair(
        [partial(awarded, learner=learner, issuer=issuer, kind_of_credit=kind) for kind in ("COMMUNITY", "ACADEMIC")],
        then,
    )


def test_the_next_sequence_without_the_learners_lock():
    assert not goes_wrong(two_awards_of_two_kinds, at_most=ORDERS)

    with function("credits_award", lambda whole: LEARNERS_LOCK.sub("", whole)):
        assert goes_wrong(two_awards_of_two_kinds)


def test_the_key_looked_up_outside_the_transaction():
    def the_same_award_twice() -> Pair:
        pair = awards.the_same_award_twice()
        return Pair([partial(careless, act) for act in pair.acts], pair.then)

    def careless(award: Callable[[], JournalEntry]) -> JournalEntry:
        key = award.keywords["key"]  # type: ignore[attr-defined]
        return JournalEntry.objects.filter(idempotency_key=key).first() or award()

    with function("credits_award", lambda whole: whole.replace("e.idempotency_key = key", "false")):
        assert goes_wrong(the_same_award_twice)


def test_a_reversal_that_does_not_ask_what_is_left(monkeypatch):
    monkeypatch.setattr(reversal, "left", lambda entry: entry.lot.amount_minor)

    assert goes_wrong(persons.two_reversals_of_one_award)


@pytest.mark.parametrize("has_key", [True, False], ids=["with its key", "without its key"])
def test_an_expiry_without_its_key(monkeypatch, has_key):
    """With nothing else left to stop it, the key still does; without it the same credit expires twice."""
    if not has_key:
        number = count(1)
        monkeypatch.setattr(expiry, "_expiries_before", lambda _lot_id: next(number))
    with Hands(2, rewrite=without_row_locks) as hands, without_locks(), without_the_net():
        found = {
            finding.invariant
            for schedule in orders(hands, expiries.two_expiries, at_most=ORDERS)
            for finding in (hands.play(expiries.two_expiries().acts, schedule), queries.audit())[1]
        }

    assert ({"L05", "L12"} <= found) == (not has_key)


def test_an_audit_in_the_order_of_ids_raises_false_alarms():
    """Each connection takes ids by the score: what is committed first need not have the smaller one."""
    learner, issuer = a_learner(), an_organization()
    as_owner("ALTER SEQUENCE credits_posting_id_seq CACHE 20")
    try:
        with Hands(2) as hands:
            for number in range(6):
                order = [number % 2] * 10
                hands.play([partial(an_award, learner=learner, issuer=issuer)] * 2, order)
    finally:
        as_owner("ALTER SEQUENCE credits_posting_id_seq CACHE 1")
    (walk,) = [invariant.breaches for invariant in INVARIANTS if invariant.number == "L05"]
    by_id = walk.replace("ORDER BY leg.position, leg.id", "ORDER BY leg.id")
    assert by_id != walk

    with connection.cursor() as cursor:
        cursor.execute(f"WITH leg AS ({LEG}) {by_id}")
        false_alarms = cursor.fetchall()

    assert queries.audit() == []
    assert len(false_alarms) > 3


def test_an_amount_that_is_a_fraction(monkeypatch):
    """Three guards: the action, the canonical form, and the hash; a column of integers would round it silently."""
    learner, issuer = a_learner(), an_organization()
    award = partial(an_award, learner=learner, issuer=issuer, hundredths=12.5)
    with pytest.raises(ValueError, match="is not an amount"):
        award()

    monkeypatch.setattr(ledger, "amount", lambda minor: minor)
    with pytest.raises(chain.NotCanonical):
        award()

    monkeypatch.setattr(chain, "_check", lambda _value: None)
    award()
    assert [finding.invariant for finding in queries.audit()] == ["L09"]


def test_the_order_of_commits_is_looked_at():
    """The control of ``out_of_commit_order``: what is written once more now was committed last."""
    learner, _award = with_twelve()
    an_award(learner=learner)
    assert out_of_commit_order() == []

    with transaction.atomic(), no_guards():
        run("UPDATE credits_posting SET id = id WHERE destination_position = 1")
        run("UPDATE credits_journalentry SET id = id WHERE sequence = 1")

    assert [line.split()[0] for line in out_of_commit_order()] == ["account"] * 2 + ["learner"] * 2
