"""Learning from elsewhere, recognised while something else is awarded, or while it is asked for again."""

from functools import partial
from typing import Any

from learners.choices import OrganizationKind
from tests.factories.ledger import asked_transfer
from tests.factories.people import a_learner, an_organization
from tests.faults.pairs.meeting import Pair, awarded, lies, with_twelve
from tests.faults.pairs.persons import approve
from tests.faults.together import kinds


def a_recognition_and_an_award() -> Pair:
    learner, award = with_twelve(kind_of_credit="ACADEMIC")

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["JournalEntry", "LedgerDecision"]
        assert lies(learner) == (317, 0, 0, 0)

    single = partial(awarded, learner=learner, issuer=award.lot.issuer, hundredths=5, kind_of_credit="ACADEMIC")
    return Pair([approve(asked_transfer(learner)), single], then)


def one_learning_asked_for_twice() -> Pair:
    """From two pages, so under two keys: the second is told of the first."""
    learner, university = a_learner(), an_organization(kind=OrganizationKind.UNIVERSITY)

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["AskedBefore", "LedgerRequest"]
        assert learner.ledger_requests.count() == 1

    return Pair([partial(asked_transfer, learner, organization=university) for _page in range(2)], then)
