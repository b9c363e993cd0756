"""Jobs that join the apps."""

from celery import shared_task
from django.utils import timezone

from portal.actions import digests


@shared_task(name="portal.queue_digests")
def queue_digests() -> int:
    return digests.queue_digests(now=timezone.now())
