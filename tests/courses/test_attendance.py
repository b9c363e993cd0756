"""Who came, said by whom."""

from datetime import timedelta

import pytest

from courses.actions import attendance, enrollment
from courses.choices import AttendanceStatus
from courses.models import AttendanceRecord
from courses.rules import ATTENDANCE
from learners.choices import Role
from tests.factories.catalog import a_published_run
from tests.factories.enrollment import attended, enrolled
from tests.factories.people import NOW, a_curator, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db
PRESENT, LATE, ABSENT, EXCUSED = AttendanceStatus


@pytest.fixture
def instructor():
    return a_learner(full_name="Trần Thị Ngọc Lan")


@pytest.fixture
def run(instructor):
    return a_published_run(instructor=instructor)


@pytest.fixture
def session(run):
    return run.class_sessions.get(position=1)


def on_record():
    current = AttendanceRecord.objects.filter(superseded_at=None)
    return dict(current.values_list("enrollment", "status"))


def test_the_instructor_says_who_came(run, session, instructor):
    came, late, ill = (enrolled(run=run) for _ in range(3))

    changed = attendance.mark(
        class_session=session,
        marks={came.pk: PRESENT, late.pk: LATE, ill.pk: EXCUSED},
        actor=instructor,
        now=session.ends_at,
    )

    assert changed == 3
    assert on_record() == {came.pk: "PRESENT", late.pk: "LATE", ill.pk: "EXCUSED"}
    record = AttendanceRecord.objects.get(enrollment=came)
    assert (record.recorded_by, record.recorded_at, record.method) == (instructor, session.ends_at, "ROSTER")


def test_marking_twice_adds_nothing(run, session, instructor):
    place = enrolled(run=run)
    marks = {place.pk: PRESENT}

    first = attendance.mark(class_session=session, marks=marks, actor=instructor, now=session.ends_at)
    second = attendance.mark(class_session=session, marks=marks, actor=instructor, now=session.ends_at)

    assert (first, second) == (1, 0)
    assert AttendanceRecord.objects.count() == 1


def test_a_correction_keeps_what_was_said_before(run, session, instructor):
    place = attended(enrolled(run=run), session, by=instructor, status=ABSENT)
    later = session.ends_at + timedelta(hours=1)

    attended(place, session, by=instructor, status=LATE, now=later)

    old, new = AttendanceRecord.objects.order_by("pk")
    assert (old.status, old.superseded_at) == ("ABSENT", later)
    assert (new.status, new.superseded_at) == ("LATE", None)


def test_every_status_has_a_rule():
    assert {rule.status for rule in ATTENDANCE} == set(AttendanceStatus)
    assert len(ATTENDANCE) == len(AttendanceStatus)
    assert all(rule.source for rule in ATTENDANCE)


# Refusals


def too_early(run, session, instructor):
    return {"now": session.starts_at - timedelta(minutes=31)}


def cancelled(run, session, instructor):
    session.cancelled_at = NOW
    session.save()
    return {}


def by_a_stranger(run, session, instructor):
    return {"actor": a_learner()}


def by_another_manager(run, session, instructor):
    return {"actor": an_organization().registered_by}


def by_a_curator(run, session, instructor):
    return {"actor": a_curator()}


def by_an_unassigned_instructor(run, session, instructor):
    colleague = a_learner()
    a_membership(organization=run.version.course.provider, learner=colleague, role=Role.INSTRUCTOR)
    return {"actor": colleague}


def by_one_who_has_left(run, session, instructor):
    instructor.memberships.update(ended_at=NOW)
    return {}


def after_a_week(run, session, instructor):
    return {"now": session.ends_at + timedelta(days=7)}


def after_a_week_without_reason(run, session, instructor):
    return {"now": session.ends_at + timedelta(days=7), "actor": run.version.course.provider.registered_by}


def for_another_run(run, session, instructor):
    return {"marks": {enrolled(run=a_published_run()).pk: PRESENT}}


def for_one_who_left(run, session, instructor):
    place = enrolled(run=run)
    enrollment.withdraw(enrollment=place, now=NOW)
    return {"marks": {place.pk: PRESENT}}


def for_nobody_known(run, session, instructor):
    return {"marks": {10**12: PRESENT}}


def for_oneself(run, session, instructor):
    manager = run.version.course.provider.registered_by
    return {"marks": {enrolled(manager, run).pk: PRESENT}, "actor": manager}


@pytest.mark.parametrize(
    ("spoil", "refusal"),
    [
        (too_early, attendance.NotStarted),
        (cancelled, attendance.SessionCancelled),
        (by_a_stranger, attendance.NotTheirClass),
        (by_another_manager, attendance.NotTheirClass),
        (by_a_curator, attendance.NotTheirClass),
        (by_an_unassigned_instructor, attendance.NotTheirClass),
        (by_one_who_has_left, attendance.NotTheirClass),
        (after_a_week, attendance.TooLate),
        (after_a_week_without_reason, attendance.ReasonMissing),
        (for_another_run, attendance.NotOnRoster),
        (for_one_who_left, attendance.NotOnRoster),
        (for_nobody_known, attendance.NotOnRoster),
        (for_oneself, attendance.OwnAttendance),
    ],
    ids=lambda value: value.__name__,
)
def test_mark_refuses(run, session, instructor, spoil, refusal):
    place = enrolled(run=run)
    spoiled = spoil(run, session, instructor)
    asked = {"marks": {place.pk: PRESENT}, "actor": instructor, "now": session.ends_at} | spoiled

    with pytest.raises(refusal):
        attendance.mark(class_session=session, **asked)

    assert on_record() == {}


def test_half_an_hour_before_and_within_the_week(run, session, instructor):
    place = enrolled(run=run)

    attended(place, session, by=instructor, now=session.starts_at - timedelta(minutes=30))
    attended(place, session, by=instructor, status=ABSENT, now=session.ends_at + timedelta(days=6, hours=23))

    assert on_record() == {place.pk: "ABSENT"}


def test_after_a_week_a_manager_says_why(run, session):
    place = enrolled(run=run)

    attendance.mark(
        class_session=session,
        marks={place.pk: PRESENT},
        actor=run.version.course.provider.registered_by,
        now=session.ends_at + timedelta(days=8),
        reason="Sổ giấy vừa tìm thấy",
    )

    assert AttendanceRecord.objects.get().reason == "Sổ giấy vừa tìm thấy"


# The pages


@pytest.fixture
def in_class(session, time_machine):
    time_machine.move_to(session.starts_at + timedelta(minutes=5), tick=False)


def desk(run):
    return f"/organizations/{run.version.course.provider.public_id}/runs/{run.pk}/"


def test_the_sheet_is_marked_and_the_roster_shows_it(run, session, instructor, in_class, learner_client):
    hoa, an = enrolled(a_learner(full_name="Lê Văn Hòa"), run), enrolled(a_learner(full_name="Trần Bình An"), run)
    client = learner_client(instructor)

    page = client.get(f"/en{desk(run)}sessions/1/")
    assert page.text.index("Trần Bình An") < page.text.index("Lê Văn Hòa")  # by given name
    assert "checked" not in page.text

    answer = client.post(f"{desk(run)}sessions/1/", {f"status-{hoa.pk}": "LATE", f"status-{an.pk}": "PRESENT"})

    assert answer.url == desk(run)
    assert on_record() == {hoa.pk: "LATE", an.pk: "PRESENT"}
    assert "Attended 1 of 3" in client.get(f"/en{desk(run)}").text
    assert client.get(f"{desk(run)}sessions/1/").text.count("checked") == 2


def test_everybody_present_is_only_a_suggestion(run, session, instructor, in_class, learner_client):
    enrolled(run=run)

    page = learner_client(instructor).get(f"{desk(run)}sessions/1/?all=present")

    assert page.text.count("checked") == 1
    assert on_record() == {}


def test_a_refusal_keeps_what_was_typed(run, session, instructor, in_class, learner_client):
    stays, left = enrolled(run=run), enrolled(run=run)
    enrollment.withdraw(enrollment=left, now=NOW)

    answer = learner_client(instructor).post(
        f"/en{desk(run)}sessions/1/", {f"status-{stays.pk}": "EXCUSED", f"status-{left.pk}": "PRESENT"}
    )

    assert answer.status_code == 409
    assert "Somebody on this page has left the class" in answer.text
    assert 'value="EXCUSED" checked' in answer.text
    assert on_record() == {}


@pytest.mark.parametrize(
    "typed",
    [{"status-x": "PRESENT"}, {"status-": "LATE"}, {"status-1": "HERE"}, {f"status-{9 * 10**40}": "LATE"}, {}],
)
def test_nonsense_changes_nothing(run, session, instructor, in_class, learner_client, typed):
    answer = learner_client(instructor).post(f"{desk(run)}sessions/1/", typed)

    assert answer.status_code == 302
    assert on_record() == {}


def test_before_the_class_there_is_nothing_to_mark(run, session, instructor, time_machine, learner_client):
    time_machine.move_to(session.starts_at - timedelta(hours=2), tick=False)
    enrolled(run=run)

    page = learner_client(instructor).get(f"/en{desk(run)}sessions/1/")

    assert "This class has not begun yet" in page.text
    assert "<fieldset" not in page.text


@pytest.mark.parametrize(
    ("who", "status"),
    [("manager", 200), ("colleague", 404), ("learner", 404), ("other manager", 404), ("curator", 403)],
)
def test_who_keeps_the_roster(run, session, in_class, learner_client, who, status):
    place = enrolled(run=run)
    colleague = a_learner()
    a_membership(organization=run.version.course.provider, learner=colleague, role=Role.INSTRUCTOR)
    actor = {
        "manager": lambda: run.version.course.provider.registered_by,
        "colleague": lambda: colleague,
        "learner": lambda: place.learner,
        "other manager": lambda: an_organization().registered_by,
        "curator": a_curator,
    }[who]()
    client = learner_client(actor)

    assert client.get(desk(run)).status_code == status
    assert client.get(f"{desk(run)}sessions/1/").status_code == status
    answer = client.post(f"{desk(run)}sessions/1/", {f"status-{place.pk}": "PRESENT"})
    assert answer.status_code == (302 if status == 200 else status)
    assert on_record() == ({place.pk: "PRESENT"} if status == 200 else {})


def test_a_run_is_found_under_its_own_organization_only(run, learner_client):
    both = run.version.course.provider.registered_by
    other = an_organization(manager=both)

    assert learner_client(both).get(f"/organizations/{other.public_id}/runs/{run.pk}/").status_code == 404


def test_the_roster_shows_no_address_of_a_learner(run, instructor, learner_client):
    enrolled(a_learner(email="hoa@example.vn", phone="+84912345678"), run)

    page = learner_client(instructor).get(desk(run)).text

    assert "hoa@example.vn" not in page
    assert "912345678" not in page


def test_the_pages_cost_the_same_for_one_learner_or_thirty(
    run, session, instructor, in_class, learner_client, django_assert_num_queries
):
    client, page = learner_client(instructor), desk(run)
    run.seats_max = None
    run.save()
    for more in (1, 29):
        for _ in range(more):
            attended(enrolled(run=run), session, by=instructor, now=session.starts_at)
        with django_assert_num_queries(28):  # four write down who was seen
            client.get(page)
        with django_assert_num_queries(11):  # three look whether it is written already
            client.get(f"{page}sessions/1/")


def test_marking_costs_the_same_for_one_learner_or_thirty(run, session, instructor, django_assert_num_queries):
    run.seats_max = None
    run.save()
    for count, status in ((1, PRESENT), (30, LATE)):
        marks = {enrolled(run=run).pk: status for _ in range(count)}
        with django_assert_num_queries(11):
            attendance.mark(class_session=session, marks=marks, actor=instructor, now=session.ends_at)


def test_a_reason_may_be_anything_somebody_sends(run, session, instructor, in_class, learner_client):
    place = enrolled(run=run)

    answer = learner_client(instructor).post(
        f"{desk(run)}sessions/1/", {f"status-{place.pk}": "PRESENT", "reason": "\0" + "x" * 5000}
    )

    assert answer.status_code == 302
    assert on_record() == {place.pk: "PRESENT"}


def test_after_a_week_an_instructor_reads_the_marks_and_a_manager_may_change_them(
    run, session, instructor, time_machine, learner_client
):
    place = enrolled(run=run)
    marks = {place.pk: PRESENT}
    attendance.mark(class_session=session, marks=marks, actor=instructor, now=session.ends_at)
    time_machine.move_to(session.ends_at + timedelta(days=8), tick=False)
    sheet, manager = f"/en{desk(run)}sessions/1/", run.version.course.provider.registered_by

    page = learner_client(instructor).get(sheet).text
    assert "Only a manager of the organisation can still change this" in page
    assert "Present" in page
    assert "<fieldset" not in page
    assert "all=present" not in page
    assert "See attendance" in learner_client(instructor).get(f"/en{desk(run)}").text
    refused = learner_client(instructor).post(sheet, {f"status-{place.pk}": "LATE"})
    assert (refused.status_code, refused.text.count("Only a manager of the organisation")) == (409, 1)

    assert "<fieldset" in learner_client(manager).get(sheet).text
    assert "Change attendance" in learner_client(manager).get(f"/en{desk(run)}").text


def test_all_present_is_offered_while_somebody_is_not_marked(run, session, instructor, in_class, learner_client):
    place = enrolled(run=run)
    client = learner_client(instructor)
    assert "all=present" in client.get(f"{desk(run)}sessions/1/").text

    client.post(f"{desk(run)}sessions/1/", {f"status-{place.pk}": "PRESENT"})

    assert "all=present" not in client.get(f"{desk(run)}sessions/1/").text
