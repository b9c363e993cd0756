"""What the nightly check of the ledger has to say to a curator."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, Max, Q, Subquery
from django.utils import timezone

from credits.models import JournalEntry, LedgerCheck
from credits.queries import seal
from credits.rules import NIGHTS_MISSED_MAX


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """Zeros when all is well."""

    findings: int  # of the newest check; while none is finished, of those back to the last one that was
    unfinished: int  # its questions without an answer
    days_unchecked: int  # since the newest check, when that is too many
    days_unsealed: int  # since the newest seal, when that is too many


def alarms(*, now: datetime) -> Alarms:
    """Return what is wrong; three queries, or four. A ledger without any entry need not be checked or sealed."""
    newest_check = LedgerCheck.objects.order_by("-checked_at", "-pk").first()
    newest_seal = seal.newest()
    first_entry = JournalEntry.objects.order_by("recorded_at").values_list("recorded_at", flat=True).first()
    return Alarms(
        findings=_findings(newest_check) if newest_check else 0,
        unfinished=len(newest_check.unfinished.split(", ")) if newest_check and newest_check.unfinished else 0,
        days_unchecked=_days_late(newest_check.checked_at if newest_check else first_entry, now),
        days_unsealed=_days_late(newest_seal.sealed_at if newest_seal else first_entry, now),
    )


def _findings(newest: LedgerCheck) -> int:
    """Return how many breaches are known: a check that was not finished does not clear what one before it found."""
    if not newest.unfinished:
        return newest.findings_count
    finished = LedgerCheck.objects.filter(unfinished="").order_by("-checked_at", "-pk").values("checked_at")[:1]
    known = LedgerCheck.objects.filter(Q(checked_at__gte=Subquery(finished)) | ~Exists(finished))
    return known.aggregate(most=Max("findings_count"))["most"] or 0


def _days_late(since: datetime | None, now: datetime) -> int:
    if since is None or now - since <= timedelta(days=NIGHTS_MISSED_MAX):
        return 0
    return (timezone.localdate(now) - timezone.localdate(since)).days
