"""Emptying one person from the ledger's side: words beside the chain. The chain knows a number, and stays as it is."""

from datetime import datetime

from django.db import connection

from credits.actions import dispute
from credits.choices import DisputeState
from credits.models import Dispute, PathwayFollow
from learners.actions import name_in_letters
from learners.choices import MessageKind
from learners.models import Learner


def leave(*, learner: Learner, now: datetime) -> int:
    """Take back open reports and leave pathways, each in a transaction of its own; return how many. Idempotent."""
    left = 0
    for report in Dispute.objects.filter(learner=learner, state=DisputeState.OPEN).order_by("pk"):
        dispute.withdraw(dispute=report, learner=learner, now=now)
        left += 1
    return left + PathwayFollow.objects.filter(learner=learner, left_at__isnull=True).update(left_at=now)


def erase(*, learner: Learner) -> dict[str, int]:
    """
    Empty the words about the person and return how many rows; inside a transaction that has closed the account.

    Of a request the salt goes too, so that nobody can try words out against the digests (decision 0141).
    """
    kind = MessageKind.DISPUTE_ANSWERED.lower()
    answered = Dispute.objects.filter(answered_by=learner).values_list("pk", flat=True)
    name_in_letters.take_out(placeholder="person", keys=[f"{kind}:{pk}:" for pk in answered])
    with connection.cursor() as cursor:
        cursor.execute("SELECT credits_erase(%s)", [learner.pk])
        return {"words": cursor.fetchone()[0]}
