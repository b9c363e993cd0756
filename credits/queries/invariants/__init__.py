"""
The invariants of the ledger as queries: each returns one line of text for each breach.

``leg`` is every posting seen from each of its two accounts. The numbers are those of the list of invariants in the
ledger's design. L13, a completion has its award, is asked where completions are known; L14, caps, decide what counts
and never what is posted; L18 waits for money, L22 for credentials; L20 is kept by what the hash covers. Of L21, figures
that are stored a second time, L05 asks the balance after each posting.
"""

from credits.queries.invariants import acts, amounts, credit, guards, order
from credits.queries.invariants.invariant import LEG, Invariant

__all__ = ["APPEND_ONLY", "INVARIANTS", "LEG", "Invariant"]

# Tables of the ledger that the database only adds to.
APPEND_ONLY = (
    "account",
    "conversion",
    "freeze",
    "hold",
    "journalentry",
    "ledgeraccess",
    "ledgercheck",
    "ledgerdecision",
    "ledgerrequest",
    "lot",
    "merge",
    "mergeundo",
    "posting",
    "qualification",
    "qualificationuse",
    "seal",
    "sealleaf",
    "sealnode",
    "unfreeze",
)

INVARIANTS = tuple(
    sorted(
        (
            *amounts.INVARIANTS,
            *guards.INVARIANTS,
            *order.INVARIANTS,
            *acts.INVARIANTS,
            *credit.INVARIANTS,
        ),
        key=lambda invariant: invariant.number,
    )
)
