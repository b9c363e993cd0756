"""Retention: new timers, and the daily job that empties what has been kept long enough."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from learners import rules
from learners.choices import ExportState, MessageState, RetentionKind
from learners.models import DataExport, HelpAnswer, HelpRequest, Message, RemovedWay, RetentionRule
from learners.queries import retention

ENDED = (MessageState.SENT, MessageState.FAILED, MessageState.DROPPED)


@transaction.atomic
def supersede(*, kind: RetentionKind, days: int | None, source_vi: str, source_en: str, today: date) -> RetentionRule:
    """Put another timer in force from today and return it. Idempotent: the same timer again changes nothing."""
    current = RetentionRule.objects.select_for_update(no_key=True).filter(kind=kind, valid_to__isnull=True).first()
    if current is not None:
        if (current.days, current.source_vi, current.source_en) == (days, source_vi, source_en):
            return current
        current.valid_to = today
        current.save(update_fields=["valid_to"])
    return RetentionRule.objects.create(
        kind=kind, days=days, source_vi=source_vi, source_en=source_en, valid_from=today
    )


def carry_out(*, now: datetime) -> dict[RetentionKind, int]:
    """
    Empty what the timers in force say has been kept long enough; return how many rows of each kind.

    Idempotent; each kind is a transaction of its own, so one that fails leaves the others done.
    """
    RemovedWay.objects.filter(removed_at__lt=now - rules.REMOVED_WAY_KEPT).delete()
    done = {
        RetentionKind.HELP_REQUEST: _forget_help,
        RetentionKind.MESSAGE: _empty_messages,
        RetentionKind.EXPORT: _empty_exports,
    }
    return {kind: act(before, now) for kind, act in done.items() if (before := _before(kind, now)) is not None}


def _before(kind: RetentionKind, now: datetime) -> datetime | None:
    days = retention.days(kind, on=timezone.localdate(now))
    return None if days is None else now - timedelta(days=days)


@transaction.atomic
def _empty_exports(before: datetime, now: datetime) -> int:
    """A file says itself until when it is there; a shorter timer ends it before."""
    ready = DataExport.objects.filter(state=ExportState.READY).filter(Q(ready_at__lt=before) | Q(expires_at__lte=now))
    return ready.update(state=ExportState.EXPIRED, content=None)


@transaction.atomic
def _forget_help(before: datetime, now: datetime) -> int:
    """What nobody has answered is kept as long after its day, so that it is not lost before it is late."""
    old = HelpRequest.objects.filter(scrubbed_at__isnull=True).filter(
        Q(answer__answered_at__lt=before) | Q(answer__isnull=True, due_on__lt=timezone.localdate(before))
    )
    ids = list(old.values_list("pk", flat=True)[: rules.FORGOTTEN_AT_ONCE_MAX])
    HelpAnswer.objects.filter(pk__in=ids).update(note="")
    return HelpRequest.objects.filter(pk__in=ids).update(name="", reach="", about="", learner=None, scrubbed_at=now)


@transaction.atomic
def _empty_messages(before: datetime, _now: datetime) -> int:
    """That a letter was sent stays, for its key; what it said and where it went does not."""
    old = Message.objects.filter(state__in=ENDED, queued_at__lt=before).exclude(data={}, address="")
    ids = list(old.filter(recipient__isnull=False).values_list("pk", flat=True)[: rules.FORGOTTEN_AT_ONCE_MAX])
    emptied = Message.objects.filter(pk__in=ids).update(data={}, address="", failure="")
    strangers = list(
        old.filter(recipient__isnull=True).values_list("pk", flat=True)[: rules.FORGOTTEN_AT_ONCE_MAX]
    )  # an address nobody had an account for: a message goes somewhere, so it goes altogether
    deleted, _by_model = Message.objects.filter(pk__in=strangers).delete()
    return emptied + deleted
