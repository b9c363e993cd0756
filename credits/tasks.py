"""Jobs of the ledger."""

from celery import shared_task
from django.utils import timezone

from credits.actions import expiry, holding


@shared_task(name="credits.expire_credit")
def expire_credit() -> int:
    return expiry.expire_due(now=timezone.now())


@shared_task(name="credits.lapse_holds")
def lapse_holds() -> int:
    return holding.lapse_due(now=timezone.now())
