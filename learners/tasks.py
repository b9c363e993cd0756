"""Jobs of the people's side."""

from celery import shared_task
from django.utils import timezone

from learners.actions import message


@shared_task(name="learners.deliver_due_messages")
def deliver_due_messages() -> int:
    return message.deliver_due(now=timezone.now())
