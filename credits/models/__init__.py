"""The tables of the ledger, and of what counts toward a qualification."""

from credits.models.acceptance import Acceptance
from credits.models.access import LedgerAccess
from credits.models.dispute import Dispute
from credits.models.ledger import Account, JournalEntry, Posting
from credits.models.lot import Conversion, Hold, Lot
from credits.models.pathway import (
    Pathway,
    PathwayComponent,
    PathwayFollow,
    PathwayRule,
    PathwayVersion,
    Qualification,
    QualificationUse,
)
from credits.models.request import LedgerDecision, LedgerRequest
from credits.models.rule import CourseEquivalence, CreditRule
from credits.models.scheme import Scheme, SchemePolicy
from credits.models.seal import LedgerCheck, Seal, SealLeaf, SealNode
from credits.models.standing import Freeze, Merge, MergeUndo, Unfreeze

__all__ = [
    "Acceptance",
    "Account",
    "Conversion",
    "CourseEquivalence",
    "CreditRule",
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
    "Pathway",
    "PathwayComponent",
    "PathwayFollow",
    "PathwayRule",
    "PathwayVersion",
    "Posting",
    "Qualification",
    "QualificationUse",
    "Scheme",
    "SchemePolicy",
    "Seal",
    "SealLeaf",
    "SealNode",
    "Unfreeze",
]
