"""The tables of the ledger."""

from credits.models.access import LedgerAccess
from credits.models.dispute import Dispute
from credits.models.ledger import Account, JournalEntry, Posting
from credits.models.lot import Conversion, Hold, Lot
from credits.models.request import LedgerDecision, LedgerRequest
from credits.models.seal import LedgerCheck, Seal, SealLeaf, SealNode
from credits.models.standing import Freeze, Merge, MergeUndo, Unfreeze

__all__ = [
    "Account",
    "Conversion",
    "Dispute",
    "Freeze",
    "Hold",
    "JournalEntry",
    "LedgerAccess",
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
