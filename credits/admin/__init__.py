"""
The curators' desk: the ledger to read, reports to answer, requests to decide; rules and pathways to write.

Each reading of somebody's record is written first.
"""

from credits.admin import acceptance, dispute, ledger, pathway, request, rule, standing

__all__ = ["acceptance", "dispute", "ledger", "pathway", "request", "rule", "standing"]
