"""Jobs of the ledger."""

from celery import shared_task
from django.utils import timezone

from credits.actions import dispute, expiry, expiry_notice, holding, ledger_check, qualification, seal
from credits.rules import CHECK_SECONDS_MAX, CHECK_STATEMENT_SECONDS_MAX

# The broker hands a task out again after 900 seconds: a long one must have ended by then (portal/celery.py).
LONG_TASK_SECONDS_MAX = 840
CHECK_TASK_SECONDS_MAX = CHECK_SECONDS_MAX + CHECK_STATEMENT_SECONDS_MAX + 120


@shared_task(name="credits.escalate_due_disputes")
def escalate_due_disputes() -> int:
    return dispute.escalate_due(now=timezone.now())


@shared_task(name="credits.expire_credit")
def expire_credit() -> int:
    return sum(iter(lambda: expiry.expire_due(now=timezone.now()), 0))


@shared_task(name="credits.lapse_holds")
def lapse_holds() -> int:
    return sum(iter(lambda: holding.lapse_due(now=timezone.now()), 0))


@shared_task(name="credits.queue_expiry_notices")
def queue_expiry_notices() -> int:
    return expiry_notice.queue_expiry_notices(now=timezone.now())


@shared_task(name="credits.seal", soft_time_limit=LONG_TASK_SECONDS_MAX, time_limit=LONG_TASK_SECONDS_MAX + 30)
def seal_records() -> int:
    return seal.seal(now=timezone.now()).number


@shared_task(name="credits.tell_pathways_reached")
def tell_pathways_reached() -> int:
    return qualification.tell_reached(now=timezone.now())


# Longer than the broker would wait, so it is told at once that this is being done. One that a restart ends is done
# again the next night, and the curators' desk says when none was.
@shared_task(
    name="credits.verify_ledger",
    acks_late=False,
    soft_time_limit=CHECK_TASK_SECONDS_MAX,
    time_limit=CHECK_TASK_SECONDS_MAX + 30,
)
def verify_ledger() -> int:
    return ledger_check.check(now=timezone.now()).findings_count
