"""Holds, uses and expiry: the last credit is used once."""

from datetime import timedelta
from functools import partial
from typing import Any

from credits.actions import expiry, holding
from credits.models import JournalEntry
from learners.models import Learner
from tests.factories.ledger import a_hold, a_use, for_a_certificate
from tests.factories.people import NOW
from tests.faults.gate import Act
from tests.faults.pairs.meeting import LATER, Pair, lies, one_of, with_twelve
from tests.faults.together import kinds


def hold(learner: Learner, lot: JournalEntry, hundredths: int = 8) -> Act:
    return partial(a_hold, learner, {lot.pk: hundredths}, key=f"hold:{lot.pk}:{hundredths}")


def use(learner: Learner, lot: JournalEntry, hundredths: int = 8, **more: Any) -> Act:
    return partial(a_use, learner, {lot.pk: hundredths}, key=f"use:{lot.pk}:{hundredths}", **more)


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


def a_hold_released_as_it_lapses() -> Pair:
    learner, lot = with_twelve()
    held = a_hold(learner, {lot.pk: 8})

    def then(answers: list[Any]) -> None:
        is_back = lies(learner) == (12, 0, 0, 0)
        one_of(answers, (["JournalEntry", 0], is_back), (["HoldHasEnded", 1], is_back))

    release = partial(holding.release, hold=held, actor=learner, now=LATER)
    return Pair([release, partial(holding.lapse_due, now=LATER)], then)


def a_hold_used_as_it_is_released() -> Pair:
    learner, lot = with_twelve()
    held = a_hold(learner, {lot.pk: 8})
    apply = partial(
        holding.apply_hold,
        hold=held,
        amounts={lot.pk: 8},
        actor=learner,
        idempotency_key=f"use:{held.pk}",
        snapshot=for_a_certificate(),
        now=NOW,
    )

    def then(answers: list[Any]) -> None:
        one_of(
            answers,
            (["JournalEntry", "HoldHasEnded"], lies(learner) == (4, 0, 8, 0)),
            (["HoldHasEnded", "JournalEntry"], lies(learner) == (12, 0, 0, 0)),
        )

    return Pair([apply, partial(holding.release, hold=held, actor=learner, now=NOW)], then)


def over_tomorrow() -> tuple[Learner, JournalEntry]:
    return with_twelve(valid_until=(NOW + timedelta(days=1)).date())


def a_use_and_the_expiry() -> Pair:
    learner, lot = over_tomorrow()

    def then(answers: list[Any]) -> None:
        one_of(
            answers,
            (["JournalEntry", 1], lies(learner) == (0, 0, 8, 4)),
            (["NotEnoughOfLot", 1], lies(learner) == (0, 0, 0, 12)),
        )

    return Pair([use(learner, lot), partial(expiry.expire_due, now=LATER)], then)


def two_expiries() -> Pair:
    learner, _lot = over_tomorrow()

    def then(answers: list[Any]) -> None:
        assert answers in ([0, 1], [1, 0])
        assert lies(learner) == (0, 0, 0, 12)

    return Pair([partial(expiry.expire_due, now=LATER)] * 2, then)
