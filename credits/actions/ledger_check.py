"""The nightly check of the ledger and all seals: what it found is kept, logged and shown at the curators' desk."""

from datetime import datetime

import structlog

from credits.models import LedgerCheck
from credits.queries import ledger, seal
from credits.queries.frozen import frozen

logger = structlog.get_logger("credits.ledger_check")


def check(*, now: datetime) -> LedgerCheck:
    """
    Check everything as of one moment, note the outcome and return it; each finding is an error in the log.

    Nothing is switched off by what is found: a person decides. Takes minutes on a large ledger, and blocks nobody.
    """
    with frozen():
        findings = ledger.audit()
        newest = seal.newest()
    for finding in findings:
        logger.error("the ledger is not sound", invariant=finding.invariant, detail=finding.detail)
    first = next((f"{finding.invariant}: {finding.detail}" for finding in findings), "")
    return LedgerCheck.objects.create(
        checked_at=now, findings_count=len(findings), first_finding=first, seal=newest, head_hash=newest and newest.hash
    )
