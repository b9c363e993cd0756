"""
A person's part of the ledger as rows that another portal can write again, each named by what stays the same there.

People are their ledger numbers, organizations and entries their public numbers, accounts their owner, unit, purpose and
kind. Every row is given whole, so that the guards of the other portal's database judge it as they judged it here.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from credits.models import Account, Conversion, Hold, JournalEntry, LedgerDecision, LedgerRequest, Lot, Posting
from learners.models import Learner, Organization

MERGED = ("MERGE_OUT", "MERGE_IN", "UNMERGE_OUT", "UNMERGE_IN")
ACCOUNT = ("learner__ledger_number", "organization__public_id", "unit", "purpose", "kind_of_credit")
ENTRY = (
    *("public_id", "reason", "sequence", "occurred_at", "recorded_at", "actor__ledger_number", "idempotency_key"),
    *("body_hash", "snapshot", "reverses__public_id", "reversal_part", "ends__public_id", "request__public_id"),
    *("prev_hash", "hash"),
)
LOT = (
    *("entry__public_id", "issuer__public_id", "kind_of_credit", "source", "field_code", "level", "amount_minor"),
    *("earned_on", "valid_until", "course_key"),
)
HOLD = ("entry__public_id", "amount_minor", "expires_at")
POSTING = (
    *("entry__public_id", "amount_minor", "lot__entry__public_id"),
    *("source_position", "source_balance", "destination_position", "destination_balance"),
    *(f"source__{name}" for name in ACCOUNT),
    *(f"destination__{name}" for name in ACCOUNT),
)
REQUEST = (
    *("public_id", "kind", "entry__public_id", "organization__public_id", "amount_minor", "body", "body_hash"),
    *("idempotency_key", "reason", "authority", "seen", "salt", "requested_by__ledger_number", "requested_at"),
)
DECISION = ("request__public_id", "outcome", "decided_by__ledger_number", "decided_at", "note")
ORGANIZATION = ("public_id", "kind", "name_vi", "name_en", "place_id")


class NotToBeCarried(Exception):
    """Two accounts of the person were merged: their chains go on in each other, and one alone proves nothing."""


def rows_of(learner: Learner) -> dict[str, Sequence[dict[str, Any]]]:
    """
    Return the rows by kind, each in the order they were written; eight queries.

    :raises NotToBeCarried: if a merge moved credit to or from the learner.
    """
    mine = JournalEntry.objects.filter(learner=learner)
    if mine.filter(reason__in=MERGED).exists():
        raise NotToBeCarried
    requests = LedgerRequest.objects.filter(learner=learner, entries__isnull=False).distinct()
    postings = Posting.objects.filter(entry__learner=learner)
    sides = Account.objects.filter(Q(postings_out__in=postings) | Q(postings_in__in=postings)).distinct()
    lots = Lot.objects.filter(entry__learner=learner)
    named = Organization.objects.filter(
        Q(pk__in=lots.values("issuer"))
        | Q(pk__in=sides.filter(organization__isnull=False).values("organization"))
        | Q(pk__in=requests.filter(organization__isnull=False).values("organization"))
    )
    return {
        "organizations": list(named.order_by("pk").values(*ORGANIZATION)),
        "accounts": list(sides.order_by("pk").values(*ACCOUNT, "balance_min", "balance_max", "opened_at")),
        "requests": list(requests.order_by("pk").values(*REQUEST)),
        "decisions": list(LedgerDecision.objects.filter(request__in=requests).order_by("request").values(*DECISION)),
        "entries": list(mine.order_by("pk").values(*ENTRY)),
        "lots": list(lots.order_by("pk").values(*LOT)),
        "holds": list(Hold.objects.filter(entry__learner=learner).order_by("pk").values(*HOLD)),
        "conversions": list(
            Conversion.objects.filter(entry__learner=learner).order_by("pk").values(*conversion_fields())
        ),
        "postings": list(postings.order_by("pk").values(*POSTING)),
    }


def conversion_fields() -> tuple[str, ...]:
    """Return the columns of a conversion with its entry by public number."""
    own = [field.attname for field in Conversion._meta.concrete_fields if field.name != "entry"]
    return ("entry__public_id", *own)
