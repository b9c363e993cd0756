"""Questions about seals: which there are, and how a learner's record is proven to be under one."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from credits.models import Seal
from learners.models import Learner

LEFT, RIGHT = "left", "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """That a learner's record, up to one entry, is under a seal."""

    seal: Seal
    index: int  # of the learner's leaf
    sequence: int  # of the entry up to which the record is sealed
    siblings: tuple[tuple[str, bytes], ...]  # side and hash of the node beside the way, from the leaf up

    @property
    def form(self) -> dict[str, Any]:
        return {
            "index": self.index,
            "sequence": self.sequence,
            "siblings": [[side, sibling.hex()] for side, sibling in self.siblings],
        }


# The way up from the leaf: at each level the node beside it, if there is one, as of the seal.
PROOF = """
    SELECT leaf.index, sealed.sequence, step.number & 1, beside.hash
    FROM credits_sealleaf leaf
    CROSS JOIN LATERAL (
        SELECT sequence FROM credits_sealnode WHERE level = 0 AND index = leaf.index AND seal_id <= %(seal)s
        ORDER BY seal_id DESC LIMIT 1
    ) sealed
    LEFT JOIN LATERAL (
        SELECT level, leaf.index >> level AS number FROM generate_series(0, 30) level
        WHERE (%(size)s - 1) >> level > 0 AND (leaf.index >> level) # 1 <= (%(size)s - 1) >> level
    ) step ON true
    LEFT JOIN LATERAL (
        SELECT hash FROM credits_sealnode WHERE level = step.level AND index = step.number # 1 AND seal_id <= %(seal)s
        ORDER BY seal_id DESC LIMIT 1
    ) beside ON true
    WHERE leaf.learner_id = %(learner)s
    ORDER BY step.level
"""


def seals() -> QuerySet[Seal]:
    """Return all seals, newest first."""
    return Seal.objects.order_by("-number")


def newest() -> Seal | None:
    return seals().first()


def by_number(number: int) -> Seal | None:
    return Seal.objects.filter(number=number).first()


def proof(learner: Learner) -> Proof | None:
    """Return the proof by the newest seal; nothing for a record that no seal covers yet. Two queries."""
    seal = newest()
    if seal is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(PROOF, {"seal": seal.number, "size": seal.size, "learner": learner.pk})
        rows = cursor.fetchall()
    if not rows:
        return None
    index, sequence = rows[0][:2]
    return Proof(
        seal=seal,
        index=index,
        sequence=sequence,
        siblings=tuple(
            (LEFT if is_right else RIGHT, bytes(sibling)) for _, _, is_right, sibling in rows if sibling is not None
        ),
    )
