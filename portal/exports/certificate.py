"""
The certificate of a closing: that a person was emptied, when, and from how many rows; it names nobody.

A JSON object signed by the portal (``credits/exports/signing.py``). ``record_head`` is the hash of the last entry of
the chain, which goes on proving the sums; null where there was none. Its page shows the SHA-256 of the file.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from credits.exports.signing import signed
from credits.queries import hashed
from learners.models import AccountClosing, Learner

FORMAT, VERSION = "erasure-certificate", 1


def certificate(
    closing: AccountClosing, learner: Learner, *, emptied: Mapping[str, int], now: datetime
) -> dict[str, Any]:
    chain = hashed.chain_of(learner)
    return signed(
        {
            "asked_at": closing.asked_at.isoformat(),
            "closing": str(closing.public_id),
            "emptied": dict(sorted(emptied.items())),
            "entries": len(chain),
            "erased_at": now.isoformat(),
            "format": FORMAT,
            "ledger_number": str(learner.ledger_number),
            "portal": settings.SITE_HOST,
            "record_head": chain[-1].hash.hex() if chain else None,
            "version": VERSION,
        }
    )
