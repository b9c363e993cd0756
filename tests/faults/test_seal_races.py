"""Sealing under many hands and dying in the middle: one seal a day, whole or not at all, and no entry lost."""

import threading
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from credits.models import JournalEntry, Seal, SealLeaf, SealNode
from credits.queries import ledger as queries
from tests.credits.by_hand import run
from tests.factories.ledger import an_award
from tests.factories.people import NOW, a_learner, an_organization
from tests.factories.seals import a_seal, root_of_heads
from tests.faults import crash
from tests.faults.inside import until_waiting
from tests.faults.sabotage import without_the_lock_of_seals
from tests.faults.together import kinds, together

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 4


def meeting(barrier: threading.Barrier) -> Any:
    """An ``execute_wrapper`` that waits for the others before it writes: by then all have read the newest seal."""

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "INSERT INTO credits_sealleaf" in sql:
            barrier.wait(10)
        return execute(sql, params, many, context)

    return wrapper


def test_a_day_sealed_by_many_at_once():
    issuer = an_organization()
    for _ in range(5):
        an_award(learner=a_learner(), issuer=issuer)

    answers = together(*[partial(a_seal, 1)] * HANDS)

    assert {answer.pk for answer in answers} == {1}
    assert (Seal.objects.count(), SealLeaf.objects.count()) == (1, 5)
    assert queries.audit() == []


def test_without_the_lock_all_but_one_are_refused_by_the_database():
    """The control: all find the day unsealed; the keys of the tree let one of them through."""
    an_award(learner=a_learner())
    all_have_read = threading.Barrier(HANDS)

    def seal() -> Seal:
        with connection.execute_wrapper(meeting(all_have_read)):
            return a_seal(1)

    with without_the_lock_of_seals():
        answers = together(*[seal] * HANDS)

    assert kinds(answers) == ["IntegrityError"] * (HANDS - 1) + ["Seal"]
    assert queries.audit() == []


def test_nodes_are_not_added_to_a_seal_that_is_being_made():
    """The net below the action's lock: who writes into the tree waits for the seal, and is then too late."""
    an_award(learner=a_learner())
    tree_is_there, has_tried = threading.Event(), threading.Event()

    def seal() -> Seal:
        with transaction.atomic():
            made = a_seal(1)
            tree_is_there.set()
            until_waiting(1)
            assert not has_tried.is_set(), "it did not wait"
        return made

    def forge() -> None:
        assert tree_is_there.wait(10)
        try:
            run("INSERT INTO credits_sealnode (level, index, seal_id, hash) VALUES (1, 0, 1, sha256('x'))")
        finally:
            has_tried.set()

    answers = together(seal, forge)

    assert isinstance(answers[0], Seal)
    assert isinstance(answers[1], DatabaseError)
    assert "next seal only" in str(answers[1])
    assert queries.audit() == []


def test_an_entry_still_open_goes_into_the_next_seal():
    """It has a lower number than what is sealed meanwhile, and is committed later: nothing goes by numbers."""
    issuer, slow, quick = an_organization(), a_learner(), a_learner()
    for learner in (slow, quick):
        an_award(learner=learner, issuer=issuer)
    is_written, is_sealed = threading.Event(), threading.Event()

    def open_for_long() -> JournalEntry:
        with transaction.atomic():
            entry = an_award(learner=slow, issuer=issuer)
            is_written.set()
            assert is_sealed.wait(10)
        return entry

    def others() -> tuple[JournalEntry, Seal]:
        assert is_written.wait(10)
        entry, first = an_award(learner=quick, issuer=issuer), a_seal(1)
        is_sealed.set()
        return entry, first

    late, (early, first) = together(open_for_long, others)
    assert isinstance(late, JournalEntry)
    second = a_seal(2)

    assert late.pk < early.pk
    assert (first.entries, second.entries) == (3, 4)
    assert bytes(second.tree_root) == root_of_heads()
    assert queries.audit() == []


def test_a_record_begun_while_sealing_goes_into_the_next_seal():
    issuer, another = an_organization(), a_learner()
    an_award(learner=a_learner(), issuer=issuer)

    def begin_another(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        if "INSERT INTO credits_sealleaf" in sql:
            (entry,) = together(partial(an_award, learner=another, issuer=issuer))
            assert isinstance(entry, JournalEntry)
        return answer

    with connection.execute_wrapper(begin_another):
        first = a_seal(1)
    second = a_seal(2)

    assert [(seal.size, seal.entries) for seal in (first, second)] == [(1, 1), (2, 2)]
    assert queries.audit() == []


def test_awards_do_not_wait_for_a_seal():
    learner, another, issuer = a_learner(), a_learner(), an_organization()
    an_award(learner=learner, issuer=issuer)

    with transaction.atomic():
        a_seal(1)
        answers = together(*[partial(an_award, learner=each, issuer=issuer) for each in (learner, another)])

    assert kinds(answers) == ["JournalEntry", "JournalEntry"]


def test_a_seal_is_there_as_a_whole_or_not_at_all():
    issuer = an_organization()
    for _ in range(3):
        an_award(learner=a_learner(), issuer=issuer, now=NOW)

    deaths = crash.assert_all_or_nothing(partial(a_seal, 1))

    assert deaths > 10
    assert (Seal.objects.count(), SealLeaf.objects.count(), SealNode.objects.count()) == (1, 3, 6)
    assert queries.audit() == []
