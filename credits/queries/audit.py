"""
The audit: every invariant of the ledger, asked of the database; what does not hold is a finding.

Run by ``manage.py verify_ledger``, every night, and after every test that races or kills.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.apps import apps
from django.conf import settings
from django.db import connection

from credits.models import LedgerRequest, chain
from credits.queries import hashed, seal_audit
from credits.queries.invariants import APPEND_ONLY, INVARIANTS, LEG
from credits.queries.track import Track, unseen
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


def audit(track: Track = unseen) -> list[Finding]:
    """
    Return every breach of an invariant, at most a hundred of each; a sound ledger has none.

    Of a ledger that is being written ask inside ``frozen``: the questions are many, and must mean the same moment.
    """
    values = {
        "serving_role": settings.DATABASE_APP_ROLE,
        "routes": tuple(
            (str(row.reason), str(row.unit), str(row.from_purpose), str(row.to_purpose)) for row in ALLOWED_ROUTES
        ),
        "append_only": list(APPEND_ONLY),
        "constraints": _constraints(),
        "awarding": tuple(map(str, AWARDING)),
        "reversible": tuple(map(str, REVERSIBLE)),
        "two_persons": tuple(map(str, TWO_PERSONS)),
        "grains": GRAINS_PER_HUNDREDTH,
        "clock_skew_seconds": CLOCK_SKEW_SECONDS_MAX,
    }
    findings = []
    with connection.cursor() as cursor:
        for invariant in track("invariants", INVARIANTS, len(INVARIANTS)):
            cursor.execute(
                f"WITH leg AS NOT MATERIALIZED ({LEG}) "  # noqa: S608 -- constants of this app
                f"SELECT * FROM ({invariant.breaches}) breach LIMIT {FINDINGS_PER_INVARIANT_MAX}",
                values,
            )
            findings += [Finding(invariant=invariant.number, detail=detail) for (detail,) in cursor.fetchall()]
    findings += islice(_wrong_hashes(track), FINDINGS_PER_INVARIANT_MAX)
    findings += islice(_wrong_requests(), FINDINGS_PER_INVARIANT_MAX)
    findings += islice(
        (Finding(invariant="SEAL", detail=words) for words in seal_audit.breaches(track)), FINDINGS_PER_INVARIANT_MAX
    )
    return findings


def _constraints() -> list[str]:
    """Return the names of the constraints that the ledger's tables are declared with."""
    models = apps.get_app_config("credits").get_models()
    return [constraint.name for model in models for constraint in model._meta.constraints]


def _wrong_requests() -> Iterator[Finding]:
    """Recompute the hash of what was asked (L25), request by request."""
    for pk, body, body_hash in LedgerRequest.objects.values_list("pk", "body", "body_hash").order_by("pk").iterator():
        if chain.digest(body) != bytes(body_hash):
            yield Finding(invariant="L25", detail=f"request {pk} is not what was asked")


def _wrong_hashes(track: Track) -> Iterator[Finding]:
    """Recompute every hash (L09); the memory does not grow with the ledger."""
    for entry in track("entries", hashed.all_entries(), hashed.count()):
        if not entry.is_right:
            yield Finding(invariant="L09", detail=f"entry {entry.id} is not what was hashed")
