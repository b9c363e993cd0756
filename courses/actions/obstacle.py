"""What stands between a learner and a place on a run; each obstacle has a name and says itself to the learner."""

from datetime import datetime

from django.utils.translation import gettext as _

from courses.models import CourseRun
from courses.queries import seats, waiting
from courses.queries.catalog import OFFERED
from learners.choices import OrganizationStatus
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


class JustJoinedTheList(UnableToEnroll):
    """On another page, while this one was answered."""


def of_run(run: CourseRun, *, now: datetime) -> UnableToEnroll | None:
    """Return why the run takes nobody at ``now``, seats aside; no query once its course and provider are loaded."""
    course = run.version.course
    is_offered = run.version.state in OFFERED and course.archived_at is None
    if not is_offered or course.provider.status != OrganizationStatus.VERIFIED:
        return CourseNotPublished(_("This course is not on offer now."))
    if run.cancelled_at is not None:
        return RunCancelled(_("This class has been cancelled."))
    if now < run.enrollment_opens_at:
        return NotYetOpen(_("Enrolment for this class has not opened yet."))
    if run.has_closed(now=now):
        return EnrollmentClosed(_("Enrolment for this class has closed."))
    return None


def of_learner(learner: Learner, run: CourseRun, *, now: datetime) -> UnableToEnroll | None:
    """Return why this learner would be refused a place at ``now``, were there a seat."""
    if reason := of_run(run, now=now):
        return reason
    if run.run_instructors.filter(learner=learner).exists():
        return OwnClass(_("You teach this class, so you cannot also be a learner in it."))
    return None


def obstacle(*, learner: Learner, run: CourseRun, now: datetime) -> UnableToEnroll | None:
    """
    Return why this learner would be refused a place at ``now``; None when the place is theirs for the asking.

    A seat that is kept for them by an offer is; one that is free while others wait for it is not.
    """
    if reason := of_learner(learner, run, now=now):
        return reason
    if run.seats_max is None or waiting.offered_to(learner, run, now=now) is not None:
        return None
    left = seats.of_run(run).left or 0
    if left <= 0 or left <= waiting.eligible(run).exclude(request__learner=learner).count():
        return RunIsFull(_("This class is full. Other classes of this course may have room."))
    return None
