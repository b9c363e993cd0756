"""Enrolments: take a place on a run, give it up."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import emails
from courses.choices import EnrollmentState
from courses.models import CourseRun, Enrollment
from courses.queries.catalog import OFFERED
from learners.actions import message
from learners.choices import MessageKind, OrganizationStatus
from learners.models import Learner


class UnableToEnroll(Exception):
    """The learner cannot enrol; the message is written for the learner."""


class RunIsFull(UnableToEnroll):
    pass


class EnrollmentClosed(UnableToEnroll):
    pass


class NotYetOpen(UnableToEnroll):
    pass


class RunCancelled(UnableToEnroll):
    pass


class CourseNotPublished(UnableToEnroll):
    pass


class OwnClass(UnableToEnroll):
    pass


class UnableToWithdraw(Exception):
    """The place cannot be given up; the message is written for the learner."""


@transaction.atomic
def enroll(
    *, learner: Learner, run: CourseRun, now: datetime, tell: bool = True, helper: Learner | None = None
) -> Enrollment:
    """
    Give a learner a place on a run and return the enrolment.

    Idempotent: who already holds a seat gets the same enrolment back. Locks the run before it counts, so two learners
    cannot take the last seat. Queues the confirmation in the same transaction unless ``tell`` is false (the seeded
    demonstration world, whose people nobody writes to); it names the helper who did it, if one did (``helping.py``).

    :raises RunIsFull: if no seat is left.
    :raises UnableToEnroll: one of its other kinds, if the run does not take this learner now.
    """
    runs = CourseRun.objects.select_for_update(of=["self"], no_key=True)
    run = runs.select_related("version__course__provider", "place__parent").get(pk=run.pk)
    if existing := run.enrollments.holding_seat().filter(learner=learner).first():
        return existing
    if reason := obstacle(learner=learner, run=run, now=now):
        if isinstance(reason, RunIsFull):
            raise RunIsFull(_("Somebody has just taken the last seat. Other classes of this course may have room."))
        raise reason
    enrollment = Enrollment.objects.create(learner=learner, run=run, enrolled_at=now)
    if tell:
        message.queue(
            kind=MessageKind.ENROLLED,
            key=f"enrolled:{enrollment.pk}",
            data=emails.enrolled(enrollment, helper=helper),
            recipient=learner,
            now=now,
        )
    return enrollment


def obstacle(*, learner: Learner, run: CourseRun, now: datetime) -> UnableToEnroll | None:
    """Return why this learner would be refused a place at ``now``; None when the place is theirs for the asking."""
    course = run.version.course
    is_offered = run.version.state in OFFERED and course.archived_at is None
    if not is_offered or course.provider.status != OrganizationStatus.VERIFIED:
        return CourseNotPublished(_("This course is not on offer now."))
    if run.cancelled_at is not None:
        return RunCancelled(_("This class has been cancelled."))
    if now < run.enrollment_opens_at:
        return NotYetOpen(_("Enrolment for this class has not opened yet."))
    if not run.is_open(now=now) or (run.ends_on is not None and run.ends_on < timezone.localdate(now)):
        return EnrollmentClosed(_("Enrolment for this class has closed."))
    if run.run_instructors.filter(learner=learner).exists():
        return OwnClass(_("You teach this class, so you cannot also be a learner in it."))
    if run.seats_max is not None and run.enrollments.holding_seat().count() >= run.seats_max:
        return RunIsFull(_("This class is full. Other classes of this course may have room."))
    return None


@transaction.atomic
def withdraw(*, enrollment: Enrollment, now: datetime, helper: Learner | None = None) -> Enrollment:
    """
    Give up the place and return the enrolment; the seat is free at once.

    Idempotent. What is in the record stays. Reminders not sent yet are dropped. Locks the enrolment.

    :raises UnableToWithdraw: if the course is completed, or the enrolment ended in another way.
    """
    enrollment = (
        Enrollment.objects.select_for_update(of=["self"], no_key=True)
        .select_related("run__version")  # not the learner: a merge may change whose it is while we wait
        .get(pk=enrollment.pk)
    )
    if enrollment.state == EnrollmentState.WITHDRAWN:
        return enrollment
    if enrollment.state != EnrollmentState.ENROLLED:
        raise UnableToWithdraw(_("This enrolment has already ended, so there is no place to give up."))
    enrollment.state = EnrollmentState.WITHDRAWN
    enrollment.withdrawn_at = now
    enrollment.save(update_fields=["state", "withdrawn_at"])
    message.drop(key_prefix=f"class_tomorrow:{enrollment.pk}:")
    message.queue(
        kind=MessageKind.WITHDRAWN,
        key=f"withdrawn:{enrollment.pk}",
        data=emails.withdrawn(enrollment, now=now, helper=helper),
        recipient=enrollment.learner,
        now=now,
    )
    return enrollment
