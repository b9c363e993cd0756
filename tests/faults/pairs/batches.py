"""Batches of awards, meeting what happens to those in them."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from credits.actions import batch
from credits.models import JournalEntry
from learners.models import Learner
from tests.factories.ledger import asked
from tests.factories.people import NOW
from tests.faults.gate import Act
from tests.faults.pairs.meeting import Pair, awarded, lies, with_twelve
from tests.faults.pairs.uses import use
from tests.faults.together import kinds


def a_batch(learners: Sequence[Learner], award: JournalEntry, *, key: str = "spring") -> Act:
    """Return the act of awarding five hundredths to each, in this order."""
    issuer = award.lot.issuer
    awards = [asked(learner=each, issuer=issuer, hundredths=5, key=f"{key}:{each.pk}") for each in learners]
    return partial(batch.award_many, awards=awards, now=NOW)


def a_batch_and_an_award() -> Pair:
    (one, award), (other, _award) = with_twelve(), with_twelve()

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["JournalEntry", "list"]
        assert [lies(learner)[0] for learner in (one, other)] == [17, 19]

    single = partial(awarded, learner=other, issuer=award.lot.issuer, hundredths=2)
    return Pair([a_batch([one, other], award), single], then)


def a_batch_and_an_award_under_its_key() -> Pair:
    """Another learner's award takes the key of one award of the batch: that one is refused, or the single one."""
    (one, award), (other, _award) = with_twelve(), with_twelve()
    stranger, _award = with_twelve()
    single = partial(awarded, learner=stranger, issuer=award.lot.issuer, hundredths=2, key=f"spring:{one.pk}")

    def then(answers: list[Any]) -> None:
        outcomes, alone = answers
        assert (kinds(outcomes[:1]), kinds([alone])) in [
            (["JournalEntry"], ["KeyReused"]),
            (["KeyReused"], ["JournalEntry"]),
        ]
        assert (lies(one)[0], lies(stranger)[0]) in {(17, 12), (12, 14)}
        assert lies(other)[0] == 17

    return Pair([a_batch([one, other], award), single], then)


def two_batches() -> Pair:
    """Of the same learners, asked for in opposite order."""
    (one, award), (other, _award) = with_twelve(), with_twelve()

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["list"] * 2
        assert [lies(learner)[0] for learner in (one, other)] == [22, 22]

    return Pair([a_batch([one, other], award), a_batch([other, one], award, key="autumn")], then)


def a_batch_and_a_use() -> Pair:
    (one, lot), (other, _award) = with_twelve(), with_twelve()

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["JournalEntry", "list"]
        assert (lies(one), lies(other)) == ((9, 0, 8, 0), (17, 0, 0, 0))

    return Pair([a_batch([other, one], lot), use(one, lot)], then)
