"""
The audit: every invariant of the ledger, asked of the database; what does not hold is a finding.

Run by ``manage.py verify_ledger``, every night, and after every test that races or kills.
"""

from collections.abc import Generator, Iterable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection

from credits.models import LedgerRequest, chain
from credits.queries import hashed, seal_audit
from credits.queries.invariants import APPEND_ONLY, INVARIANTS, LEG, Invariant
from credits.queries.invariants.guards import WRITTEN_IN_SQL
from credits.queries.patience import ENDLESS, OutOfTime, Patience
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
    is_unfinished: bool = False  # nothing was found so far, or not all: the question was given up


Details = Generator[str, None, None]


def audit(track: Track = unseen, patience: Patience = ENDLESS) -> list[Finding]:
    """
    Return every breach of an invariant, at most a hundred of each; a sound ledger has none.

    A question that takes longer than ``patience`` allows is a finding too, after what it had found: it was not
    finished. Of a ledger that is being written ask inside ``frozen``: the questions are many, and must mean the same
    moment.
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
    timed = partial(_timed, track, patience)
    findings = []
    for invariant in track("invariants", INVARIANTS, len(INVARIANTS)):
        findings += _answers(invariant.number, _breaches(invariant, values), patience)
    findings += _answers("L09", _wrong_hashes(timed), patience)
    findings += _answers("L25", _wrong_requests(patience), patience)
    findings += _answers("SEAL", seal_audit.breaches(timed), patience)
    return findings


def _timed(track: Track, patience: Patience, words: str, items: Iterable[Any], total: int) -> Iterable[Any]:
    return patience.within(track(words, items, total))


def _answers(invariant: str, details: Details, patience: Patience) -> list[Finding]:
    findings: list[Finding] = []
    try:
        with patience.question(), closing(details):
            for detail in islice(details, FINDINGS_PER_INVARIANT_MAX):
                findings.append(Finding(invariant=invariant, detail=detail))
    except OutOfTime:
        findings.append(Finding(invariant=invariant, detail="not finished in time", is_unfinished=True))
    return findings


def _breaches(invariant: Invariant, values: dict[str, Any]) -> Details:
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH leg AS NOT MATERIALIZED ({LEG}) "  # noqa: S608 -- constants of this app
            f"SELECT * FROM ({invariant.breaches}) breach LIMIT {FINDINGS_PER_INVARIANT_MAX}",
            values,
        )
        yield from (detail for (detail,) in cursor.fetchall())


def _constraints() -> list[str]:
    """Return the names of the constraints that the ledger's tables are declared with, and of those written in SQL."""
    models = apps.get_app_config("credits").get_models()
    return [*WRITTEN_IN_SQL, *(constraint.name for model in models for constraint in model._meta.constraints)]


def _wrong_requests(patience: Patience) -> Details:
    """Recompute the hash of what was asked (L25), request by request."""
    requests = LedgerRequest.objects.values_list("pk", "body", "body_hash").order_by("pk")
    with closing(requests.iterator()) as rows:  # type: ignore[type-var]  # it is a generator
        for pk, body, body_hash in patience.within(rows):
            if chain.digest(body) != bytes(body_hash):
                yield f"request {pk} is not what was asked"


def _wrong_hashes(track: Track) -> Details:
    """Recompute every hash (L09); the memory does not grow with the ledger."""
    with closing(hashed.all_entries()) as entries:
        for entry in track("entries", entries, hashed.count()):
            if not entry.is_right:
                yield f"entry {entry.id} is not what was hashed"
