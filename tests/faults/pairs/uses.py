"""Holds and uses: the last credit is used once."""

from functools import partial
from typing import Any

from credits.actions import holding
from credits.models import JournalEntry
from learners.models import Learner
from tests.factories.ledger import a_hold, a_use, for_a_certificate
from tests.factories.people import NOW
from tests.faults.gate import Act
from tests.faults.pairs.meeting import Pair, lies, one_of, with_twelve
from tests.faults.together import kinds


def hold(learner: Learner, lot: JournalEntry, hundredths: int = 8) -> Act:
    return partial(a_hold, learner, {lot.pk: hundredths}, key=f"hold:{lot.pk}:{hundredths}")


def use(learner: Learner, lot: JournalEntry, hundredths: int = 8, **more: Any) -> Act:
    return partial(a_use, learner, {lot.pk: hundredths}, key=f"use:{lot.pk}:{hundredths}", **more)


def apply(held: JournalEntry, lot: JournalEntry, hundredths: int = 8) -> Act:
    """Return the act of using what a hold has set aside."""
    return partial(
        holding.apply_hold,
        hold=held,
        amounts={lot.pk: hundredths},
        actor=held.learner,
        idempotency_key=f"use:{held.pk}",
        snapshot=for_a_certificate(),
        now=NOW,
    )


def two_holds_of_the_last_credit() -> Pair:
    learner, lot = with_twelve()

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["JournalEntry", "NotEnoughOfLot"]
        assert lies(learner) in {(4, 8, 0, 0), (5, 7, 0, 0)}

    return Pair([hold(learner, lot, 8), hold(learner, lot, 7)], then)


def a_hold_and_a_use() -> Pair:
    learner, lot = with_twelve()

    def then(answers: list[Any]) -> None:
        one_of(
            answers,
            (["JournalEntry", "NotEnoughOfLot"], lies(learner) == (4, 8, 0, 0)),
            (["NotEnoughOfLot", "JournalEntry"], lies(learner) == (4, 0, 8, 0)),
        )

    return Pair([hold(learner, lot), use(learner, lot)], then)


def two_uses_of_the_last_credit() -> Pair:
    learner, lot = with_twelve()

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["JournalEntry", "NotEnoughOfLot"]
        assert lies(learner) in {(4, 0, 8, 0), (5, 0, 7, 0)}

    return Pair([use(learner, lot, 8), use(learner, lot, 7)], then)


def a_use_and_a_hold_used() -> Pair:
    """What is given back on its way to its use is nobody else's in between."""
    learner, lot = with_twelve()
    held = a_hold(learner, {lot.pk: 8})

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["JournalEntry"] * 2
        assert lies(learner) == (0, 0, 12, 0)

    return Pair([use(learner, lot, 4), apply(held, lot)], then)
