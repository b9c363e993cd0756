"""Freezes and merges: what changes a whole ledger, meeting what happens in it."""

from functools import partial
from typing import Any

from django.db import connection

from credits.actions import deciding, expiry, freezing, merging
from credits.models import Freeze, JournalEntry, LedgerRequest, Merge
from learners.models import Learner
from tests.factories.people import NOW, a_curator, a_learner
from tests.faults.pairs.meeting import LATER, Pair, awarded, lies, one_of, with_twelve
from tests.faults.pairs.persons import approve
from tests.faults.pairs.uses import hold, over_tomorrow, use
from tests.faults.together import kinds

USED_AFTER_IT_WAS_FROZEN = """
    SELECT count(*) FROM credits_freeze f JOIN credits_journalentry e ON e.learner_id = f.learner_id
    WHERE f.learner_id = %s AND e.reason = 'APPLICATION'
        AND pg_xact_commit_timestamp(e.xmin) > pg_xact_commit_timestamp(f.xmin)
"""


def a_freeze_and_a_use() -> Pair:
    learner, lot = with_twelve()

    def then(answers: list[Any]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(USED_AFTER_IT_WAS_FROZEN, [learner.pk])
            assert cursor.fetchone() == (0,)
        one_of(
            answers,
            (["Freeze", "JournalEntry"], lies(learner) == (4, 0, 8, 0)),
            (["Freeze", "LedgerIsFrozen"], lies(learner) == (12, 0, 0, 0)),
        )

    freeze = partial(freezing.freeze, learner=learner, reason="Khiếu nại", actor=a_curator(), now=NOW)
    return Pair([freeze, use(learner, lot)], then)


def two_freezes() -> Pair:
    learner = a_learner()

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["Freeze"] * 2
        assert Freeze.objects.filter(learner=learner).count() == 1

    return Pair(
        [partial(freezing.freeze, learner=learner, reason="Khiếu nại", actor=a_curator(), now=NOW) for _ in range(2)],
        then,
    )


def asked_merge(kept: Learner, merged: Learner) -> LedgerRequest:
    return merging.ask_merge(
        kept=kept,
        merged=merged,
        reason="Hai tài khoản của một người",
        authority="Đơn của người học",
        actor=a_curator(),
        idempotency_key=f"merge:{kept.pk}:{merged.pk}",
        now=NOW,
    )


def two_accounts() -> tuple[Learner, JournalEntry, Learner, JournalEntry]:
    return *with_twelve(), *with_twelve()


def a_merge_and_an_award() -> Pair:
    kept, _lot, merged, lot = two_accounts()

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["JournalEntry", "LedgerDecision"]
        assert (lies(kept)[0], lies(merged)[0]) in {(24, 5), (29, 0)}

    award = partial(awarded, learner=merged, issuer=lot.lot.issuer, hundredths=5)
    return Pair([approve(asked_merge(kept, merged)), award], then)


def two_merges_the_opposite_way() -> Pair:
    one, _lot, other, _lot = two_accounts()

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["AlreadyMerged", "LedgerDecision"]
        assert {lies(one)[0], lies(other)[0]} == {0, 24}

    return Pair([approve(asked_merge(one, other)), approve(asked_merge(other, one))], then)


def a_merge_and_a_hold() -> Pair:
    kept, _lot, merged, lot = two_accounts()

    def then(answers: list[Any]) -> None:
        one_of(
            answers,
            (["LedgerDecision", "NotEnoughOfLot"], (lies(kept), lies(merged)) == ((24, 0, 0, 0), (0, 0, 0, 0))),
            (["CreditIsSetAside", "JournalEntry"], (lies(kept), lies(merged)) == ((12, 0, 0, 0), (4, 8, 0, 0))),
        )

    return Pair([approve(asked_merge(kept, merged)), hold(merged, lot)], then)


def a_merge_and_the_expiry() -> Pair:
    """What is merged before it expires is found again the next time the job runs."""
    (kept, _lot), (merged, _other) = with_twelve(), over_tomorrow()

    def then(answers: list[Any]) -> None:
        assert lies(merged) == (0, 0, 0, 0)
        one_of(
            answers,
            (["LedgerDecision", 0], lies(kept) == (24, 0, 0, 0)),
            (["LedgerDecision", 1], lies(kept) == (12, 0, 0, 12)),
        )
        expiry.expire_due(now=LATER)
        assert lies(kept) == (12, 0, 0, 12)

    return Pair([approve(asked_merge(kept, merged)), partial(expiry.expire_due, now=LATER)], then)


def a_merge_undone_and_a_use() -> Pair:
    kept, _lot, merged, lot = two_accounts()
    request = asked_merge(kept, merged)
    deciding.approve(request=request, actor=a_curator(), now=NOW)
    undo = merging.ask_undo(
        merge=Merge.objects.get(request=request),
        reason="Hai người khác nhau",
        authority="Đơn của người học",
        actor=a_curator(),
        idempotency_key=f"undo:{request.pk}",
        now=NOW,
    )

    def then(answers: list[Any]) -> None:
        one_of(
            answers,
            (["LedgerDecision", "NotEnoughOfLot"], (lies(kept), lies(merged)) == ((12, 0, 0, 0), (12, 0, 0, 0))),
            (["UsedSince", "JournalEntry"], (lies(kept), lies(merged)) == ((16, 0, 8, 0), (0, 0, 0, 0))),
        )

    return Pair([approve(undo), use(kept, lot)], then)
