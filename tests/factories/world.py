"""One small world with one of everything, for the tests that look at every page as everybody."""

from dataclasses import dataclass
from datetime import timedelta

from courses.actions import enrollment
from courses.models import CourseRun, CourseVersion, Enrollment
from learners.choices import Role
from learners.models import Learner, Organization
from tests.factories.catalog import a_published_run, a_published_version, a_submitted_version
from tests.factories.people import NOW, a_curator, a_learner, a_membership, an_organization


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Two organisations and the people around them; ``learner`` is enrolled in a class and in an online course."""

    learner: Learner
    other: Learner  # enrolled in nothing
    instructor: Learner  # of ``organization``, teaches ``run``
    manager: Learner  # of ``organization``
    stranger: Learner  # manager of another organisation
    curator: Learner
    superuser: Learner
    organization: Organization
    version: CourseVersion
    run: CourseRun
    enrollment: Enrollment
    online: Enrollment
    proposal: CourseVersion  # submitted, not published


def a_world() -> World:
    manager = a_learner(full_name="Nguyễn Thị Bảy")
    organization = an_organization(manager=manager)
    stranger = a_learner(full_name="Trần Văn Sáu")
    an_organization(manager=stranger)
    instructor = a_learner(full_name="Trần Thị Ngọc Lan")
    a_membership(organization=organization, learner=instructor, role=Role.INSTRUCTOR)
    learner = a_learner(full_name="Lê Văn Hòa")
    version = a_published_version(provider=organization, attendance_percent_min=75)
    # Begun a week ago, so that attendance may be marked; open still, so that one may enrol.
    run = a_published_run(version=version, instructor=instructor, starts_at=NOW - timedelta(days=7))
    CourseRun.objects.filter(pk=run.pk).update(enrollment_closes_at=NOW + timedelta(days=3650))
    run.refresh_from_db()
    online = a_published_run(version=a_published_version(provider=organization, units=3), sessions=0)
    return World(
        learner=learner,
        other=a_learner(full_name="Võ Thành Út"),
        instructor=instructor,
        manager=manager,
        stranger=stranger,
        curator=a_curator(),
        superuser=a_learner(full_name="Phan Bình", is_staff=True, is_superuser=True),
        organization=organization,
        version=version,
        run=run,
        enrollment=enrollment.enroll(learner=learner, run=run, now=NOW),
        online=enrollment.enroll(learner=learner, run=online, now=NOW),
        proposal=a_submitted_version(provider=organization),
    )
