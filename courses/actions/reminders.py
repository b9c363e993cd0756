"""Reminders: the evening before a class, everybody enrolled is told."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from courses import emails
from courses.models import ClassSession, Enrollment
from courses.queries import session as queries
from courses.rules import REMINDER_HOUR, REMINDERS_PER_BATCH
from learners.actions import message, one_by_one
from learners.actions.message import Draft
from learners.choices import MessageKind


def queue_class_reminders(*, now: datetime) -> int:
    """
    Queue the reminder of every class that takes place tomorrow, local date; return how many are new.

    Nothing before ``REMINDER_HOUR``. Safe to run as often as one likes and twice at once: a reminder is queued once for
    each enrolment, class and day, and again after a change; not of a class changed this evening, of which everybody was
    told just now. A missed evening is not made up
    for: the reminder speaks of tomorrow, and expires when the class begins. Two queries, and four for each batch.

    :raises one_by_one.SomeFailed: when all batches have been tried; one that fails holds up no other.
    """
    local = timezone.localtime(now)
    if local.hour < REMINDER_HOUR:
        return 0
    tomorrow = timezone.make_aware(datetime.combine(local.date() + timedelta(days=1), time.min))
    sessions = ClassSession.objects.filter(
        starts_at__gte=tomorrow, starts_at__lt=tomorrow + timedelta(days=1), cancelled_at=None, run__cancelled_at=None
    ).exclude(changed_at__gte=local.replace(hour=REMINDER_HOUR, minute=0, second=0, microsecond=0))
    sessions = sessions.select_related("run__version", "run__place__parent")
    sessions_of_run: dict[int, list[ClassSession]] = {}
    for session in sessions:
        sessions_of_run.setdefault(session.run_id, []).append(session)
    places = Enrollment.objects.active().filter(
        run__in=sessions_of_run, learner__is_active=True, learner__wants_reminders=True
    )
    ids = list(places.order_by("pk").values_list("pk", flat=True))
    batches = [ids[start : start + REMINDERS_PER_BATCH] for start in range(0, len(ids), REMINDERS_PER_BATCH)]
    return one_by_one.each(batches, lambda batch: _queue_batch(batch, sessions_of_run, now), what="reminders")


@transaction.atomic
def _queue_batch(enrollment_ids: Sequence[int], sessions_of_run: dict[int, list[ClassSession]], now: datetime) -> int:
    """Locks the enrolments: who withdraws meanwhile either is not written to, or has the reminder dropped after us."""
    enrollments = list(
        Enrollment.objects.active()
        .select_for_update(of=["self"], no_key=True)
        .prefetch_related("learner")  # read under the lock: a merge may have changed whose they are
        .filter(pk__in=enrollment_ids)
        .order_by("pk")
    )
    # Read again under the lock: who moves or cancels a class locks its enrolments too, and drops what was queued.
    ids = [session.pk for sessions in sessions_of_run.values() for session in sessions]
    unchanged = set(ClassSession.objects.filter(pk__in=ids, cancelled_at=None).values_list("pk", "revision"))
    drafts = [
        Draft(
            recipient=enrollment.learner,
            key=queries.key_of_reminder(enrollment.pk, session.pk, session.starts_at, revision=session.revision),
            data=emails.class_tomorrow(enrollment, session),
            expires_at=session.starts_at,
        )
        for enrollment in enrollments
        for session in sessions_of_run[enrollment.run_id]
        if (session.pk, session.revision) in unchanged
    ]
    return message.queue_all(kind=MessageKind.CLASS_TOMORROW, drafts=drafts, now=now)
