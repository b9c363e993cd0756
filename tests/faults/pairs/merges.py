"""Merges of two accounts, and their undoing, meeting what happens in one of the two."""

from functools import partial
from typing import Any

from courses.actions import content
from credits.actions import batch, deciding, expiry, holding, merging
from credits.models import JournalEntry, LedgerRequest, Merge
from learners.models import Learner
from tests.factories.catalog import a_published_run
from tests.factories.enrollment import enrolled, has_read, units_of
from tests.factories.ledger import a_hold, a_merge, an_award, asked, asked_reversal, asked_transfer
from tests.factories.people import NOW, a_curator
from tests.faults.pairs.expiries import over_tomorrow
from tests.faults.pairs.meeting import LATER, Pair, awarded, lies, one_of, with_twelve
from tests.faults.pairs.persons import approve
from tests.faults.pairs.uses import hold, use
from tests.faults.together import kinds

NOTHING = (0, 0, 0, 0)


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


def asked_undo(merge: Merge, *, key: str = "undo") -> LedgerRequest:
    return merging.ask_undo(
        merge=merge,
        reason="Hai người khác nhau",
        authority="Đơn của người học",
        actor=a_curator(),
        idempotency_key=f"{key}:{merge.pk}",
        now=NOW,
    )


def two_accounts(**more: Any) -> tuple[Learner, JournalEntry, Learner, JournalEntry]:
    return *with_twelve(**more), *with_twelve(**more)


def a_merge_and_an_award() -> Pair:
    kept, _lot, merged, lot = two_accounts()

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["JournalEntry", "LedgerDecision"]
        assert (lies(kept)[0], lies(merged)[0]) in {(24, 5), (29, 0)}

    award = partial(awarded, learner=merged, issuer=lot.lot.issuer, hundredths=5)
    return Pair([approve(asked_merge(kept, merged)), award], then)


def a_merge_and_a_batch() -> Pair:
    """Both lock both learners: in one order, whichever is kept."""
    kept, _lot, merged, lot = two_accounts()
    awards = [asked(learner=learner, issuer=lot.lot.issuer, hundredths=5) for learner in (merged, kept)]

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["LedgerDecision", "list"]
        assert (lies(kept)[0], lies(merged)[0]) in {(29, 5), (34, 0)}

    return Pair(
        [approve(asked_merge(merged=merged, kept=kept)), partial(batch.award_many, awards=awards, now=NOW)], then
    )


def a_merge_and_a_recognition() -> Pair:
    kept, _lot, merged, _other = two_accounts(kind_of_credit="ACADEMIC")

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["LedgerDecision"] * 2
        assert (lies(kept)[0], lies(merged)[0]) in {(24, 300), (324, 0)}

    return Pair([approve(asked_merge(kept, merged)), approve(asked_transfer(merged))], then)


def a_merge_and_a_completion() -> Pair:
    """A completion holds the enrolment and waits for the learner; a merge gives the enrolment to the other account."""
    kept, _lot, merged, _other = two_accounts()
    place = has_read(enrolled(merged, a_published_run(sessions=0)), up_to=2)
    unit = units_of(place)[-1]

    def then(answers: list[Any]) -> None:
        place.refresh_from_db()
        assert place.learner == kept
        one_of(
            answers,
            (["LedgerDecision", "Enrollment"], (place.state, lies(merged)) == ("COMPLETED", NOTHING)),
            (["LedgerDecision", "UnableToRead"], (place.state, lies(kept)[0]) == ("ENROLLED", 24)),
        )

    read = partial(content.complete_unit, enrollment=place, unit=unit, actor=merged, now=NOW)
    return Pair([approve(asked_merge(kept, merged)), read], then)


def a_merge_and_a_hold() -> Pair:
    kept, _lot, merged, lot = two_accounts()

    def then(answers: list[Any]) -> None:
        one_of(
            answers,
            (["LedgerDecision", "NotEnoughOfLot"], (lies(kept), lies(merged)) == ((24, 0, 0, 0), NOTHING)),
            (["CreditIsSetAside", "JournalEntry"], (lies(kept), lies(merged)) == ((12, 0, 0, 0), (4, 8, 0, 0))),
        )

    return Pair([approve(asked_merge(kept, merged)), hold(merged, lot)], then)


def a_merge_and_a_release() -> Pair:
    """A merge that sees a hold is refused; one that sees none comes after its end was committed."""
    kept, _lot, merged, lot = two_accounts()
    held = a_hold(merged, {lot.pk: 8})

    def then(answers: list[Any]) -> None:
        one_of(
            answers,
            (["LedgerDecision", "JournalEntry"], (lies(kept), lies(merged)) == ((24, 0, 0, 0), NOTHING)),
            (["CreditIsSetAside", "JournalEntry"], (lies(kept), lies(merged)) == ((12, 0, 0, 0), (12, 0, 0, 0))),
        )

    return Pair([approve(asked_merge(kept, merged)), partial(holding.release, hold=held, actor=merged, now=NOW)], then)


def a_merge_and_a_use() -> Pair:
    """What was used goes to the kept account as used."""
    kept, _lot, merged, lot = two_accounts()

    def then(answers: list[Any]) -> None:
        assert lies(merged) == NOTHING
        one_of(
            answers,
            (["LedgerDecision", "NotEnoughOfLot"], lies(kept) == (24, 0, 0, 0)),
            (["LedgerDecision", "JournalEntry"], lies(kept) == (16, 0, 8, 0)),
        )

    return Pair([approve(asked_merge(kept, merged)), use(merged, lot)], then)


def a_merge_and_the_expiry() -> Pair:
    """What is merged before it expires is found again the next time the job runs."""
    (kept, _lot), (merged, _other) = with_twelve(), over_tomorrow()

    def then(answers: list[Any]) -> None:
        assert lies(merged) == NOTHING
        one_of(
            answers,
            (["LedgerDecision", 0], lies(kept) == (24, 0, 0, 0)),
            (["LedgerDecision", 1], lies(kept) == (12, 0, 0, 12)),
        )
        expiry.expire_due(now=LATER)
        assert lies(kept) == (12, 0, 0, 12)

    return Pair([approve(asked_merge(kept, merged)), partial(expiry.expire_due, now=LATER)], then)


def a_merge_and_a_reversal() -> Pair:
    """A reversal was asked for of the account that is merged away; the credit is not there any more, or never went."""
    kept, _lot, merged, mistake = two_accounts()

    def then(answers: list[Any]) -> None:
        assert lies(merged) == NOTHING
        one_of(
            answers,
            (["LedgerDecision", "HasMoved"], lies(kept) == (24, 0, 0, 0)),
            (["LedgerDecision", "LedgerDecision"], lies(kept) == (12, 0, 0, 0)),
        )

    return Pair([approve(asked_merge(kept, merged)), approve(asked_reversal(mistake))], then)


def a_merge_of_who_approves() -> Pair:
    """Whose other account it is by then approves nothing for it; what was approved before is in the record before."""
    learner, _lot = with_twelve(kind_of_credit="ACADEMIC")
    curator = a_curator()
    an_award(learner=curator, hundredths=5)
    request = asked_transfer(learner)

    def then(answers: list[Any]) -> None:
        one_of(
            answers,
            (["LedgerDecision", "LedgerDecision"], reasons(learner)[1:] == ["TRANSFER_IN", "MERGE_IN"]),
            (["LedgerDecision", "UnableToDecide"], reasons(learner)[1:] == ["MERGE_IN"]),
        )

    merge = approve(asked_merge(learner, curator))
    return Pair([merge, partial(deciding.approve, request=request, actor=curator, now=NOW)], then)


def a_merge_of_who_asked() -> Pair:
    """Nor is anything done that somebody asked for their own other account."""
    learner, mistake = with_twelve()
    curator = a_curator()
    an_award(learner=curator, hundredths=5)
    request = asked_reversal(mistake, by=curator)

    def then(answers: list[Any]) -> None:
        one_of(
            answers,
            (["LedgerDecision", "LedgerDecision"], reasons(learner)[1:] == ["REVERSAL", "MERGE_IN"]),
            (["LedgerDecision", "UnableToDecide"], reasons(learner)[1:] == ["MERGE_IN"]),
        )

    return Pair([approve(asked_merge(learner, curator)), approve(request)], then)


def reasons(learner: Learner) -> list[str]:
    """Return what each entry of the record is, in its order."""
    return list(learner.journal_entries.order_by("sequence").values_list("reason", flat=True))


def two_merges_the_opposite_way() -> Pair:
    one, _lot, other, _lot = two_accounts()

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["AlreadyMerged", "LedgerDecision"]
        assert {lies(one)[0], lies(other)[0]} == {0, 24}

    return Pair([approve(asked_merge(one, other)), approve(asked_merge(other, one))], then)


def a_merge_undone_and_a_use() -> Pair:
    kept, _lot, merged, lot = two_accounts()
    undo = asked_undo(a_merge(kept, merged))

    def then(answers: list[Any]) -> None:
        one_of(
            answers,
            (["LedgerDecision", "NotEnoughOfLot"], (lies(kept), lies(merged)) == ((12, 0, 0, 0), (12, 0, 0, 0))),
            (["UsedSince", "JournalEntry"], (lies(kept), lies(merged)) == ((16, 0, 8, 0), NOTHING)),
        )

    return Pair([approve(undo), use(kept, lot)], then)


def a_merge_undone_and_a_reversal() -> Pair:
    """What is taken back first does not come back to the other account."""
    kept, _lot, merged, mistake = two_accounts()
    undo = asked_undo(a_merge(kept, merged))

    def then(answers: list[Any]) -> None:
        one_of(
            answers,
            (["LedgerDecision", "HasMoved"], (lies(kept), lies(merged)) == ((12, 0, 0, 0), (12, 0, 0, 0))),
            (["LedgerDecision", "LedgerDecision"], (lies(kept), lies(merged)) == ((12, 0, 0, 0), NOTHING)),
        )

    return Pair([approve(undo), approve(asked_reversal(mistake))], then)


def a_merge_undone_and_one_further_on() -> Pair:
    """What came with the first merge is moved on by the second one, or has gone back before."""
    kept, _lot, merged, _other = two_accounts()
    further, _lot = with_twelve()
    undo = asked_undo(a_merge(kept, merged))

    def then(answers: list[Any]) -> None:
        assert lies(kept) == NOTHING
        one_of(
            answers,
            (["LedgerDecision", "LedgerDecision"], (lies(further)[0], lies(merged)[0]) == (24, 12)),
            (["AlreadyMerged", "LedgerDecision"], (lies(further)[0], lies(merged)[0]) == (36, 0)),
        )

    return Pair([approve(undo), approve(asked_merge(further, kept))], then)


def a_merge_undone_twice() -> Pair:
    """Two requests, each approved."""
    kept, _lot, merged, _other = two_accounts()
    merge = a_merge(kept, merged)

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["AlreadyMerged", "LedgerDecision"]
        assert (lies(kept), lies(merged)) == ((12, 0, 0, 0), (12, 0, 0, 0))

    return Pair([approve(asked_undo(merge)), approve(asked_undo(merge, key="undo again"))], then)
