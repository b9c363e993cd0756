"""Learners in runs, and what they did there: through the actions."""

from datetime import datetime

from courses.actions import attendance, content, enrollment
from courses.choices import AttendanceStatus
from courses.models import ClassSession, CourseRun, Enrollment, Unit
from learners.models import Learner
from tests.factories.people import NOW, a_learner


def enrolled(learner: Learner | None = None, run: CourseRun | None = None, *, now: datetime = NOW) -> Enrollment:
    """Return the enrolment of a learner in a run, made by the action."""
    assert run is not None
    return enrollment.enroll(learner=learner or a_learner(), run=run, now=now)


def units_of(enrollment: Enrollment) -> list[Unit]:
    return list(Unit.objects.filter(module__version=enrollment.run.version_id).order_by("position"))


def has_read(enrollment: Enrollment, *, up_to: int, now: datetime = NOW) -> Enrollment:
    """Read the first ``up_to`` units to the end; return the enrolment as it then stands."""
    for unit in units_of(enrollment)[:up_to]:
        enrollment = content.complete_unit(enrollment=enrollment, unit=unit, actor=enrollment.learner, now=now)
    return enrollment


def attended(
    enrollment: Enrollment,
    session: ClassSession,
    *,
    by: Learner,
    status: AttendanceStatus = AttendanceStatus.PRESENT,
    now: datetime | None = None,
) -> Enrollment:
    """Mark one learner at one class session, when it ends; return the enrolment as it then stands."""
    attendance.mark(class_session=session, marks={enrollment.pk: status}, actor=by, now=now or session.ends_at)
    enrollment.refresh_from_db()
    return enrollment
