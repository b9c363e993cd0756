"""What two persons agreed on, meeting another agreement or the learner."""

from functools import partial
from typing import Any

from credits.actions import deciding
from credits.models import LedgerDecision, LedgerRequest
from tests.factories.ledger import a_use, an_award, asked_again, asked_reversal, asked_transfer
from tests.factories.people import NOW, a_curator
from tests.faults.gate import Act
from tests.faults.pairs.meeting import Pair, awarded, lies, one_of, with_twelve
from tests.faults.pairs.uses import hold
from tests.faults.together import kinds


def approve(request: LedgerRequest) -> Act:
    return partial(deciding.approve, request=request, actor=a_curator(), now=NOW)


def an_award_and_a_reversal() -> Pair:
    learner, mistake = with_twelve()

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["JournalEntry", "LedgerDecision"]
        assert lies(learner) == (2, 0, 0, 0)

    award = partial(awarded, learner=learner, issuer=mistake.lot.issuer, hundredths=2)
    return Pair([award, approve(asked_reversal(mistake))], then)


def two_reversals_of_one_award() -> Pair:
    learner, mistake = with_twelve()
    an_award(learner=learner, hundredths=20)

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["AlreadyReversed", "LedgerDecision"]
        assert lies(learner) == (20, 0, 0, 0)

    first = asked_reversal(mistake)
    return Pair([approve(first), approve(asked_again(first))], then)


def two_parts_reversed() -> Pair:
    """Seven and eight of twelve: one of them is too much, and is not even asked for."""
    learner, mistake = with_twelve()
    an_award(learner=learner, hundredths=20)

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["AskedBefore", "LedgerRequest"]
        assert lies(learner) == (32, 0, 0, 0)

    return Pair([partial(asked_reversal, mistake, hundredths=part) for part in (7, 8)], then)


def a_reversal_and_a_use() -> Pair:
    """A use that came first is taken back with the award it was built on."""
    learner, mistake = with_twelve()
    other = an_award(learner=learner, hundredths=5)

    def then(answers: list[Any]) -> None:
        assert lies(learner) == (5, 0, 0, 0)
        one_of(answers, (["LedgerDecision", "JournalEntry"], True), (["LedgerDecision", "NotEnoughOfLot"], True))

    both = partial(a_use, learner, {mistake.pk: 8, other.pk: 5}, key=f"use:{mistake.pk}")
    return Pair([approve(asked_reversal(mistake)), both], then)


def a_reversal_and_a_hold() -> Pair:
    """What was set aside first is given back and goes with the award."""
    learner, mistake = with_twelve()

    def then(answers: list[Any]) -> None:
        assert lies(learner) == (0, 0, 0, 0)
        one_of(answers, (["LedgerDecision", "JournalEntry"], True), (["LedgerDecision", "NotEnoughOfLot"], True))

    return Pair([approve(asked_reversal(mistake)), hold(learner, mistake)], then)


def two_approvals() -> Pair:
    learner, _lot = with_twelve(kind_of_credit="ACADEMIC")
    request = asked_transfer(learner)

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["LedgerDecision"] * 2
        assert LedgerDecision.objects.filter(request=request).count() == 1
        assert lies(learner) == (312, 0, 0, 0)

    return Pair([approve(request), approve(request)], then)


def an_approval_and_a_refusal() -> Pair:
    learner, _lot = with_twelve(kind_of_credit="ACADEMIC")
    request = asked_transfer(learner)
    refuse = partial(deciding.refuse, request=request, actor=a_curator(), note="Thiếu bảng điểm", now=NOW)

    def then(answers: list[Any]) -> None:
        one_of(
            answers,
            (["LedgerDecision", "AlreadyDecided"], lies(learner) == (312, 0, 0, 0)),
            (["AlreadyDecided", "LedgerDecision"], lies(learner) == (12, 0, 0, 0)),
        )

    return Pair([approve(request), refuse], then)


def the_same_question_twice() -> Pair:
    _learner, mistake = with_twelve()
    ask = partial(asked_reversal, mistake, by=a_curator(), key=f"ask:{mistake.pk}")

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["LedgerRequest"] * 2
        assert answers[0] == answers[1]

    return Pair([ask, ask], then)
