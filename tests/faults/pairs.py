"""Every two acts of the ledger that can meet: what was there, the two, and what may come of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from credits.actions import ledger
from credits.models import JournalEntry
from credits.queries import ledger as queries
from tests.factories.ledger import an_award
from tests.factories.people import NOW, a_learner, an_organization
from tests.faults.gate import Act
from tests.faults.together import kinds


@dataclass(frozen=True, slots=True)
class Pair:
    """Two acts, ready to run, and a function that asserts what their answers and the ledger must then say."""

    acts: Sequence[Act]
    then: Callable[[list[Any]], None]


def two_awards() -> Pair:
    learner, issuer = a_learner(), an_organization()
    an_award(learner=learner, issuer=issuer, hundredths=10)

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["JournalEntry"] * 2
        assert {entry.sequence for entry in answers} == {2, 3}
        assert queries.balance(learner).total == 13

    return Pair([partial(an_award, learner=learner, issuer=issuer, hundredths=amount) for amount in (1, 2)], then)


def the_first_awards() -> Pair:
    """Nobody has an account yet: both open the same two."""
    learner, issuer = a_learner(), an_organization()

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["JournalEntry"] * 2
        assert queries.balance(learner).total == 3
        assert learner.ledger_accounts.count() == issuer.ledger_accounts.count() == 1

    return Pair([partial(an_award, learner=learner, issuer=issuer, hundredths=amount) for amount in (1, 2)], then)


def the_same_award_twice() -> Pair:
    learner, issuer = a_learner(), an_organization()

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["JournalEntry"] * 2
        assert answers[0] == answers[1]
        assert queries.balance(learner).total == 12

    return Pair([partial(an_award, learner=learner, issuer=issuer, key=f"completion:{learner.pk}")] * 2, then)


def one_key_for_two_learners() -> Pair:
    issuer = an_organization()
    learners = [a_learner(), a_learner()]
    for learner in learners:
        an_award(learner=learner, issuer=issuer)

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["JournalEntry", "KeyReused"]
        assert sorted(queries.balance(learner).total for learner in learners) == [12, 24]

    key = f"completion:{learners[0].pk}"
    return Pair([partial(an_award, learner=learner, issuer=issuer, key=key) for learner in learners], then)


def _reverse(entry: JournalEntry, key: str) -> Act:
    return partial(ledger.reverse, entry=entry, reason="Hủy", actor=None, idempotency_key=key, now=NOW)


def an_award_and_a_reversal() -> Pair:
    learner, issuer = a_learner(), an_organization()
    mistake = an_award(learner=learner, issuer=issuer, hundredths=10)

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["JournalEntry"] * 2
        assert queries.balance(learner).total == 2

    award = partial(an_award, learner=learner, issuer=issuer, hundredths=2)
    return Pair([award, _reverse(mistake, f"reversal:{mistake.pk}")], then)


def two_reversals_of_one_award() -> Pair:
    learner, issuer = a_learner(), an_organization()
    mistake = an_award(learner=learner, issuer=issuer, hundredths=10)
    an_award(learner=learner, issuer=issuer, hundredths=20)

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["AlreadyReversed", "JournalEntry"]
        assert queries.balance(learner).total == 20

    return Pair([_reverse(mistake, f"reversal:{mistake.pk}:{hand}") for hand in "ab"], then)


PAIRS: tuple[Callable[[], Pair], ...] = (
    two_awards,
    the_first_awards,
    the_same_award_twice,
    one_key_for_two_learners,
    an_award_and_a_reversal,
    two_reversals_of_one_award,
)
