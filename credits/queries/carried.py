"""
A person's part of the ledger as rows that another portal can write again, each named by what stays the same there.

People are their ledger numbers, organizations and entries their public numbers, accounts their owner, unit, purpose and
kind. Every row is given whole, so that the guards of the other portal's database judge it as they judged it here.

A merge has the number it has here: what two persons agreed on about its undo names it, under a hash. The two accounts
of a merge that was undone may be two people: each is given their own chain, the other's entries only by number.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from credits.models import (
    Account,
    Conversion,
    Hold,
    JournalEntry,
    LedgerDecision,
    LedgerRequest,
    Lot,
    Merge,
    MergeUndo,
    Posting,
)
from learners.models import Learner, Organization

ACCOUNT = ("learner__ledger_number", "organization__public_id", "unit", "purpose", "kind_of_credit")
ENTRY = (
    *("public_id", "reason", "sequence", "occurred_at", "recorded_at", "actor__ledger_number", "idempotency_key"),
    *("body_hash", "snapshot", "reverses__public_id", "reversal_part", "ends__public_id", "request__public_id"),
    *("prev_hash", "hash", "learner__ledger_number"),
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
    *("learner__ledger_number", "other_learner__ledger_number"),
)
DECISION = ("request__public_id", "outcome", "decided_by__ledger_number", "decided_at", "note")
ORGANIZATION = ("public_id", "kind", "name_vi", "name_en", "place_id")
MERGE = (
    *("id", "kept__ledger_number", "merged__ledger_number", "request__public_id"),
    *("out_entry__public_id", "in_entry__public_id", "merged_at"),
)
MERGE_UNDO = ("merge_id", "request__public_id", "out_entry__public_id", "in_entry__public_id", "undone_at")


def rows_of(accounts: Sequence[Learner]) -> dict[str, Sequence[dict[str, Any]]]:
    """
    Return the rows of one person's accounts by kind; eleven queries.

    Entries and their parts are in the order they were written, all else in one that is the same wherever it is written.
    """
    mine = JournalEntry.objects.filter(learner__in=accounts)
    # One that was undone and had moved nothing left no trace here, and joins nobody.
    merges = Merge.objects.filter(
        Q(out_entry__in=mine) | Q(in_entry__in=mine) | Q(kept__in=accounts, merged__in=accounts, undo__isnull=True)
    )
    undone = MergeUndo.objects.filter(merge__in=merges)
    requests = LedgerRequest.objects.filter(
        Q(entries__in=mine) | Q(merge__in=merges) | Q(merge_undo__in=undone)
    ).distinct()
    decisions = LedgerDecision.objects.filter(request__in=requests).order_by("decided_at", "request__public_id")
    postings = Posting.objects.filter(entry__in=mine)
    sides = Account.objects.filter(Q(postings_out__in=postings) | Q(postings_in__in=postings)).distinct()
    lots = Lot.objects.filter(entry__in=mine)
    named = Organization.objects.filter(
        Q(pk__in=lots.values("issuer"))
        | Q(pk__in=sides.filter(organization__isnull=False).values("organization"))
        | Q(pk__in=requests.filter(organization__isnull=False).values("organization"))
    )
    return {
        "organizations": list(named.order_by("public_id").values(*ORGANIZATION)),
        "accounts": list(
            sides.order_by("opened_at", *ACCOUNT).values(*ACCOUNT, "balance_min", "balance_max", "opened_at")
        ),
        "requests": list(requests.order_by("requested_at", "public_id").values(*REQUEST)),
        "decisions": list(decisions.values(*DECISION)),
        "entries": list(mine.order_by("pk").values(*ENTRY)),
        "lots": list(lots.order_by("pk").values(*LOT)),
        "holds": list(Hold.objects.filter(entry__in=mine).order_by("pk").values(*HOLD)),
        "conversions": list(Conversion.objects.filter(entry__in=mine).order_by("pk").values(*conversion_fields())),
        "postings": list(postings.order_by("pk").values(*POSTING)),
        "merges": list(merges.order_by("pk").values(*MERGE)),
        "merge_undos": list(undone.order_by("pk").values(*MERGE_UNDO)),
    }


def conversion_fields() -> tuple[str, ...]:
    """Return the columns of a conversion with its entry by public number."""
    own = [field.attname for field in Conversion._meta.concrete_fields if field.name != "entry"]
    return ("entry__public_id", *own)
