"""The ends of a hold: it is given back, it lapses or it is used, once."""

from functools import partial
from typing import Any

from credits.actions import holding
from tests.factories.ledger import a_hold
from tests.factories.people import NOW
from tests.faults.pairs.meeting import LATER, Pair, lies, one_of, with_twelve
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
