"""Telling guardians that something about a child waits for their answer, by letter or text message."""

from datetime import datetime

from django.conf import settings
from django.utils import translation

from learners import emails, rules
from learners.actions import message
from learners.choices import ConsentPurpose, MessageKind, MessageState
from learners.models import ConsentAnswer, Guardian, Learner, Message
from learners.queries.learner import of_now


def tell(*, answer: ConsentAnswer, now: datetime) -> int:
    """
    Tell each guardian of a child, which has just said yes, that theirs is missing; return how many.

    Who has only a card is asked at the counter. Idempotent by the answer; no guardian is told of one purpose more often
    than ``rules.GUARDIAN_ASKED_EVERY``. Inside the transaction of the child's answer.
    """
    standing = Guardian.objects.filter(child=answer.learner, accepted_at__isnull=False, revoked_at__isnull=True)
    have_agreed = ConsentAnswer.objects.filter(text=answer.text, is_yes=True, ended_at__isnull=True)
    missing = standing.exclude(pk__in=have_agreed.filter(guardian__in=standing).values("guardian"))
    return sum(_told(row, answer, now) for row in missing.select_related("guardian", "child").order_by("pk"))


def take_back(*, guardian: Guardian, purpose: ConsentPurpose | None = None) -> None:
    """Drop what has not left yet: answered, no longer asked, or the guardian stands for the child no more."""
    message.drop(key_prefix=_prefix(guardian, purpose))


def take_back_all(*, child: Learner, purpose: ConsentPurpose) -> None:
    for row in Guardian.objects.filter(child=child):
        take_back(guardian=row, purpose=purpose)


def _told(row: Guardian, answer: ConsentAnswer, now: datetime) -> bool:
    guardian, prefix = of_now(row.guardian), _prefix(row, ConsentPurpose(answer.purpose))  # type: ignore[arg-type]
    recently = Message.objects.filter(
        deduplication_key__startswith=prefix, queued_at__gt=now - rules.GUARDIAN_ASKED_EVERY
    )
    if not (guardian.email or guardian.phone) or recently.exclude(state=MessageState.DROPPED).exists():
        return False
    with translation.override(guardian.language):
        data = {
            "child": row.child.full_name,
            "what": str(ConsentPurpose(answer.purpose).label),
            "link": emails.absolute("learners:children", language=guardian.language),
            "help_phone": settings.HELPLINE,
        }
    message.queue(
        kind=MessageKind.GUARDIAN_ASKED,
        key=f"{prefix}{answer.pk}",
        recipient=guardian,
        address="" if guardian.email else guardian.phone or "",
        data=data,
        now=now,
    )
    return True


def _prefix(guardian: Guardian, purpose: ConsentPurpose | None) -> str:
    return f"guardian-asked:{guardian.pk}:" + (f"{purpose.value}:" if purpose else "")
