"""What the ledger says in its letters: each function returns a kind's placeholders, in the learner's language."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from credits.models import JournalEntry, LedgerDecision
from credits.queries import ledger
from learners import formats
from learners.models import Learner


def entry_reversed(entry: JournalEntry, hundredths: int, *, learner: Learner, now: datetime) -> dict[str, str]:
    """Return what the ENTRY_REVERSED letter says; the balance is the one after the reversal."""
    language = learner.language
    balance = ledger.balance(learner).total
    with translation.override(language):
        return {
            "course": _in(entry.snapshot, "title", language),
            "credits": formats.credits(hundredths, language),
            "date": formats.day(now, language),
            "reason": str(entry.snapshot["reason"]),
            "authority": str(entry.snapshot["authority"]),
            "balance_hours": formats.credit_hours(balance, language),
            "balance_credits": formats.credits(balance, language),
            "link": _link("credits:statement"),
        }


def learning_recognized(entry: JournalEntry, hundredths: int, *, learner: Learner, now: datetime) -> dict[str, str]:
    """Return what the LEARNING_RECOGNIZED letter says; the balance is the one after this entry."""
    language = learner.language
    balance = ledger.balance(learner).total
    with translation.override(language):
        return {
            "course": _in(entry.snapshot, "title", language),
            "provider": _in(entry.snapshot, "provider", language),
            "issuer": _in(entry.snapshot, "recognized_by", language),
            "credits": formats.credits(hundredths, language),
            "hours": formats.credit_hours(hundredths, language),
            "date": formats.day(now, language),
            "balance_hours": formats.credit_hours(balance, language),
            "balance_credits": formats.credits(balance, language),
            "link": _link("credits:statement"),
        }


def record_changed(what: str, reason: str, *, learner: Learner, now: datetime) -> dict[str, str]:
    """Return what the RECORD_CHANGED letter says: ``what`` happened to the whole record, in the learner's language."""
    with translation.override(learner.language):
        return {
            "what": what,
            "reason": reason,
            "date": formats.day(now, learner.language),
            "link": _link("credits:statement"),
        }


def request_decided(decision: LedgerDecision, *, now: datetime) -> dict[str, str]:
    """Return what the REQUEST_DECIDED letter says to the one who asked."""
    request = decision.request
    language = request.requested_by.language
    with translation.override(language):
        return {
            "what": request.get_kind_display(),
            "outcome": decision.get_outcome_display(),
            "note": decision.note,
            "date": formats.day(now, language),
        }


def _in(snapshot: dict[str, object], name: str, language: str) -> str:
    english = str(snapshot.get(f"{name}_en") or "") if language == "en" else ""
    return english or str(snapshot.get(f"{name}_vi") or "")


def _link(name: str) -> str:
    return f"{settings.SITE_URL}{reverse(name)}"
