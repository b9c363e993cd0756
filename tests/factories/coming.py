"""Whether somebody is still coming; through the actions."""

from datetime import datetime, timedelta

from courses.actions import coming
from courses.models import ComingQuestion, CourseRun
from learners.models import Learner, Organization
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import enrolled
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
