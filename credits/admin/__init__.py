"""The curators' desk: the ledger to read, reports to answer, requests to decide; each reading is written first."""

from credits.admin import dispute, ledger, request, standing

__all__ = ["dispute", "ledger", "request", "standing"]
