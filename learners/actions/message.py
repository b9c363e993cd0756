"""
Messages: queue what someone must be told, deliver what is due.

``queue`` writes a row and, for what cannot wait, ends with PostgreSQL's NOTIFY, which is sent at commit. The sending,
``deliver_due``, is run by the courier (urgent) and by a worker (the rest), never inside a request.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from learners import rules
from learners.actions.delivery import deliver_due
from learners.choices import Channel, Language, MessageKind, MessageState, Urgency
from learners.models import Learner, Message
from learners.models.address import is_phone
from learners.queries.message import wants

__all__ = [
    "URGENT_CHANNEL",
    "Draft",
    "UnableToDrop",
    "UnableToQueue",
    "UnableToRequeue",
    "deliver_due",
    "drop",
    "drop_all",
    "drop_due_to",
    "queue",
    "queue_all",
    "requeue",
    "wants",
]

URGENT_CHANNEL = "urgent_message"  # the courier LISTENs on it


class UnableToQueue(Exception):
    """The caller gave what cannot be a message; a fault in the code, not in what a person typed."""


def queue(
    *,
    kind: MessageKind,
    key: str,
    data: Mapping[str, str],
    now: datetime,
    recipient: Learner | None = None,
    address: str = "",
    language: str | None = None,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    at_once: bool = False,
) -> Message | None:
    """
    Put a message into the outbox and return it; None when the recipient does not want this kind.

    It goes to ``address`` when that is given, a number by text message; else to the recipient's e-mail address.
    ``data`` fills the placeholders of the kind's text and is already formatted in the message's language, which is the
    recipient's own unless named. ``at_once``: by the courier and at any hour, whatever the kind says; for what is about
    today or tomorrow. Idempotent: the same ``key`` gives the message queued first, whatever became of it.

    :raises UnableToQueue: if a placeholder is missing or unknown, if there is nobody to write to, or if ``key`` already
        stands for another kind or another recipient.
    """
    delivery = rules.DELIVERY[kind]
    _check_data(delivery, kind, data)
    if recipient is None and not address:
        raise UnableToQueue(f"{kind}: neither a recipient nor an address")
    if recipient is not None and not wants(recipient, kind, address=address):
        return None
    channel = Channel.SMS if is_phone(address) else Channel.EMAIL
    if channel not in delivery.channels:
        raise UnableToQueue(f"{kind}: not sent as a text message")
    due_at = due_at or now
    if channel == Channel.SMS and delivery.keeps_quiet_hours and not at_once:
        due_at = _not_in_quiet_hours(due_at)
    urgency = Urgency.URGENT if at_once else delivery.urgency
    draft = Message(
        recipient=recipient,
        address=address,
        kind=kind,
        channel=channel,
        language=Language(language or (recipient.language if recipient else Language.VI)),
        urgency=urgency,
        deduplication_key=key,
        data=dict(data),
        queued_at=now,
        due_at=due_at,
        expires_at=expires_at,
    )
    # Not get_or_create: its savepoint and first look are three statements more, under whatever lock the caller holds.
    # Nor a transaction: one row is written, and without the NOTIFY the courier finds it a second later.
    Message.objects.bulk_create([draft], ignore_conflicts=True)
    message = Message.objects.get(deduplication_key=key)
    if (message.kind, message.recipient_id, message.address) != (kind, recipient.pk if recipient else None, address):
        raise UnableToQueue(f"the key {key!r} already stands for another message")
    if message.public_id == draft.public_id and urgency == Urgency.URGENT:
        _wake_courier()
    return message


def phone_of(learner: Learner) -> str:
    """Return the number of somebody who has no e-mail address, for ``address``; empty for everybody else."""
    return "" if learner.email else learner.phone or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One message among many of a kind."""

    recipient: Learner
    key: str
    data: Mapping[str, str]
    expires_at: datetime | None = None
    address: str = ""  # empty: the recipient's e-mail address; a number gets a text message

    @property
    def channel(self) -> Channel:
        return Channel.SMS if is_phone(self.address) else Channel.EMAIL


@transaction.atomic
def queue_all(*, kind: MessageKind, drafts: Sequence[Draft], now: datetime, at_once: bool = False) -> int:
    """
    Put many messages of one kind into the outbox and return how many are new; two queries, whatever the number.

    ``at_once`` as in ``queue``. Idempotent by each draft's key; who does not want the kind is left out.

    :raises UnableToQueue: if a placeholder is missing or unknown, or the kind is not sent by one of the channels.
    """
    delivery = rules.DELIVERY[kind]
    urgency = Urgency.URGENT if at_once else delivery.urgency
    text_at = now if at_once or not delivery.keeps_quiet_hours else _not_in_quiet_hours(now)
    wanted = [draft for draft in drafts if wants(draft.recipient, kind, address=draft.address)]
    for draft in wanted:
        _check_data(delivery, kind, draft.data)
        if draft.channel not in delivery.channels:
            raise UnableToQueue(f"{kind}: not sent as a text message")
    keys = [draft.key for draft in wanted]
    known = set(Message.objects.filter(deduplication_key__in=keys).values_list("deduplication_key", flat=True))
    new = [
        Message(
            recipient=draft.recipient,
            address=draft.address,
            kind=kind,
            channel=draft.channel,
            language=draft.recipient.language,
            urgency=urgency,
            deduplication_key=draft.key,
            data=dict(draft.data),
            queued_at=now,
            due_at=text_at if draft.channel == Channel.SMS else now,
            expires_at=draft.expires_at,
        )
        for draft in wanted
        if draft.key not in known
    ]
    Message.objects.bulk_create(new, ignore_conflicts=True)  # another worker may have queued the same just now
    if new and urgency == Urgency.URGENT:
        _wake_courier()
    return len(new)


class UnableToDrop(Exception):
    """The caller named what may be other messages too."""


@transaction.atomic
def drop(*, key_prefix: str) -> int:
    """
    Drop the messages not yet on their way whose key begins with ``key_prefix``; return how many.

    For what is no longer true: the reminder of a class one has left. Idempotent. The prefix is taken letter by letter
    and ends with a colon, as parts of a key do: ``"class_tomorrow:5:"`` says nothing of enrolment 55.

    :raises UnableToDrop: if it does not; a fault in the code.
    """
    if not key_prefix.endswith(":") or not key_prefix.strip(":"):
        raise UnableToDrop(f"{key_prefix!r} is no whole part of a key")
    return Message.objects.filter(deduplication_key__startswith=key_prefix, state=MessageState.DUE).update(
        state=MessageState.DROPPED, failure="no longer true"
    )


@transaction.atomic
def drop_all(*, keys: Collection[str]) -> int:
    """Drop the messages not yet on their way that have one of these keys; return how many. Idempotent; one query."""
    return Message.objects.filter(deduplication_key__in=keys, state=MessageState.DUE).update(
        state=MessageState.DROPPED, failure="no longer true"
    )


@transaction.atomic
def drop_due_to(*, recipients: Collection[Learner], due_before: datetime) -> int:
    """
    Drop the messages to these people that should have left before a moment; return how many.

    For people nobody writes to: those of the demonstration world, while it is made. Idempotent.
    """
    return Message.objects.filter(recipient__in=recipients, due_at__lt=due_before, state=MessageState.DUE).update(
        state=MessageState.DROPPED, failure="not to be sent"
    )


class UnableToRequeue(Exception):
    """The message is not one that waits for a decision."""


@transaction.atomic
def requeue(*, message: Message, now: datetime) -> Message:
    """
    Send a message again that has failed or is in doubt; a curator's decision.

    Idempotent: a message that is due already stays so. The mail keeps its Message-ID.

    :raises UnableToRequeue: if the message was sent or dropped, or has lost what it said (a sign-in code).
    """
    message = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    if message.state == MessageState.DUE:
        return message
    if message.state not in {MessageState.FAILED, MessageState.IN_DOUBT}:
        raise UnableToRequeue(message.get_state_display())
    if not rules.DELIVERY[MessageKind(message.kind)].required <= message.data.keys():
        raise UnableToRequeue(message.get_kind_display())
    message.state = MessageState.DUE
    message.due_at = now
    message.attempts = 0
    message.claim_token = message.claimed_at = message.lease_ends_at = None
    message.handed_over_at = message.failed_at = None
    message.failure = ""
    message.save()
    if message.urgency == Urgency.URGENT:
        _wake_courier()
    return message


def _check_data(delivery: rules.Delivery, kind: MessageKind, data: Mapping[str, str]) -> None:
    unknown = data.keys() - delivery.required - delivery.optional
    missing = {name for name in delivery.required if not data.get(name)}
    if unknown or missing:
        raise UnableToQueue(f"{kind}: unknown placeholders {sorted(unknown)}, missing {sorted(missing)}")


def _not_in_quiet_hours(moment: datetime) -> datetime:
    """Return the moment, or the end of the quiet hours it falls into; Vietnamese time."""
    begin, end = rules.QUIET_HOURS
    local = timezone.localtime(moment)
    if end <= local.time() < begin:
        return moment
    day = local.date() + timedelta(days=1) if local.time() >= begin else local.date()
    return datetime.combine(day, end, tzinfo=local.tzinfo)


def _wake_courier() -> None:
    """Only for what is urgent: nobody listens for the rest, and NOTIFY makes commits wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [URGENT_CHANNEL])
