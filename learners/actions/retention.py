"""Retention: new timers, and the daily job that empties what has been kept long enough."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from time import monotonic

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from learners import rules
from learners.actions import consent, guardian, one_by_one
from learners.choices import ExportState, MessageState, RetentionKind
from learners.models import (
    ChangedWay,
    DataExport,
    DeadWay,
    Device,
    HelpAnswer,
    HelpRequest,
    LostWay,
    Message,
    RemovedWay,
    RetentionRule,
    SignInCode,
    UnsubscribeLink,
)
from learners.queries import retention, staff

# A letter in doubt for as long as that is decided by nobody any more.
ENDED = (MessageState.SENT, MessageState.FAILED, MessageState.DROPPED, MessageState.IN_DOUBT)
SECONDS_PER_KIND_MAX = 40  # of five; a task is asked to stop after 240


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

    Idempotent. Rows go by thousands, each lot in a transaction of its own, until none is left or the kind has had
    ``SECONDS_PER_KIND_MAX``; the next night goes on. A kind that fails holds up no other.

    :raises one_by_one.SomeFailed: when all have been tried, if some could not be emptied.
    """
    done: dict[RetentionKind, int] = {}
    acts = {
        RetentionKind.HELP_REQUEST: _forget_help,
        RetentionKind.MESSAGE: _empty_messages,
        RetentionKind.EXPORT: _empty_exports,
        RetentionKind.SIGN_IN_CODE: _forget_codes,
        RetentionKind.DEVICE: _forget_devices,
    }

    def empty(kind: RetentionKind) -> int:
        if (before := _before(kind, now)) is None:
            return 0
        done[kind] = _until_none_is_left(lambda: acts[kind](before, now))
        return done[kind]

    steps: dict[str, Callable[[], int]] = {
        "dead ways": lambda: _forget_dead_ways(now),
        "lost ways": lambda: _forget_lost_ways(now),
        "changed ways": lambda: ChangedWay.objects.filter(changed_at__lt=now - rules.CHANGED_WAY_KEPT).delete()[0],
        "removed ways": lambda: RemovedWay.objects.filter(removed_at__lt=now - rules.REMOVED_WAY_KEPT).delete()[0],
        "invitations to work": lambda: staff.forgotten(now=now).update(for_words=""),
        "guardians": lambda: guardian.forget_names(now=now),
        "links": lambda: _until_none_is_left(lambda: _forget_links(now)),
        "what waits for a consent": lambda: consent.forget_what_waits(now=now),
        **{kind: partial(empty, kind) for kind in acts},
    }
    one_by_one.each(steps, lambda step: steps[step](), what="retention")
    return done


@transaction.atomic
def _forget_dead_ways(now: datetime) -> int:
    before = now - rules.REMOVED_WAY_KEPT
    asked = DeadWay.objects.filter(asked_at__lt=before, confirmed_at__isnull=True)
    asked.filter(undone_at__isnull=True).update(undone_at=now)  # nobody confirmed it: it can be asked for again
    old = DeadWay.objects.filter(Q(confirmed_at__isnull=True, asked_at__lt=before) | Q(confirmed_at__lt=before))
    return old.exclude(address="").update(address="")


def _forget_lost_ways(now: datetime) -> int:
    ended = LostWay.objects.filter(
        Q(stopped_at__lt=now - rules.REMOVED_WAY_KEPT) | Q(done_at__lt=now - rules.REMOVED_WAY_KEPT)
    )
    return ended.exclude(address="", new_address="").update(address="", new_address="")


def _forget_links(now: datetime) -> int:
    old = UnsubscribeLink.objects.filter(created_at__lt=now - rules.UNSUBSCRIBE_KEPT)[: rules.FORGOTTEN_AT_ONCE_MAX]
    return UnsubscribeLink.objects.filter(pk__in=[each.pk for each in old]).delete()[0]


def _until_none_is_left(act: Callable[[], int]) -> int:
    done, stops_at = 0, monotonic() + SECONDS_PER_KIND_MAX
    while lot := act():
        done += lot
        if monotonic() >= stops_at:
            break
    return done


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


@transaction.atomic
def _forget_codes(before: datetime, _now: datetime) -> int:
    return SignInCode.objects.filter(expires_at__lt=before).delete()[0]


@transaction.atomic
def _forget_devices(before: datetime, _now: datetime) -> int:
    """
    Until then a device that comes back is known, and nobody is warned of a new one.

    Of each person the last stays, emptied: that somebody has signed in before is why a new device is told to them.
    """
    old = Device.objects.filter(ended_at__isnull=False, last_seen_at__lt=before)
    last = Device.objects.filter(learner=OuterRef("learner")).order_by("-last_seen_at", "-pk").values("pk")[:1]
    emptied = old.exclude(token_hash="", name="").filter(pk=Subquery(last)).update(token_hash="", name="")
    return emptied + old.exclude(pk=Subquery(last)).delete()[0]
