"""What looks odd about attendance waits for a curator, who says what it was; nothing follows by itself."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from courses.actions import attendance, attendance_figure, attendance_room
from courses.actions import attendance_flag as actions
from courses.choices import AttendanceStatus, FigureName, FlagOutcome
from courses.models import AttendanceFlag, AttendanceRecord, ClassSession
from courses.queries import room
from learners.choices import Role
from tests.factories.catalog import a_published_run
from tests.factories.enrollment import attended, enrolled
from tests.factories.people import NOW, a_curator, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db
PRESENT, LATE, ABSENT, EXCUSED = AttendanceStatus
HOUR = timedelta(hours=1)


@pytest.fixture
def instructor():
    return a_learner(full_name="Trần Thị Ngọc Lan")


@pytest.fixture
def run(instructor):
    return a_published_run(instructor=instructor, seats=None, sessions=4)


@pytest.fixture
def session(run):
    return run.class_sessions.get(position=1)


def found(session, after=HOUR):
    actions.look(now=session.ends_at + after)
    return list(AttendanceFlag.objects.order_by("pk").values_list("rule", "people"))


def by_the_code(session, count, *, apart=timedelta()):
    for number in range(count):
        now = session.starts_at + number * apart
        place = enrolled(run=session.run)
        attendance_room.check_in(learner=place.learner, typed=room.code(session, now=now), now=now)


def test_many_by_themselves_in_one_second(session):
    by_the_code(session, 5)

    assert found(session) == [("SAME_SECOND", 5)]
    assert AttendanceFlag.objects.get().records.count() == 5


def test_one_after_the_other_is_how_a_class_comes_in(session):
    by_the_code(session, 5, apart=timedelta(seconds=2))

    assert found(session) == []


def test_a_roster_writes_many_down_at_once(session, instructor):
    marks = {enrolled(run=session.run).pk: PRESENT for _ in range(9)}
    attendance.mark(class_session=session, marks=marks, actor=instructor, now=session.ends_at)

    assert found(session) == []


def test_how_many_is_a_figure(session):
    attendance_figure.supersede(name=FigureName.SAME_SECOND_PEOPLE, value=3, source="Quyết định 4", now=NOW)
    by_the_code(session, 3)

    assert found(session) == [("SAME_SECOND", 3)]


def at_two_places(session, instructor, *, venue):
    other = a_published_run(instructor=instructor, starts_at=session.starts_at + HOUR)
    other.venue = venue
    other.save()
    learner = a_learner()
    for each in (session, other.class_sessions.get(position=1)):
        attended(enrolled(learner, each.run), each, by=instructor)


def test_one_person_at_two_places_at_once(session, instructor):
    at_two_places(session, instructor, venue="Thư viện quận")

    assert found(session, 3 * HOUR) == [("OVERLAP", 1)]


def test_two_classes_in_one_house_are_no_two_places(session, instructor):
    at_two_places(session, instructor, venue=session.run.venue)

    assert found(session, 3 * HOUR) == []


def test_attendance_at_a_class_that_was_cancelled(session, instructor):
    """The database refuses to cancel a class that somebody came to; this is the net behind it."""
    attended(enrolled(run=session.run), session, by=instructor)
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE courses_classsession DISABLE TRIGGER USER")
        ClassSession.objects.filter(pk=session.pk).update(cancelled_at=session.ends_at)
        cursor.execute("SET ROLE lh_app")

    assert found(session) == [("CANCELLED", 1)]


def everybody_present(run, instructor, *, absent=0):
    attendance_figure.supersede(name=FigureName.ALWAYS_SESSIONS, value=3, source="Quyết định 4", now=NOW)
    places = [enrolled(run=run) for _ in range(10)]
    for session in run.class_sessions.order_by("position"):
        marks = {place.pk: PRESENT for place in places}
        if absent and session.position == absent:
            marks[places[0].pk] = LATE
        attendance.mark(class_session=session, marks=marks, actor=instructor, now=session.ends_at)
    return session


def test_everybody_present_always(run, instructor):
    assert found(everybody_present(run, instructor)) == [("ALWAYS", 10)]


def test_one_who_came_late_once_is_variation(run, instructor):
    assert found(everybody_present(run, instructor, absent=3)) == []


def test_found_again_it_is_the_same(session):
    by_the_code(session, 5)

    assert [actions.look(now=session.ends_at + hours * HOUR) for hours in (1, 2, 30)] == [1, 0, 0]


def test_a_flag_changes_nothing_of_what_is_on_record(session):
    by_the_code(session, 5)
    before = list(AttendanceRecord.objects.values())

    found(session)

    assert list(AttendanceRecord.objects.values()) == before


def decided(flag, **more):
    said = {"outcome": FlagOutcome.CLEARED, "reason": "Cả lớp quét cùng lúc.", "actor": a_curator(), "now": NOW}
    return actions.decide(flag=flag, **(said | more))


@pytest.fixture
def flag(session):
    by_the_code(session, 5)
    found(session)
    return AttendanceFlag.objects.get()


def test_a_curator_says_what_it_was_once(flag):
    curator = a_curator()

    first = decided(flag, actor=curator)

    assert decided(flag, actor=curator) == first
    assert (first.outcome, first.reason, first.decided_by) == ("CLEARED", "Cả lớp quét cùng lúc.", curator)
    with pytest.raises(actions.UnableToDecide):
        decided(flag, outcome=FlagOutcome.ACCEPTED)


@pytest.mark.parametrize("what", ["no reason", "manager", "works there"])
def test_decide_refuses(flag, what):
    provider, curator = flag.run.version.course.provider, a_curator()
    if what == "works there":
        a_membership(organization=provider, learner=curator, role=Role.VOLUNTEER)
    more = {
        "no reason": {"reason": " "},
        "manager": {"actor": provider.registered_by},
        "works there": {"actor": curator},
    }

    with pytest.raises(actions.UnableToDecide):
        decided(flag, **more[what])

    flag.refresh_from_db()
    assert flag.outcome == ""


def test_the_database_keeps_a_decision(flag):
    decided(flag)

    with pytest.raises(IntegrityError, match="decided once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE courses_attendanceflag SET outcome = 'ACCEPTED'")


def test_at_the_desk(flag, proven_client, admin_curator):
    client = proven_client(admin_curator)
    page = f"/en/admin/courses/attendanceflag/{flag.pk}/"

    assert "Many by themselves in one second" in client.get(f"{page}change/").text
    refused = client.post(f"{page}decide/", {"outcome": "CLEARED", "reason": ""}).text
    assert "Say what you found" in refused
    assert '<p class="errornote" tabindex="-1" autofocus>' in refused  # by keyboard one begins at what is wrong
    assert client.post(f"{page}decide/", {"outcome": "CLEARED", "reason": "Cùng lúc."}).status_code == 302

    flag.refresh_from_db()
    assert flag.decided_by == admin_curator


@pytest.fixture
def admin_curator():
    return a_curator()


def test_looking_costs_the_same_for_one_class_or_three(instructor, django_assert_num_queries):
    for _ in range(3):
        session = a_published_run(instructor=instructor, seats=None).class_sessions.get(position=1)
        by_the_code(session, 5)
        with django_assert_num_queries(11):
            actions.look(now=session.ends_at)


def test_a_manager_sees_no_flags(flag, learner_client):
    manager = an_organization().registered_by

    assert learner_client(manager).get("/en/admin/courses/attendanceflag/").status_code in {302, 403, 404}
