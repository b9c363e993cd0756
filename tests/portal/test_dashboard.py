"""The learner's own page."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from courses.choices import AttendanceStatus
from portal.queries.dashboard import dashboard
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import attended, enrolled, has_read
from tests.factories.people import NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db
MONDAY_00_00 = datetime(2026, 11, 15, 17, 0, tzinfo=UTC)  # of the week NOW (Saturday) is in


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def test_an_empty_page_has_one_next_step(learner_client):
    page = learner_client(a_learner(full_name="Lê Văn Hòa")).get("/en/me/")

    assert "Hello Lê Văn Hòa" in page.text
    assert "Your page fills as you learn" in page.text
    assert page.text.count('class="btn"') == 1


def test_what_to_go_on_with_and_what_comes_next(learner_client):
    learner = a_learner()
    has_read(enrolled(learner, a_published_run(sessions=0)), up_to=1)
    done = has_read(enrolled(learner, a_published_run(sessions=0)), up_to=3)
    run = a_published_run()
    enrolled(learner, run)

    shown = dashboard(learner, now=NOW)

    (place,) = shown.to_continue
    assert (place.units_read, place.units_total, place.next_position, place.next_title_vi) == (1, 3, 2, "Bài 2")
    assert [meeting.session.position for meeting in shown.upcoming] == [1, 2, 3]
    assert [place.enrollment for place in shown.completed] == [done]
    assert shown.waiting == []
    assert shown.balance_hundredths == 12
    assert shown.newest_line.title == done.run.version.title_vi
    assert shown.learned_minutes == 120  # four units
    page = learner_client(learner).get("/me/")
    assert reverse("courses:unit", args=[place.enrollment.public_id, 2]) in page.text


def test_this_week_begins_on_monday_at_midnight_in_viet_nam():
    learner = a_learner()
    place = enrolled(learner, a_published_run(sessions=0), now=MONDAY_00_00 - timedelta(days=1))
    has_read(place, up_to=1, now=MONDAY_00_00 - timedelta(seconds=1))
    has_read(place, up_to=2, now=MONDAY_00_00)

    assert dashboard(learner, now=NOW).learned_minutes == 30


def test_classes_attended_count_those_missed_do_not():
    provider = an_organization()
    learner = a_learner()
    starts_at = datetime(2026, 11, 17, 1, 0, tzinfo=UTC)
    for status in (AttendanceStatus.LATE, AttendanceStatus.EXCUSED):
        version = a_published_version(provider=provider, attendance_percent_min=100)
        run = a_published_run(version=version, starts_at=starts_at, sessions=2)
        place = enrolled(learner, run, now=starts_at - timedelta(days=1))
        attended(place, run.class_sessions.get(position=1), by=provider.registered_by, status=status)

    assert dashboard(learner, now=NOW).learned_minutes == 120


def test_a_class_that_is_over_waits_for_its_roster():
    learner = a_learner()
    starts_at = datetime(2026, 11, 17, 1, 0, tzinfo=UTC)
    place = enrolled(learner, a_published_run(starts_at=starts_at, sessions=1), now=starts_at - timedelta(days=1))

    shown = dashboard(learner, now=NOW)

    assert [place.enrollment for place in shown.waiting] == [place]
    assert shown.upcoming == []


def test_nobody_elses_learning_is_shown():
    has_read(enrolled(a_learner(), a_published_run(sessions=0)), up_to=3)
    enrolled(a_learner(), a_published_run())

    assert dashboard(a_learner(), now=NOW).is_empty


def test_who_works_for_an_organization_finds_its_desk(learner_client):
    page = learner_client(an_organization().registered_by).get("/me/")

    assert reverse("courses:workspaces") in page.text


def test_who_is_not_signed_in_signs_in(client):
    assert client.get("/me/").url == f"{reverse('account_login')}?next=/me/"


def test_the_page_costs_the_same_with_one_course_or_ten(learner_client, django_assert_num_queries):
    learner = a_learner()
    client = learner_client(learner)
    for more in (1, 9):
        for _ in range(more):
            has_read(enrolled(learner, a_published_run(sessions=0)), up_to=1)
            has_read(enrolled(learner, a_published_run(version=a_published_version(units=1), sessions=0)), up_to=1)
            enrolled(learner, a_published_run())
        with django_assert_num_queries(19):
            client.get("/me/")


def test_a_class_far_off_comes_last_with_its_first_day():
    learner = a_learner()
    far = enrolled(learner, a_published_run(starts_at=NOW + timedelta(days=90), sessions=3))
    near = enrolled(learner, a_published_run(sessions=6))

    shown = dashboard(learner, now=NOW)

    assert [meeting.enrollment_id for meeting in shown.upcoming] == [near.public_id] * 5 + [far.public_id]
    assert shown.upcoming[-1].session.position == 1
    assert shown.waiting == []


def test_a_class_that_meets_every_day_hides_no_other():
    learner = a_learner()
    daily = a_published_run(sessions=8)
    for number, session in enumerate(daily.class_sessions.order_by("starts_at")):
        session.starts_at = NOW + timedelta(days=1 + number)
        session.ends_at = session.starts_at + timedelta(hours=1)
        session.save()
    often = enrolled(learner=learner, run=daily)
    other = enrolled(learner=learner, run=a_published_run(starts_at=NOW + timedelta(days=20)))

    shown = dashboard(learner, now=NOW)

    assert [meeting.enrollment_id for meeting in shown.upcoming] == [often.public_id] * 5 + [other.public_id]
