"""
Delivery: claim, hand over, settle.

Each step is its own transaction, so a kill between two of them leaves a state that is true.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import F, Func, JSONField, Value

from learners import channels, emails, rules
from learners.actions import unsubscribe
from learners.channels.sms import parts
from learners.choices import Channel, MessageKind, MessageState, Policy, Urgency
from learners.models import Message, MessageText
from learners.queries.message import quiet_until, wants

CUT_OFF = "the sender stopped between the hand-over and the answer"
# One more than the retries allow: only a message that takes its senders down with it is claimed that often.
ATTEMPTS_MAX = len(rules.RETRY_DELAYS) + 2
GIVEN_UP = "its senders stopped before they could hand it over, again and again"

log = logging.getLogger("learners.delivery")


def deliver_due(
    *, now: datetime, urgency: Urgency = Urgency.ROUTINE, is_ending: Callable[[], bool] = lambda: False
) -> int:
    """
    Send the messages of ``urgency`` due at ``now``; return how many were handed over.

    Safe to run twice or in two workers at once: each message is claimed with a lease under SKIP LOCKED. A worker killed
    before the hand-over leaves a lease that ends and is claimed again; one killed after it leaves the message in doubt,
    and the policy of its kind (``rules.DELIVERY``) says whether it is repeated. ``is_ending`` is asked before each
    message, so that a process told to stop does so between two letters. Not to be called inside a transaction.
    """
    began = monotonic()
    recover(now=now)
    handed_over = 0
    with channels.Mail() as mail:
        for _ in range(rules.MESSAGES_PER_BATCH_MAX):
            passed = timedelta(seconds=monotonic() - began)
            moment = now + passed
            if (
                is_ending()
                or passed > rules.BATCH_ENDS_AFTER
                or (message := claim(now=moment, urgency=urgency)) is None
            ):
                break
            handed_over += _deliver(message, mail=mail, now=moment)
    return handed_over


def recover(*, now: datetime) -> int:
    """Take back what a sender left behind when its lease ended; return how many messages that were."""
    left_behind = Message.objects.filter(lease_ends_at__lte=now)
    repeated = [kind for kind, delivery in rules.DELIVERY.items() if delivery.policy == Policy.AT_LEAST_ONCE]
    unclaimed = {"claim_token": None, "claimed_at": None, "lease_ends_at": None}
    never_sent = left_behind.filter(state=MessageState.CLAIMED).update(state=MessageState.DUE, **unclaimed)
    handed_over = left_behind.filter(state=MessageState.HANDED_OVER)
    again = handed_over.filter(kind__in=repeated).update(state=MessageState.DUE, handed_over_at=None, **unclaimed)
    # The claim stays: a sender that was only slow can still report how it ended.
    in_doubt = handed_over.exclude(kind__in=repeated).update(state=MessageState.IN_DOUBT, failure=CUT_OFF)
    return never_sent + again + in_doubt


@transaction.atomic
def claim(*, now: datetime, urgency: Urgency) -> Message | None:
    """Claim the message that is due longest and return it with its recipient; None when nothing is due."""
    message = (
        Message.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
        .select_related("recipient")
        .filter(state=MessageState.DUE, urgency=urgency, due_at__lte=now)
        .order_by("due_at")
        .first()
    )
    if message is None:
        return None
    message.state = MessageState.CLAIMED
    message.claim_token = uuid4()
    message.claimed_at = now
    message.lease_ends_at = now + rules.LEASE
    message.attempts += 1
    message.save(update_fields=["state", "claim_token", "claimed_at", "lease_ends_at", "attempts"])
    return message


def mark_handed_over(message: Message, *, now: datetime) -> bool:
    """Write down that the letter is being given away; False when the claim was lost meanwhile."""
    return bool(
        Message.objects.filter(pk=message.pk, claim_token=message.claim_token, state=MessageState.CLAIMED).update(
            state=MessageState.HANDED_OVER, handed_over_at=now, lease_ends_at=now + rules.LEASE
        )
    )


def _deliver(message: Message, *, mail: channels.Mail, now: datetime) -> bool:
    """Send one claimed message and settle its state; return whether it was sent."""
    if reason := _reason_to_drop(message, now=now):
        _settle(message, MessageState.DROPPED, failure=reason)
        return False
    if until := _quiet_until(message, now=now):
        _put_off(message, until)
        return False
    if message.attempts > ATTEMPTS_MAX:
        _settle(message, MessageState.FAILED, failure=GIVEN_UP, failed_at=now)
        return False
    try:
        was_ours = _hand_over(message, mail=mail, now=now)
    except channels.NotHandedOver as reason:
        _retry_later(message, failure=str(reason), now=now)
        return False
    except channels.Unclear as reason:
        if rules.DELIVERY[MessageKind(message.kind)].policy == Policy.AT_LEAST_ONCE:
            _retry_later(message, failure=str(reason), now=now)
        else:
            _settle(message, MessageState.IN_DOUBT, failure=str(reason))
        return False
    except (channels.Refused, emails.UnableToRender, MessageText.DoesNotExist) as reason:
        _settle(message, MessageState.FAILED, failure=str(reason), failed_at=now)
        return False
    if was_ours:
        _settle(message, MessageState.SENT, sent_at=now, handed_over_at=now, cost_dong=message.cost_dong)
    return was_ours


def _hand_over(message: Message, *, mail: channels.Mail, now: datetime) -> bool:
    """Write the message and give it away by its channel; the cost of a text message is set on the row."""
    to = message.address or (message.recipient.email if message.recipient else None) or ""
    if message.channel == Channel.SMS:
        text = emails.text_message(message)
        message.cost_dong = parts(text) * rules.SMS.dong_per_part
        return channels.Sms().send(
            text,
            to=to,
            reference=str(message.public_id),
            before_handover=lambda: mark_handed_over(message, now=now),
        )
    token = _unsubscribe_token(message, now=now)
    return mail.send(
        emails.render(message, unsubscribe_link=emails.unsubscribe_link(message, token)),
        to=to,
        message_id=emails.message_id(message),
        headers=emails.unsubscribe_headers(message, token),
        before_handover=lambda: mark_handed_over(message, now=now),
    )


def _reason_to_drop(message: Message, *, now: datetime) -> str:
    """Return why the message must not leave any more, looked at again now and not when it was queued."""
    if message.expires_at is not None and message.expires_at <= now:
        return "expired"
    kind = MessageKind(message.kind)
    if message.recipient is not None and not wants(message.recipient, kind, address=message.address):
        return "the recipient does not want it or cannot be reached any more"
    return ""


def _quiet_until(message: Message, *, now: datetime) -> datetime | None:
    """Return until when the recipient wants no letters; what they wait for, such as a code, comes at any hour."""
    if message.recipient is None or message.urgency == Urgency.URGENT:
        return None
    return quiet_until(message.recipient, now=now)


def _put_off(message: Message, until: datetime) -> None:
    """It was not tried, so it is no attempt."""
    _settle(
        message,
        MessageState.DUE,
        due_at=until,
        attempts=message.attempts - 1,
        claim_token=None,
        claimed_at=None,
        lease_ends_at=None,
    )


def _retry_later(message: Message, *, failure: str, now: datetime) -> None:
    if message.attempts > len(rules.RETRY_DELAYS):
        _settle(message, MessageState.FAILED, failure=failure, failed_at=now)
        return
    _settle(
        message,
        MessageState.DUE,
        failure=failure,
        due_at=now + rules.RETRY_DELAYS[message.attempts - 1],
        handed_over_at=None,
        claim_token=None,
        claimed_at=None,
        lease_ends_at=None,
    )


def _settle(message: Message, state: MessageState, *, failure: str = "", **fields: Any) -> None:
    """Write how it ended, if the claim is still ours; what was secret goes once it can be of no use any more."""
    if state in {MessageState.SENT, MessageState.FAILED, MessageState.DROPPED}:
        secrets = rules.DELIVERY[MessageKind(message.kind)].secrets
        # In the row as it is: a name that was taken out of it since it was claimed must not come back (decision 0226).
        fields["data"] = Func(
            F("data"), Value(sorted(secrets)), function="", arg_joiner=" - ", output_field=JSONField()
        )
    log.info(
        "message_settled",
        extra={
            "outbox_id": str(message.public_id),
            "kind": message.kind,
            "state": state.value,
            "failure": failure[:500],
        },
    )
    Message.objects.filter(
        pk=message.pk,
        claim_token=message.claim_token,
        state__in=[MessageState.CLAIMED, MessageState.HANDED_OVER, MessageState.IN_DOUBT],
    ).update(state=state, failure=failure[:500], **fields)


def _unsubscribe_token(message: Message, *, now: datetime) -> str:
    """Return a new token for a letter that can be stopped, or nothing; only its hash is kept."""
    if message.recipient is None or rules.DELIVERY[MessageKind(message.kind)].switch is None:
        return ""
    return unsubscribe.new_link(learner=message.recipient, kind=MessageKind(message.kind), now=now)
