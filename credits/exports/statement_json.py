"""
A learner's record as a file that proves itself: ``static/verify_statement.py`` needs it and one published seal.

The file is one JSON object. ``entries`` is the whole chain, oldest first: of each entry the exact form its hash
covers, the hash of the entry before it, and its own (``models/chain.py``); of an act of two persons also the ``words``
of the one who asked for it, with the salt of the digests that the form has of them (``chain.words_digest``); of a
completed course also the address of its ``syllabus``, whose bytes have the SHA-256 ``syllabus_digest`` of the form.
``seal`` is the newest seal as it was published, and ``proof`` leads to its root: the entry up to which the record is
sealed, and the hashes beside the way, from the leaf up (``models/seal.py``); both are null while no seal covers the
record. People are their ledger numbers: the portal names nobody, not even the holder; words that somebody typed may.
The portal signs it (``signing.py``), which proves who made it, the entries not yet sealed included; that nothing in it
was changed since it was sealed is proven without our key.
"""

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from credits.exports.signing import signed
from credits.models import chain
from credits.queries import hashed, request, seal
from learners.models import Learner

FORMAT, VERSION = "credit-record", 1


def export(learner: Learner, now: datetime) -> bytes:
    """Return the file, signed, indented for a reader; four queries however long the record."""
    return json.dumps(document(learner, now), ensure_ascii=False, indent=1, sort_keys=True).encode()


def _syllabus(snapshot: dict[str, Any]) -> str | None:
    """Return where the syllabus is whose digest the snapshot has."""
    if "syllabus_digest" not in snapshot:
        return None
    return settings.SITE_URL + reverse("syllabus", args=[snapshot["course_id"], snapshot["version_number"]])


def document(learner: Learner, now: datetime) -> dict[str, Any]:
    proof = seal.proof(learner)  # first: an entry recorded meanwhile is then one more after the sealed ones
    chained = hashed.chain_of(learner)
    words = request.words_of(learner)  # last: none of them is missing
    return signed(
        {
            "entries": [
                {
                    "form": entry.form,
                    "hash": entry.hash.hex(),
                    "prev_hash": entry.prev_hash and entry.prev_hash.hex(),
                    "syllabus": _syllabus(entry.form["snapshot"]),
                    "words": words.get(entry.form["request"]),
                }
                for entry in chained
            ],
            "format": FORMAT,
            "generated_at": chain.moment(now),
            "ledger_number": str(learner.ledger_number),
            "proof": proof and proof.form,
            "seal": proof and proof.seal.published,
            "version": VERSION,
        }
    )
