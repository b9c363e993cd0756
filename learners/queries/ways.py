"""The ways into one record."""

from dataclasses import dataclass

from learners import formats
from learners.choices import Way
from learners.models import Learner


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """An address or number a code can be sent to."""

    kind: Way
    address: str

    @property
    def masked(self) -> str:
        return formats.way_masked(self.address)


def addresses(learner: Learner) -> list[Reached]:
    """Return where this person can be sent a code: their e-mail address, then their number."""
    return [Reached(kind=kind, address=address) for kind in Way if (address := getattr(learner, kind))]
