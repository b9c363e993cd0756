"""Expiry, meeting what happens to the same credit on its last day."""

from datetime import timedelta
from functools import partial
from typing import Any

from credits.actions import expiry, holding
from credits.models import JournalEntry
from learners.models import Learner
from tests.factories.ledger import a_hold, asked_reversal
from tests.factories.people import NOW
from tests.faults.gate import Act
from tests.faults.pairs.meeting import LATER, Pair, lies, one_of, with_twelve
from tests.faults.pairs.persons import approve
from tests.faults.pairs.uses import apply, hold, use

AFTER_THE_LAST_DAY = NOW + timedelta(days=2)  # before any hold's time is over


def expire() -> Act:
    return partial(expiry.expire_due, now=AFTER_THE_LAST_DAY)


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


def a_hold_and_the_expiry() -> Pair:
    learner, lot = over_tomorrow()

    def then(answers: list[Any]) -> None:
        one_of(
            answers,
            (["JournalEntry", 1], lies(learner) == (0, 8, 0, 4)),
            (["NotEnoughOfLot", 1], lies(learner) == (0, 0, 0, 12)),
        )

    return Pair([hold(learner, lot), expire()], then)


def a_release_and_the_expiry() -> Pair:
    """What comes back after the job has passed is found the next time it runs."""
    expire()()  # what came back so when this was last played
    learner, lot = over_tomorrow()
    held = a_hold(learner, {lot.pk: 8})

    def then(answers: list[Any]) -> None:
        one_of(answers, (["JournalEntry", 1], lies(learner) in {(0, 0, 0, 12), (8, 0, 0, 4)}))
        expire()()
        assert lies(learner) == (0, 0, 0, 12)

    return Pair([partial(holding.release, hold=held, actor=learner, now=NOW), expire()], then)


def a_hold_used_and_the_expiry() -> Pair:
    """Once anything is recorded after its last day, it is too late to use it; it stays set aside until its end."""
    learner, lot = over_tomorrow()
    held = a_hold(learner, {lot.pk: 8})

    def then(answers: list[Any]) -> None:
        one_of(
            answers,
            (["JournalEntry", 1], lies(learner) == (0, 0, 8, 4)),
            (["NoLongerValid", 1], lies(learner) == (0, 8, 0, 4)),
        )

    return Pair([apply(held, lot), expire()], then)


def a_reversal_and_the_expiry() -> Pair:
    """What expired first is taken back from there."""
    learner, mistake = over_tomorrow()

    def then(answers: list[Any]) -> None:
        assert lies(learner) == (0, 0, 0, 0)
        one_of(answers, (["LedgerDecision", 0], True), (["LedgerDecision", 1], True))

    return Pair([approve(asked_reversal(mistake)), expire()], then)
