"""Jobs that join the apps."""

from celery import shared_task
from django.utils import timezone

from portal.actions import closing, digests, personal_export


@shared_task(name="portal.close_due_accounts")
def close_due_accounts() -> int:
    return closing.close_due(now=timezone.now())


@shared_task(name="portal.queue_digests")
def queue_digests() -> int:
    return digests.queue_digests(now=timezone.now())


@shared_task(name="portal.prepare_data_exports")
def prepare_data_exports() -> int:
    return personal_export.prepare_waiting(now=timezone.now())
