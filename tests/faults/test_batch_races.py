"""
Batches of awards under many hands: real connections, real commits; each race with its control.

A batch sends its locks as statements of its own, so a control takes them out on their way to the database.
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from credits.actions import batch, ledger
from credits.models import JournalEntry
from credits.queries import ledger as queries
from learners.models import Learner, Organization
from tests.factories.ledger import an_award, asked
from tests.factories.people import NOW, a_learner, an_organization
from tests.faults import crash
from tests.faults.inside import until_waiting
from tests.faults.together import kinds, together

pytestmark = pytest.mark.django_db(transaction=True)
INSERT = "INSERT INTO credits_journalentry"


def award_all(awards: Sequence[batch.Asked]) -> list[batch.Outcome]:
    return batch.award_many(awards=awards, now=NOW)


def a_class(learners: Sequence[Learner], issuer: Organization, term: str) -> list[batch.Asked]:
    return [asked(learner=learner, issuer=issuer, key=f"{term}:{learner.pk}") for learner in learners]


@contextmanager
def on_its_way(*, without: str = "", before_insert: Callable[[], object] = lambda: None) -> Any:
    """Statements leave without some words; before the first insert something else happens."""
    happened = False

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal happened
        if INSERT in sql and not happened:
            happened = True
            before_insert()
        return execute(sql.replace(without, "") if without else sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield


def test_two_batches_of_the_same_learners_at_once():
    issuer, learners = an_organization(), [a_learner() for _ in range(20)]

    answers = together(
        partial(award_all, a_class(learners, issuer, "spring")),
        partial(award_all, a_class(learners[::-1], issuer, "autumn")),
    )

    assert kinds(answers) == ["list", "list"]
    assert [queries.balance(learner).total for learner in learners] == [24] * 20
    assert queries.audit() == []


def test_two_batches_of_the_same_learners_without_the_locks_are_stopped_by_the_database():
    issuer, learners = an_organization(), [a_learner() for _ in range(5)]
    award_all(a_class(learners, issuer, "winter"))
    both_have_read = threading.Barrier(2)

    def act(term: str) -> list[batch.Outcome]:
        with on_its_way(without="FOR NO KEY UPDATE", before_insert=partial(both_have_read.wait, 10)):
            return award_all(a_class(learners, issuer, term))

    answers = together(partial(act, "spring"), partial(act, "autumn"))

    assert kinds(answers) == ["IntegrityError", "list"]
    assert [queries.balance(learner).total for learner in learners] == [24] * 5
    assert queries.audit() == []


def test_two_batches_that_overlap_post_what_they_share_once():
    issuer, learners = an_organization(), [a_learner() for _ in range(20)]

    first, second = together(
        partial(award_all, a_class(learners[:15], issuer, "spring")),
        partial(award_all, a_class(learners[5:], issuer, "spring")),
    )

    assert first[5:] == second[:10]
    assert JournalEntry.objects.count() == 20
    assert queries.audit() == []


def test_a_batch_and_single_awards_of_the_same_learners_at_once():
    issuer, learners = an_organization(), [a_learner() for _ in range(10)]

    def singly() -> list[JournalEntry]:
        return [an_award(learner=learner, issuer=issuer) for learner in learners[::-1]]

    answers = together(partial(award_all, a_class(learners, issuer, "spring")), singly)

    assert kinds(answers) == ["list", "list"]
    assert [queries.balance(learner).total for learner in learners] == [24] * 10
    assert queries.audit() == []


def test_a_single_award_waits_for_the_batch_that_holds_its_learner():
    learner, issuer = a_learner(), an_organization()
    an_award(learner=learner, issuer=issuer)

    def single_gives_up() -> None:
        [answer] = together(partial(impatient_award, learner, issuer))
        assert isinstance(answer, OperationalError)

    with on_its_way(before_insert=single_gives_up):
        award_all([asked(learner=learner, issuer=issuer)])

    assert queries.balance(learner).total == 24
    assert queries.audit() == []


def impatient_award(learner: Learner, issuer: Organization) -> JournalEntry:
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    return an_award(learner=learner, issuer=issuer)


def test_a_single_award_slips_past_a_batch_without_its_locks_and_the_database_stops_the_batch():
    """The control: the single award finds nothing held, and the batch builds on what is no longer true."""
    learner, issuer = a_learner(), an_organization()
    an_award(learner=learner, issuer=issuer)

    def act() -> list[batch.Outcome]:
        single = partial(together, partial(impatient_award, learner, issuer))
        with on_its_way(without="FOR NO KEY UPDATE", before_insert=single):
            return award_all([asked(learner=learner, issuer=issuer)])

    answers = together(act)

    assert kinds(answers) == ["IntegrityError"]
    assert queries.balance(learner).total == 24
    assert queries.audit() == []


def test_a_key_that_another_learner_takes_meanwhile_is_refused_and_the_rest_is_posted():
    issuer, learners, other = an_organization(), [a_learner() for _ in range(3)], a_learner()
    awards = a_class(learners, issuer, "spring")
    an_award(learner=other, issuer=issuer)
    taken = partial(an_award, learner=other, issuer=issuer, key=awards[1].idempotency_key)

    with on_its_way(before_insert=partial(together, taken)):
        outcomes = award_all(awards)

    assert [type(outcome) for outcome in outcomes] == [JournalEntry, ledger.KeyReused, JournalEntry]
    assert [queries.balance(learner).total for learner in (*learners, other)] == [12, 0, 12, 24]
    assert queries.audit() == []


class TakenBack(Exception):
    pass


def crossing_keys(*, without: str = "") -> list[Any]:
    """
    Two batches of different learners under the same keys, asked in opposite order.

    Somebody holds the key in the middle until both wait, and then gives it up.
    """
    issuer, keys = an_organization(), ["completion:1", "completion:5", "completion:9"]
    one, other = ([a_learner() for _ in keys] for _ in range(2))
    holder = a_learner()
    for learner in (*one, *other, holder):
        an_award(learner=learner, issuer=issuer)  # opens the accounts, for which they would wait
    is_held = threading.Event()

    def hold() -> None:
        with suppress(TakenBack), transaction.atomic():
            an_award(learner=holder, issuer=issuer, key=keys[1])
            is_held.set()
            until_waiting(2)
            raise TakenBack

    def act(learners: Sequence[Learner], in_order: Sequence[str]) -> list[batch.Outcome]:
        pairs = zip(learners, in_order, strict=True)
        awards = [asked(learner=learner, issuer=issuer, key=key) for learner, key in pairs]
        assert is_held.wait(10)
        with on_its_way(without=without):
            return award_all(awards)

    held, *answers = together(hold, partial(act, one, keys), partial(act, other, keys[::-1]))
    assert held is None
    return answers


def test_batches_that_cross_in_their_keys_do_not_wait_for_each_other_for_ever():
    answers = crossing_keys()

    assert kinds(answers) == ["list", "list"]
    assert sorted(kinds(answer) for answer in answers) == [["JournalEntry"] * 3, ["KeyReused"] * 3]
    assert queries.audit() == []


def test_batches_that_cross_without_the_order_of_keys_do():
    answers = crossing_keys(without="ORDER BY idempotency_key")

    assert kinds(answers) == ["OperationalError", "list"]
    assert queries.audit() == []


def test_a_batch_dying_at_every_statement():
    issuer, learners = an_organization(), [a_learner() for _ in range(3)]
    awards = a_class(learners, issuer, "spring")

    crash.assert_all_or_nothing(lambda: award_all(awards))

    assert JournalEntry.objects.count() == 3
    assert queries.audit() == []
