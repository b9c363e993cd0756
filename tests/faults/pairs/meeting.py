"""What a pair is, and what its worlds are made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction

from credits.actions.moving import side
from credits.actions.posting import take
from credits.models import JournalEntry
from credits.queries.lot import standing
from credits.rules import LEARNERS_PURPOSES
from learners.models import Learner
from tests.factories.ledger import an_award
from tests.factories.people import NOW, a_learner
from tests.faults.gate import Act

LATER = NOW + timedelta(days=40)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two acts, ready to run, and a function that asserts what their answers and the ledger must then say."""

    acts: Sequence[Act]
    then: Callable[[list[Any]], None]


@transaction.atomic
def awarded(**arguments: Any) -> JournalEntry:
    """Return an award made inside a transaction, as a completion makes it: so others meet it before its commit."""
    return an_award(**arguments)


def lies(learner: Learner) -> tuple[int, int, int, int]:
    """Return how much of all lots is ready, held, used and expired."""
    lots = standing(learner)
    return tuple(sum(getattr(lot, place) for lot in lots) for place in ("earned", "held", "applied", "expired"))


def one_of(answers: list[Any], *allowed: tuple[list[object], object]) -> None:
    """Assert that the answers (by kind; numbers by value), and what then holds, are one of the allowed pairs."""
    said = [answer if isinstance(answer, int) else type(answer).__name__ for answer in answers]
    assert any(said == words and holds for words, holds in allowed), said


def with_twelve(**more: Any) -> tuple[Learner, JournalEntry]:
    """Return a learner and their award. All their accounts are open: who opens one waits for who opens it as well."""
    learner = a_learner()
    award = an_award(learner=learner, hundredths=12, **more)
    with transaction.atomic():
        take(
            learner=learner,
            sides=[side(learner, purpose, award.lot.kind_of_credit) for purpose in LEARNERS_PURPOSES],
            idempotency_key="",
            now=NOW,
        )
    return learner, award
