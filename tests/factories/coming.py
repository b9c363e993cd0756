"""Whether somebody is still coming; through the actions."""

from datetime import datetime, timedelta

from courses.actions import coming
from courses.choices import AttendanceStatus
from courses.models import ComingQuestion, CourseRun, Enrollment
from learners.models import Learner, Organization
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import attended, enrolled
from tests.factories.people import NOW, a_learner


def a_question(
    learner: Learner | None = None,
    *,
    run: CourseRun | None = None,
    provider: Organization | None = None,
    now: datetime = NOW,
) -> ComingQuestion:
    """Return the question to somebody who enrolled ten days ago in a class that begins in two days."""
    run = run or a_published_run(version=a_published_version(provider=provider), starts_at=now + timedelta(days=2))
    place = enrolled(learner or a_learner(), run, now=now - timedelta(days=10))
    coming.ask_due(now=now)
    return ComingQuestion.objects.select_related("enrollment__learner", "enrollment__run").get(enrollment=place)


def a_no_show(
    learner: Learner, *, at: datetime = NOW - timedelta(days=15), status: AttendanceStatus = AttendanceStatus.ABSENT
) -> Enrollment:
    """Return the place of somebody who was asked, did not answer, and is marked absent from the first session."""
    run = a_published_run(starts_at=at)
    question = a_question(learner, run=run, now=at - timedelta(days=2))
    manager = run.version.course.provider.registered_by
    return attended(question.enrollment, run.class_sessions.order_by("starts_at").first(), by=manager, status=status)
