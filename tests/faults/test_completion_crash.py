"""A completion and its award are one: whatever statement the process dies at, both are there or neither."""

import pytest

from courses.actions import attendance, content, enrollment
from courses.choices import AttendanceStatus
from courses.models import Enrollment
from courses.queries import enrollment as queries
from credits.models import JournalEntry
from credits.queries import ledger
from learners.models import Message
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import enrolled, has_read, units_of
from tests.factories.people import NOW, a_learner, an_organization
from tests.faults import crash

pytestmark = pytest.mark.django_db(transaction=True)


def whole(places: list[Enrollment]) -> None:
    """Assert that everybody is completed, awarded and told, once."""
    assert [place.state for place in Enrollment.objects.all()] == ["COMPLETED"] * len(places)
    assert JournalEntry.objects.count() == len(places)
    assert Message.objects.filter(kind="CREDIT_POSTED").count() == len(places)
    assert queries.audit() == []
    assert ledger.audit() == []


def test_the_last_unit_read():
    place = has_read(enrolled(run=a_published_run(sessions=0)), up_to=2)
    unit = units_of(place)[-1]

    def act():
        content.complete_unit(enrollment=place, unit=unit, actor=place.learner, now=NOW)

    deaths = crash.assert_all_or_nothing(act)

    assert deaths > 20
    whole([place])


def test_a_roster_that_completes_two_learners():
    provider = an_organization()
    run = a_published_run(version=a_published_version(provider=provider, attendance_percent_min=100), sessions=1)
    places = [enrolled(run=run) for _ in range(2)]
    session = run.class_sessions.get()

    def act():
        attendance.mark(
            class_session=session,
            marks={place.pk: AttendanceStatus.PRESENT for place in places},
            actor=provider.registered_by,
            now=session.ends_at,
        )

    crash.assert_all_or_nothing(act)

    whole(places)


def test_enrolling_and_its_message():
    learner, run = a_learner(), a_published_run()

    crash.assert_all_or_nothing(lambda: enrollment.enroll(learner=learner, run=run, now=NOW))

    assert Enrollment.objects.count() == Message.objects.count() == 1
