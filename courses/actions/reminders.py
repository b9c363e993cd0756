"""Reminders: the evening before a class, everybody enrolled is told."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from courses import emails
from courses.models import ClassSession, Enrollment
from courses.rules import REMINDER_HOUR, REMINDERS_PER_BATCH
from learners.actions import message
from learners.actions.message import Draft
from learners.choices import MessageKind


def queue_class_reminders(*, now: datetime) -> int:
    """
    Queue the reminder of every class that takes place tomorrow, local date; return how many are new.

    Nothing before ``REMINDER_HOUR``. Safe to run as often as one likes and twice at once: a reminder is queued once for
    each enrolment, class and day, so a class moved to another day is announced again. A missed evening is not made up
    for: the reminder speaks of tomorrow, and expires when the class begins. Two queries, and three for each batch.
    """
    local = timezone.localtime(now)
    if local.hour < REMINDER_HOUR:
        return 0
    tomorrow = timezone.make_aware(datetime.combine(local.date() + timedelta(days=1), time.min))
    sessions = ClassSession.objects.filter(
        starts_at__gte=tomorrow, starts_at__lt=tomorrow + timedelta(days=1), cancelled_at=None, run__cancelled_at=None
    ).select_related("run__version", "run__place__parent")
    sessions_of_run: dict[int, list[ClassSession]] = {}
    for session in sessions:
        sessions_of_run.setdefault(session.run_id, []).append(session)
    places = Enrollment.objects.active().filter(
        run__in=sessions_of_run, learner__is_active=True, learner__wants_reminders=True
    )
    ids = list(places.order_by("pk").values_list("pk", flat=True))
    batches = [ids[start : start + REMINDERS_PER_BATCH] for start in range(0, len(ids), REMINDERS_PER_BATCH)]
    return sum(_queue_batch(batch, sessions_of_run, now) for batch in batches)


@transaction.atomic
def _queue_batch(enrollment_ids: Sequence[int], sessions_of_run: dict[int, list[ClassSession]], now: datetime) -> int:
    """Locks the enrolments: who withdraws meanwhile either is not written to, or has the reminder dropped after us."""
    enrollments = (
        Enrollment.objects.active()
        .select_for_update(of=["self"], no_key=True)
        .prefetch_related("learner")  # read under the lock: a merge may have changed whose they are
        .filter(pk__in=enrollment_ids)
        .order_by("pk")
    )
    drafts = [
        Draft(
            recipient=enrollment.learner,
            key=f"class_tomorrow:{enrollment.pk}:{session.pk}:{timezone.localdate(session.starts_at).isoformat()}",
            data=emails.class_tomorrow(enrollment, session),
            expires_at=session.starts_at,
        )
        for enrollment in enrollments
        for session in sessions_of_run[enrollment.run_id]
    ]
    return message.queue_all(kind=MessageKind.CLASS_TOMORROW, drafts=drafts, now=now)
