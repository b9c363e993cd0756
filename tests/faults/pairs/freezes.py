"""Freezes, and the end of them, meeting what they stop."""

from functools import partial
from typing import Any

from django.db import connection

from credits.actions import freezing
from credits.models import Freeze, LedgerRequest
from learners.models import Learner
from tests.factories.ledger import a_hold, a_merge, an_award, asked_reversal
from tests.factories.people import NOW, a_curator, a_learner
from tests.faults.gate import Act
from tests.faults.pairs.meeting import Pair, lies, one_of, with_twelve
from tests.faults.pairs.merges import asked_merge, asked_undo, two_accounts
from tests.faults.pairs.persons import approve
from tests.faults.pairs.uses import apply, hold, use
from tests.faults.together import kinds

MOVED_AFTER_IT_WAS_FROZEN = """
    SELECT count(*) FROM credits_freeze f, credits_journalentry e
    WHERE f.learner_id = ANY(%(accounts)s) AND e.learner_id = ANY(%(accounts)s)
        AND e.reason IN ('HOLD', 'APPLICATION', 'MERGE_OUT', 'MERGE_IN', 'UNMERGE_OUT', 'UNMERGE_IN')
        AND pg_xact_commit_timestamp(e.xmin) > pg_xact_commit_timestamp(f.xmin)
"""


def freeze(learner: Learner) -> Act:
    return partial(freezing.freeze, learner=learner, reason="Khiếu nại", actor=a_curator(), now=NOW)


def asked_unfreeze(frozen: Freeze, *, key: str = "unfreeze") -> LedgerRequest:
    return freezing.ask_unfreeze(
        freeze=frozen,
        reason="Đã rõ",
        authority="Biên bản số 12",
        actor=a_curator(),
        idempotency_key=f"{key}:{frozen.pk}",
        now=NOW,
    )


def nothing_left_after_it_was_frozen(*accounts: Learner) -> bool:
    """Return whether after a freeze of one of these accounts, of one person, no credit went anywhere from any."""
    with connection.cursor() as cursor:
        cursor.execute(MOVED_AFTER_IT_WAS_FROZEN, {"accounts": [account.pk for account in accounts]})
        return bool(cursor.fetchone() == (0,))


def a_freeze_and_a_use() -> Pair:
    learner, lot = with_twelve()

    def then(answers: list[Any]) -> None:
        assert nothing_left_after_it_was_frozen(learner)
        one_of(
            answers,
            (["Freeze", "JournalEntry"], lies(learner) == (4, 0, 8, 0)),
            (["Freeze", "LedgerIsFrozen"], lies(learner) == (12, 0, 0, 0)),
        )

    return Pair([freeze(learner), use(learner, lot)], then)


def a_freeze_and_a_use_in_the_merged_account() -> Pair:
    """Of credit that came after the merge: it lies there, and its owner can still use it."""
    kept, _lot, merged, other = two_accounts()
    a_merge(kept, merged)
    late = an_award(learner=merged, issuer=other.lot.issuer, hundredths=8)

    def then(answers: list[Any]) -> None:
        assert Freeze.objects.get(learner__in=[kept, merged]).learner == kept
        assert nothing_left_after_it_was_frozen(kept, merged)
        one_of(
            answers,
            (["Freeze", "JournalEntry"], lies(merged) == (0, 0, 8, 0)),
            (["Freeze", "LedgerIsFrozen"], lies(merged) == (8, 0, 0, 0)),
        )

    return Pair([freeze(merged), use(merged, late)], then)


def a_freeze_and_a_hold() -> Pair:
    learner, lot = with_twelve()

    def then(answers: list[Any]) -> None:
        assert nothing_left_after_it_was_frozen(learner)
        one_of(
            answers,
            (["Freeze", "JournalEntry"], lies(learner) == (4, 8, 0, 0)),
            (["Freeze", "LedgerIsFrozen"], lies(learner) == (12, 0, 0, 0)),
        )

    return Pair([freeze(learner), hold(learner, lot)], then)


def a_freeze_and_a_hold_used() -> Pair:
    """What is refused stays set aside: it was not given back on the way."""
    learner, lot = with_twelve()
    held = a_hold(learner, {lot.pk: 8})

    def then(answers: list[Any]) -> None:
        assert nothing_left_after_it_was_frozen(learner)
        one_of(
            answers,
            (["Freeze", "JournalEntry"], lies(learner) == (4, 0, 8, 0)),
            (["Freeze", "LedgerIsFrozen"], lies(learner) == (4, 8, 0, 0)),
        )

    return Pair([freeze(learner), apply(held, lot)], then)


def a_freeze_and_a_reversal() -> Pair:
    """What is taken back goes to whoever issued it: a freeze does not stop that."""
    learner, mistake = with_twelve()

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["Freeze", "LedgerDecision"]
        assert lies(learner) == (0, 0, 0, 0)

    return Pair([freeze(learner), approve(asked_reversal(mistake))], then)


def a_freeze_and_a_merge() -> Pair:
    """Of the account that is merged; the freeze is where its credit lies, whichever comes first."""
    kept, _lot, merged, _other = two_accounts()

    def then(answers: list[Any]) -> None:
        frozen = Freeze.objects.get(learner__in=[kept, merged]).learner
        assert nothing_left_after_it_was_frozen(kept, merged)
        one_of(
            answers,
            (["Freeze", "LedgerDecision"], (frozen, lies(kept)) == (kept, (24, 0, 0, 0))),
            (["Freeze", "LedgerIsFrozen"], (frozen, lies(merged)) == (merged, (12, 0, 0, 0))),
        )

    return Pair([freeze(merged), approve(asked_merge(kept, merged))], then)


def a_freeze_of_the_kept_account_and_a_merge() -> Pair:
    """Nothing is moved into a frozen record: it could not be moved back."""
    kept, _lot, merged, _other = two_accounts()

    def then(answers: list[Any]) -> None:
        assert Freeze.objects.get(learner__in=[kept, merged]).learner == kept
        assert nothing_left_after_it_was_frozen(kept, merged)
        one_of(
            answers,
            (["Freeze", "LedgerDecision"], lies(kept) == (24, 0, 0, 0)),
            (["Freeze", "LedgerIsFrozen"], lies(kept) == (12, 0, 0, 0)),
        )

    return Pair([freeze(kept), approve(asked_merge(kept, merged))], then)


def a_freeze_and_a_merge_undone() -> Pair:
    """Of the account that was merged: the one its credit lies in is frozen, until that goes back or after."""
    kept, _lot, merged, _other = two_accounts()
    undo = asked_undo(a_merge(kept, merged))

    def then(answers: list[Any]) -> None:
        frozen = Freeze.objects.get(learner__in=[kept, merged]).learner
        assert nothing_left_after_it_was_frozen(kept, merged)
        one_of(
            answers,
            (["Freeze", "LedgerDecision"], (frozen, lies(merged)) == (merged, (12, 0, 0, 0))),
            (["Freeze", "LedgerIsFrozen"], (frozen, lies(kept)) == (kept, (24, 0, 0, 0))),
        )

    return Pair([freeze(merged), approve(undo)], then)


def two_freezes() -> Pair:
    learner = a_learner()

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["Freeze"] * 2
        assert Freeze.objects.filter(learner=learner).count() == 1

    return Pair([freeze(learner), freeze(learner)], then)


def a_freeze_lifted_and_a_use() -> Pair:
    learner, lot = with_twelve()
    request = asked_unfreeze(freeze(learner)())

    def then(answers: list[Any]) -> None:
        one_of(
            answers,
            (["LedgerDecision", "JournalEntry"], lies(learner) == (4, 0, 8, 0)),
            (["LedgerDecision", "LedgerIsFrozen"], lies(learner) == (12, 0, 0, 0)),
        )

    return Pair([approve(request), use(learner, lot)], then)


def a_freeze_lifted_and_a_new_one() -> Pair:
    """Who freezes is told of the freeze that is there, which is then lifted; or after that there is a new one."""
    learner = a_learner()
    first = freeze(learner)()

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["Freeze", "LedgerDecision"]
        is_open = {frozen.pk for frozen in Freeze.objects.filter(learner=learner, lifted__isnull=True)}
        assert is_open == {answers[1].pk} - {first.pk}

    return Pair([approve(asked_unfreeze(first)), freeze(learner)], then)


def a_freeze_lifted_twice() -> Pair:
    """Two requests, each approved."""
    frozen = freeze(a_learner())()

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["AlreadyLifted", "LedgerDecision"]

    return Pair([approve(asked_unfreeze(frozen)), approve(asked_unfreeze(frozen, key="unfreeze again"))], then)
