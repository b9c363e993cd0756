"""The ends of a hold: it is given back, it lapses or it is used, once."""

from functools import partial
from typing import Any

from credits.actions import holding
from tests.factories.ledger import a_hold, asked_reversal
from tests.factories.people import NOW
from tests.faults.pairs.meeting import LATER, Pair, lies, one_of, with_twelve
from tests.faults.pairs.persons import approve
from tests.faults.pairs.uses import apply, hold


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

    def then(answers: list[Any]) -> None:
        one_of(
            answers,
            (["JournalEntry", "HoldHasEnded"], lies(learner) == (4, 0, 8, 0)),
            (["HoldHasEnded", "JournalEntry"], lies(learner) == (12, 0, 0, 0)),
        )

    return Pair([apply(held, lot), partial(holding.release, hold=held, actor=learner, now=NOW)], then)


def a_hold_used_as_it_lapses() -> Pair:
    """By the clock of who uses it, its time is not over yet; by the clock of who gives it back, it is."""
    learner, lot = with_twelve()
    held = a_hold(learner, {lot.pk: 8})

    def then(answers: list[Any]) -> None:
        one_of(
            answers,
            (["JournalEntry", 0], lies(learner) == (4, 0, 8, 0)),
            (["HoldHasEnded", 1], lies(learner) == (12, 0, 0, 0)),
        )

    return Pair([apply(held, lot), partial(holding.lapse_due, now=LATER)], then)


def a_hold_and_the_release_of_another() -> Pair:
    """What comes back can be set aside again."""
    learner, lot = with_twelve()
    held = a_hold(learner, {lot.pk: 8})

    def then(answers: list[Any]) -> None:
        one_of(
            answers,
            (["JournalEntry", "JournalEntry"], lies(learner) == (5, 7, 0, 0)),
            (["NotEnoughOfLot", "JournalEntry"], lies(learner) == (12, 0, 0, 0)),
        )

    return Pair([hold(learner, lot, 7), partial(holding.release, hold=held, actor=learner, now=NOW)], then)


def a_hold_lapsed_as_its_credit_is_reversed() -> Pair:
    """The reversal gives back itself what is set aside still; then there is nothing left to lapse."""
    learner, mistake = with_twelve()
    held = a_hold(learner, {mistake.pk: 8})

    def then(answers: list[Any]) -> None:
        assert lies(learner) == (0, 0, 0, 0)
        ended = held.ending.snapshot["how"]
        one_of(answers, ([0, "LedgerDecision"], ended == "RELEASED"), ([1, "LedgerDecision"], ended == "LAPSED"))

    return Pair([partial(holding.lapse_due, now=LATER), approve(asked_reversal(mistake))], then)


def a_hold_used_as_its_credit_is_reversed() -> Pair:
    """A use that came first is taken back; a hold that was given back first is used no more."""
    learner, mistake = with_twelve()
    held = a_hold(learner, {mistake.pk: 8})

    def then(answers: list[Any]) -> None:
        assert lies(learner) == (0, 0, 0, 0)
        one_of(answers, (["JournalEntry", "LedgerDecision"], True), (["HoldHasEnded", "LedgerDecision"], True))

    return Pair([apply(held, mistake), approve(asked_reversal(mistake))], then)
