"""
The audit: every invariant of the ledger, asked of the database; what does not hold is a finding.

Run by ``manage.py audit_ledger``, and after every test that races or kills.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import connection

from credits.models import chain
from credits.queries.invariants import APPEND_ONLY, INVARIANTS, LEG
from credits.rules import (
    ALLOWED_ROUTES,
    AWARDING,
    CLOCK_SKEW_SECONDS_MAX,
    GRAINS_PER_HUNDREDTH,
    REVERSIBLE,
    TWO_PERSONS,
)

FINDINGS_PER_INVARIANT_MAX = 100  # a ledger is broken after one; nobody reads a million


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    invariant: str
    detail: str


def audit() -> list[Finding]:
    """Return every breach of an invariant, at most a hundred of each; a sound ledger has none."""
    values = {
        "serving_role": settings.DATABASE_APP_ROLE,
        "routes": tuple(
            (str(row.reason), str(row.unit), str(row.from_purpose), str(row.to_purpose)) for row in ALLOWED_ROUTES
        ),
        "append_only": list(APPEND_ONLY),
        "awarding": tuple(map(str, AWARDING)),
        "reversible": tuple(map(str, REVERSIBLE)),
        "two_persons": tuple(map(str, TWO_PERSONS)),
        "grains": GRAINS_PER_HUNDREDTH,
        "clock_skew_seconds": CLOCK_SKEW_SECONDS_MAX,
    }
    findings = []
    with connection.cursor() as cursor:
        for invariant in INVARIANTS:
            cursor.execute(
                f"WITH leg AS NOT MATERIALIZED ({LEG}) "  # noqa: S608 -- constants of this app
                f"SELECT * FROM ({invariant.breaches}) breach LIMIT {FINDINGS_PER_INVARIANT_MAX}",
                values,
            )
            findings += [Finding(invariant=invariant.number, detail=detail) for (detail,) in cursor.fetchall()]
    return findings + list(_wrong_hashes())


HASHED = """
    SELECT e.id, e.public_id, e.reason, learner.ledger_number, e.sequence, e.occurred_at, e.recorded_at,
        actor.ledger_number, e.idempotency_key, e.body_hash, reverses.public_id, e.snapshot::text, e.prev_hash, e.hash,
        ends.public_id, request.public_id,
        p.amount_minor, s.unit, s.kind_of_credit, brought.public_id,
        s_learner.ledger_number, s_organization.public_id, s.purpose,
        d_learner.ledger_number, d_organization.public_id, d.purpose
    FROM credits_journalentry e
    LEFT JOIN learners_learner learner ON learner.id = e.learner_id
    LEFT JOIN learners_learner actor ON actor.id = e.actor_id
    LEFT JOIN credits_journalentry reverses ON reverses.id = e.reverses_id
    LEFT JOIN credits_journalentry ends ON ends.id = e.ends_id
    LEFT JOIN credits_ledgerrequest request ON request.id = e.request_id
    LEFT JOIN credits_posting p ON p.entry_id = e.id
    LEFT JOIN credits_journalentry brought ON brought.id = p.lot_id
    LEFT JOIN credits_account s ON s.id = p.source_id
    LEFT JOIN learners_learner s_learner ON s_learner.id = s.learner_id
    LEFT JOIN learners_organization s_organization ON s_organization.id = s.organization_id
    LEFT JOIN credits_account d ON d.id = p.destination_id
    LEFT JOIN learners_learner d_learner ON d_learner.id = d.learner_id
    LEFT JOIN learners_organization d_organization ON d_organization.id = d.organization_id
    ORDER BY e.id, p.id
"""


def _wrong_hashes() -> Iterator[Finding]:
    """Recompute every hash (L09); the memory does not grow with the ledger."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(HASHED)
        for entry_id, rows in groupby(cursor, key=lambda row: row[0]):
            if not _hash_is_right(list(rows)):
                yield Finding(invariant="L09", detail=f"entry {entry_id} is not what was hashed")


def _hash_is_right(rows: Sequence[Sequence[Any]]) -> bool:
    (
        _id,
        public_id,
        reason,
        learner,
        sequence,
        occurred_at,
        recorded_at,
        actor,
        idempotency_key,
        body_hash,
        reverses,
        snapshot,
        prev_hash,
        written,
        ends,
        request,
    ) = rows[0][:16]
    try:
        form = chain.entry_form(
            public_id=public_id,
            reason=reason,
            learner=learner,
            sequence=sequence,
            occurred_at=occurred_at,
            recorded_at=recorded_at,
            actor=actor,
            idempotency_key=idempotency_key,
            body_hash=bytes(body_hash),
            reverses=reverses,
            ends=ends,
            request=request,
            snapshot=json.loads(snapshot),
            postings=[
                chain.posting_form(
                    source=chain.side(learner=row[20], organization=row[21], purpose=row[22]),
                    destination=chain.side(learner=row[23], organization=row[24], purpose=row[25]),
                    unit=row[17],
                    kind_of_credit=row[18],
                    amount_minor=row[16],
                    lot=row[19],
                )
                for row in rows
                if row[16] is not None
            ],
        )
        return chain.link(form, bytes(prev_hash) if prev_hash else None) == bytes(written)
    except chain.NotCanonical:
        return False
