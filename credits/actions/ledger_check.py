"""The nightly check of the ledger and all seals: what it found is kept, logged and shown at the curators' desk."""

from datetime import datetime
from time import monotonic

import structlog

from credits.models import LedgerCheck
from credits.queries import ledger, seal
from credits.queries.frozen import frozen
from credits.queries.patience import Patience
from credits.rules import CHECK_SECONDS_MAX, CHECK_STATEMENT_SECONDS_MAX

logger = structlog.get_logger("credits.ledger_check")


def check(*, now: datetime) -> LedgerCheck:
    """
    Check everything as of one moment, note the outcome and return it; each finding is an error in the log.

    Nothing is switched off by what is found: a person decides. Takes minutes on a large ledger, and blocks nobody. A
    question that takes too long is given up, noted and logged; the others are still asked.
    """
    patience = Patience(statement_seconds=CHECK_STATEMENT_SECONDS_MAX, ends_at=monotonic() + CHECK_SECONDS_MAX)
    with frozen():
        newest = seal.newest()
        found = ledger.audit(patience=patience)
    for each in found:
        said = "the check of the ledger was not finished" if each.is_unfinished else "the ledger is not sound"
        logger.error(said, invariant=each.invariant, detail=each.detail)
    findings = [each for each in found if not each.is_unfinished]
    return LedgerCheck.objects.create(
        checked_at=now,
        findings_count=len(findings),
        first_finding=next((f"{each.invariant}: {each.detail}" for each in findings), ""),
        unfinished=", ".join(each.invariant for each in found if each.is_unfinished),
        seal=newest,
        head_hash=newest and newest.hash,
    )
