"""Sealing, meeting what is being recorded and another sealing."""

from functools import partial
from itertools import count
from typing import Any

from tests.factories.ledger import an_award
from tests.factories.people import a_learner
from tests.factories.seals import a_seal
from tests.faults.pairs.meeting import Pair, with_twelve
from tests.faults.together import kinds

_night = count(1)


def a_seal_and_an_award() -> Pair:
    """Neither waits for the other: the award goes into this seal or into the next one, and is never passed over."""
    learner, award = with_twelve()
    newcomer = a_learner()

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["Seal", "list"]
        (sealed,) = [answer for answer in answers if not isinstance(answer, list)]
        after = a_seal(next(_night))
        assert sealed.size <= after.size
        assert after.entries - sealed.entries in {0, 1, 2}
        assert after.nodes.filter(level=0).count() == len(
            {entry.learner_id for entry in answers[1] if not is_under(sealed, entry)}
        )

    def awards() -> list[Any]:
        return [an_award(learner=each, issuer=award.lot.issuer) for each in (learner, newcomer)]

    return Pair([partial(a_seal, next(_night)), awards], then)


def is_under(sealed: Any, entry: Any) -> bool:
    """Return whether the entry stands under the seal."""
    leaf = entry.learner.seal_leaf
    return sealed.nodes.filter(level=0, index=leaf.index, sequence__gte=entry.sequence).exists()


def two_seals() -> Pair:
    with_twelve()
    night = next(_night)

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["Seal"] * 2
        assert answers[0] == answers[1]

    return Pair([partial(a_seal, night)] * 2, then)
