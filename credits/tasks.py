"""Jobs of the ledger."""

from celery import shared_task
from django.utils import timezone

from credits.actions import dispute, expiry, expiry_notice, holding, ledger_check, qualification, seal

# The broker hands a task out again after 900 seconds: a long one must have ended by then (portal/celery.py).
LONG_TASK_SECONDS_MAX = 840


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


@shared_task(name="credits.verify_ledger", soft_time_limit=LONG_TASK_SECONDS_MAX, time_limit=LONG_TASK_SECONDS_MAX + 30)
def verify_ledger() -> int:
    return ledger_check.check(now=timezone.now()).findings_count
