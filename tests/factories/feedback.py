"""Reviews by those who took part, in the field's words; through the actions."""

from datetime import datetime, timedelta

from courses.actions import enrollment, feedback
from courses.models import CourseRun, CourseVersion, Enrollment, Feedback
from learners.models import Learner
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import has_read
from tests.factories.people import NOW, a_learner

GIVEN = NOW + timedelta(days=1)


def an_online_course(**more: object) -> CourseVersion:
    """Return a published course with one unit, completed by reading it."""
    return a_published_version(units=1, **more)


def completed(version: CourseVersion, learner: Learner | None = None, *, now: datetime = NOW) -> Enrollment:
    """Return the enrolment of a learner who has read the whole course."""
    run = CourseRun.objects.filter(version=version).first() or a_published_run(version=version, sessions=0)
    place = enrollment.enroll(learner=learner or a_learner(), run=run, now=now)
    return has_read(place, up_to=version.modules.get().units.count(), now=now)


def a_review(
    version: CourseVersion | None = None,
    *,
    learner: Learner | None = None,
    stars: int = 4,
    text: str = "Nội dung thiết thực.",
    can_do: bool | None = None,
    now: datetime = GIVEN,
) -> Feedback:
    """Return the review of a learner who completed the course the day before."""
    place = completed(version or an_online_course(), learner, now=now - timedelta(days=1))
    return feedback.give(enrollment=place, stars=stars, text=text, can_do=can_do, now=now)
