"""Jobs of the courses' side."""

from celery import shared_task
from django.utils import timezone

from courses.actions import completion, reminders, wish_upkeep


@shared_task(name="courses.complete_overdue")
def complete_overdue() -> int:
    return completion.complete_overdue(now=timezone.now())


@shared_task(name="courses.look_after_wishes")
def look_after_wishes() -> int:
    return wish_upkeep.look_after(now=timezone.now())


@shared_task(name="courses.queue_class_reminders")
def queue_class_reminders() -> int:
    return reminders.queue_class_reminders(now=timezone.now())
