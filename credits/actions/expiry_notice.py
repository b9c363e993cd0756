"""Letters before credit expires: never silently, and each notice once."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from credits import emails
from credits.queries import expiry
from credits.rules import LETTERS_PER_BATCH
from learners.actions import message
from learners.actions.message import Draft
from learners.choices import MessageKind


def queue_expiry_notices(*, now: datetime) -> int:
    """
    Queue the notices due about credit whose last day comes near (``rules.EXPIRY_NOTICES``); return how many are new.

    Safe to run as often as one likes and twice at once: each notice about a lot is queued once for whoever holds it.
    When several have been missed only the latest is sent.
    """
    today, after, new = timezone.localdate(now), (0, 0), 0
    while batch := expiry.soon(on=today, after=after, limit=LETTERS_PER_BATCH):
        drafts = [
            Draft(
                recipient=each.learner,
                key=f"credit_expiring:{each.lot_id}:{each.learner.pk}:{each.notice(on=today)}",
                data=emails.credit_expiring(each, on=today),
                address=message.phone_of(each.learner),
            )
            for each in batch
        ]
        with transaction.atomic():
            new += message.queue_all(kind=MessageKind.CREDIT_EXPIRING, drafts=drafts, now=now)
        after = (batch[-1].lot_id, batch[-1].learner.pk)
    return new
