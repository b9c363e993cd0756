"""Seals, in the field's words; and the tree worked out a second time, as RFC 9162 says it, with no code of ours."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from credits.actions import seal
from credits.models import JournalEntry, Seal, SealLeaf
from tests.factories.people import NOW


def a_seal(night: int = 1) -> Seal:
    """Return the seal of the first, second … night after ``NOW``."""
    return seal.seal(now=NOW + timedelta(days=night))


def leaf_hash(entry: JournalEntry) -> bytes:
    data = entry.learner.ledger_number.bytes + entry.sequence.to_bytes(8, "big") + bytes(entry.hash)  # type: ignore[union-attr]
    return hashlib.sha256(b"\0" + data).digest()


def tree_hash(leaves: Sequence[bytes]) -> bytes:
    """Return the root: from the top down, split at the largest power of two (RFC 9162, section 2.1.1)."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\1" + tree_hash(leaves[:split]) + tree_hash(leaves[split:])).digest()


def root_of_heads() -> bytes:
    """Return the root over the newest entry of each sealed learner, as the ledger has it now."""
    heads = [
        JournalEntry.objects.select_related("learner").filter(learner=leaf.learner_id).latest("sequence")
        for leaf in SealLeaf.objects.order_by("index")
    ]
    return tree_hash([leaf_hash(entry) for entry in heads])
