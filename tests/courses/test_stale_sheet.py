"""A sheet that was open while somebody else marked: it takes nothing back, and says what has changed."""

import re

import pytest

from courses.choices import AttendanceStatus
from courses.models import AttendanceRecord
from tests.factories.catalog import a_published_run
from tests.factories.enrollment import attended, enrolled
from tests.factories.people import a_learner

pytestmark = pytest.mark.django_db


@pytest.fixture
def instructor():
    return a_learner(full_name="Trần Thị Ngọc Lan")


@pytest.fixture
def session(instructor, time_machine):
    session = a_published_run(instructor=instructor).class_sessions.get(position=1)
    time_machine.move_to(session.ends_at, tick=False)
    return session


def page_of(session):
    return f"/en/organizations/{session.run.version.course.provider.public_id}/runs/{session.run_id}/sessions/1/"


def test_a_stale_sheet_leaves_what_somebody_has_said_since(session, instructor, learner_client):
    """Two tabs: what the second saved is not taken back by the first, and what it did not touch is saved."""
    place, other = enrolled(run=session.run), enrolled(run=session.run)
    client = learner_client(instructor)
    page = page_of(session)
    seen = re.search(r'name="seen" value="([^"]*)"', client.get(page).text)[1]
    manager = session.run.version.course.provider.registered_by
    attended(place, session, by=manager, status=AttendanceStatus.LATE, now=session.ends_at)

    answer = client.post(page, {"seen": seen, f"status-{place.pk}": "ABSENT", f"status-{other.pk}": "PRESENT"})

    assert (answer.status_code, "Changed by somebody else" in answer.text) == (409, True)
    assert list(AttendanceRecord.objects.order_by("enrollment").values_list("status", "superseded_at")) == [
        ("LATE", None),
        ("PRESENT", None),
    ]
    seen = re.search(r'name="seen" value="([^"]*)"', answer.text)[1]
    client.post(page, {"seen": seen, f"status-{place.pk}": "ABSENT"})
    assert AttendanceRecord.objects.get(enrollment=place, superseded_at=None).status == "ABSENT"


@pytest.mark.parametrize("seen", ["x", "1:2:3", "1", "٣:٤", "1:" + "9" * 30, ":" * 99])
def test_what_the_sheet_says_it_showed_may_be_nonsense(session, instructor, learner_client, seen):
    place = enrolled(run=session.run)
    page = page_of(session)

    assert learner_client(instructor).post(page, {"seen": seen, f"status-{place.pk}": "LATE"}).status_code == 302
