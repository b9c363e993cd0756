"""The tables of the ledger."""

from credits.models.ledger import Account, JournalEntry, Posting
from credits.models.lot import Conversion, Hold, Lot
from credits.models.request import LedgerDecision, LedgerRequest
from credits.models.seal import LedgerCheck, Seal, SealLeaf, SealNode
from credits.models.standing import Freeze, Merge, MergeUndo, Unfreeze

__all__ = [
    "Account",
    "Conversion",
    "Freeze",
    "Hold",
    "JournalEntry",
    "LedgerCheck",
    "LedgerDecision",
    "LedgerRequest",
    "Lot",
    "Merge",
    "MergeUndo",
    "Posting",
    "Seal",
    "SealLeaf",
    "SealNode",
    "Unfreeze",
]
