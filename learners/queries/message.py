"""Who may be written to, and what has been queued."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import F, Q
from django.utils import timezone

from learners import rules
from learners.choices import Channel, MessageKind, MessageState
from learners.models import Learner, Message

DAY_HOURS = 24


def wants(learner: Learner, kind: MessageKind, *, address: str = "") -> bool:
    """Return whether the learner can be written to and has not switched this kind off; an ``address`` is theirs."""
    switch = rules.DELIVERY[kind].switch
    is_reached = address in {learner.email, learner.phone} if address else bool(learner.email)
    return learner.is_active and is_reached and (switch is None or bool(getattr(learner, switch)))


def texts_queued_since(moment: datetime) -> int:
    """Return how many text messages were queued since a moment to leave, whatever became of them."""
    queued = Message.objects.filter(channel=Channel.SMS, queued_at__gte=moment)
    return queued.exclude(expires_at__lte=F("queued_at")).count()


def quiet_until(learner: Learner, *, now: datetime) -> datetime | None:
    """Return when the quiet hours the learner is in at ``now`` end, or None outside them."""
    if learner.quiet_from is None or learner.quiet_until is None:
        return None
    local = timezone.localtime(now)
    if (local.hour - learner.quiet_from) % DAY_HOURS >= (learner.quiet_until - learner.quiet_from) % DAY_HOURS:
        return None
    hours = (learner.quiet_until - local.hour) % DAY_HOURS
    return local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours)


def reached_at(learner: Learner) -> str | None:
    """
    Return where a message about a class reaches the learner, as ``address`` of one: "" is their e-mail address.

    Their number when they have no e-mail address; None when they have neither.
    """
    return "" if learner.email else learner.phone


def states_of(keys: Collection[str]) -> dict[str, MessageState]:
    """Return where the messages with these keys stand; a key without one is left out. One query."""
    found = Message.objects.filter(deduplication_key__in=keys).values_list("deduplication_key", "state")
    return {key: MessageState(state) for key, state in found}


def queued_keys(keys: Collection[str]) -> set[str]:
    """Return which of these keys already stand for a message, whatever became of it."""
    return set(Message.objects.filter(deduplication_key__in=keys).values_list("deduplication_key", flat=True))


def of(learner_id: int) -> str:
    """Return how the key of a letter to an address, and to no recipient, ends: whose it is."""
    return f":of:{learner_id}"


def is_of(learner_ids: Collection[int]) -> Q:
    """Return by what a letter to no recipient is known as one these people were told by (``actions.telling``)."""
    known = (Q(deduplication_key__endswith=of(key)) for key in learner_ids)
    return Q(recipient__isnull=True) & reduce(or_, known, Q(pk__in=[]))
