"""Awards that meet awards."""

from functools import partial
from typing import Any

from tests.factories.people import a_learner, an_organization
from tests.faults.pairs.meeting import Pair, awarded, lies, with_twelve
from tests.faults.together import kinds


def two_awards() -> Pair:
    learner, award = with_twelve()
    issuer = award.lot.issuer

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["JournalEntry"] * 2
        assert {entry.sequence for entry in answers} == {2, 3}
        assert lies(learner) == (15, 0, 0, 0)

    return Pair([partial(awarded, learner=learner, issuer=issuer, hundredths=amount) for amount in (1, 2)], then)


def the_first_awards() -> Pair:
    """The issuer has no account yet: both open it."""
    learners, issuer = [a_learner(), a_learner()], an_organization()

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["JournalEntry"] * 2
        assert [lies(learner)[0] for learner in learners] == [12, 12]
        assert issuer.ledger_accounts.count() == 1

    return Pair([partial(awarded, learner=learner, issuer=issuer) for learner in learners], then)


def the_same_award_twice() -> Pair:
    learner, award = with_twelve()
    issuer = award.lot.issuer

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["JournalEntry"] * 2
        assert answers[0] == answers[1]
        assert lies(learner) == (24, 0, 0, 0)

    return Pair([partial(awarded, learner=learner, issuer=issuer, key=f"completion:{learner.pk}")] * 2, then)


def one_key_for_two_learners() -> Pair:
    (one, award), (other, _award) = with_twelve(), with_twelve()
    key, issuer = f"completion:{one.pk}", award.lot.issuer

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["JournalEntry", "KeyReused"]
        assert sorted(lies(learner)[0] for learner in (one, other)) == [12, 24]

    return Pair([partial(awarded, learner=learner, issuer=issuer, key=key) for learner in (one, other)], then)
