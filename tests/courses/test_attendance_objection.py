"""“I was there”: what is on record is read, confirmed, objected to and answered; nothing of it is ever edited."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from courses.actions import attendance_figure, enrollment, run_cancel
from courses.actions import attendance_objection as actions
from courses.choices import AttendanceStatus, FigureName, ObjectionOutcome
from courses.models import AttendanceConfirmation, AttendanceFigure, AttendanceObjection, AttendanceRecord
from courses.queries import attendance_history as queries
from learners.models import Message
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import attended, enrolled
from tests.factories.people import NOW, a_curator, a_learner, an_organization

pytestmark = pytest.mark.django_db
PRESENT, LATE, ABSENT, EXCUSED = AttendanceStatus
ACCEPTED, REFUSED = ObjectionOutcome
HOUR = timedelta(hours=1)


@pytest.fixture
def instructor():
    return a_learner(full_name="Trần Thị Ngọc Lan")


@pytest.fixture
def provider():
    return an_organization()


@pytest.fixture
def session(provider, instructor):
    version = a_published_version(provider=provider, attendance_percent_min=100)
    return a_published_run(version=version, sessions=1, instructor=instructor).class_sessions.get()


@pytest.fixture
def place(session, instructor):
    return attended(enrolled(run=session.run), session, by=instructor, status=ABSENT)


def objected(place, session, **more):
    said = {"said": PRESENT, "text": "Tôi ngồi bàn đầu.", "learner": place.learner, "now": session.ends_at + HOUR}
    return actions.object_to(enrollment=place, class_session=session, **(said | more))


def answered(case, **more):
    said = {
        "outcome": ACCEPTED,
        "text": "Có tên trong sổ giấy.",
        "actor": case.enrollment.run.version.course.provider.registered_by,
        "now": case.opened_at + HOUR,
    }
    return actions.answer(objection=case, **(said | more))


def statuses(place):
    return list(AttendanceRecord.objects.filter(enrollment=place).order_by("pk").values_list("status", "method"))


def test_an_accepted_objection_is_a_correcting_entry_and_completes_the_course(place, session):
    case = answered(objected(place, session))

    place.refresh_from_db()
    assert statuses(place) == [("ABSENT", "ROSTER"), ("PRESENT", "DISPUTED")]
    assert AttendanceRecord.objects.get(superseded_at=None).reason == "Có tên trong sổ giấy."
    assert (case.outcome, place.state) == ("ACCEPTED", "COMPLETED")
    letter = Message.objects.get(kind="OBJECTION_ANSWERED")
    assert (letter.recipient, letter.data["outcome"]) == (place.learner, "Đã sửa")


def test_a_refused_objection_says_why_and_changes_nothing(place, session):
    case = answered(objected(place, session), outcome=REFUSED, text="Ảnh lớp học không có bạn.")

    assert (case.outcome, case.answer) == ("REFUSED", "Ảnh lớp học không có bạn.")
    assert statuses(place) == [("ABSENT", "ROSTER")]


def test_an_objection_is_made_and_answered_once(place, session):
    case = objected(place, session)

    assert objected(place, session) == case
    with pytest.raises(actions.ObjectedBefore):
        objected(place, session, text="Tôi ngồi bàn cuối.")
    assert answered(case) == answered(case)
    with pytest.raises(actions.AnsweredBefore):
        answered(case, outcome=REFUSED)
    assert Message.objects.filter(kind="OBJECTION_TO_ANSWER").count() == 1


def test_where_nothing_is_on_record_one_objects_too(session):
    place = enrolled(run=session.run)

    case = objected(place, session)
    answered(case)

    assert case.record is None
    assert statuses(place) == [("PRESENT", "DISPUTED")]


def test_three_times_is_as_often_as_one_may(place, session):
    for text in ("Một", "Hai", "Ba"):
        answered(objected(place, session, text=text), outcome=REFUSED)

    with pytest.raises(actions.ObjectedBefore):
        objected(place, session, text="Bốn")


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"said": ABSENT}, actions.SaysNothing),
        ({"text": "  "}, actions.SaysNothing),
        ({"now": NOW - timedelta(days=365)}, actions.TooLate),
    ],
    ids=["what is on record", "no words", "before the class"],
)
def test_object_refuses(place, session, more, refusal):
    with pytest.raises(refusal):
        objected(place, session, **more)

    assert not AttendanceObjection.objects.exists()


def test_nobody_objects_for_somebody_else(place, session):
    with pytest.raises(actions.NotTheirs):
        objected(place, session, learner=a_learner())


def test_how_long_one_may_object_is_a_figure(place, session):
    attendance_figure.supersede(name=FigureName.OBJECTION_DAYS, value=2, source="Quyết định 3", now=NOW)

    with pytest.raises(actions.TooLate):
        objected(place, session, now=session.ends_at + timedelta(days=2))
    objected(place, session, now=session.ends_at + timedelta(days=2) - HOUR)

    assert list(
        AttendanceFigure.objects.filter(name="OBJECTION_DAYS").order_by("pk").values_list("value", flat=True)
    ) == [
        14,
        2,
    ]


def test_overdue_it_goes_to_the_curators(place, session, provider):
    case = objected(place, session)

    assert [actions.escalate_due(now=session.ends_at + timedelta(days=30)) for _ in range(2)] == [1, 0]

    with pytest.raises(actions.NotYoursToAnswer):
        answered(case)
    assert answered(case, actor=a_curator()).outcome == "ACCEPTED"


def test_who_has_no_manager_but_themself_is_answered_by_a_curator(session, provider):
    manager = provider.registered_by
    place = enrolled(manager, session.run)

    case = objected(place, session)

    assert case.escalated_at == case.opened_at
    with pytest.raises(actions.NotYoursToAnswer):
        answered(case, actor=manager)


@pytest.mark.parametrize("who", ["instructor", "stranger", "learner"])
def test_others_do_not_answer(place, session, instructor, who):
    actor = {"instructor": instructor, "stranger": an_organization().registered_by, "learner": place.learner}[who]

    with pytest.raises(actions.NotYoursToAnswer):
        answered(objected(place, session), actor=actor)

    assert statuses(place) == [("ABSENT", "ROSTER")]


def test_who_confirms_says_so_once(place):
    record = AttendanceRecord.objects.get()

    first = actions.confirm(record=record, learner=place.learner, now=NOW)

    assert actions.confirm(record=record, learner=place.learner, now=NOW + HOUR) == first
    with pytest.raises(actions.NotTheirs):
        actions.confirm(record=record, learner=a_learner(), now=NOW)


# The database


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE courses_attendancerecord SET status = 'PRESENT'",
        "UPDATE courses_attendancerecord SET reason = 'x'",
        "UPDATE courses_attendancerecord SET recorded_by_id = recorded_by_id",
        "DELETE FROM courses_attendancerecord",
        "UPDATE courses_attendancefigure SET value = 1",
        "DELETE FROM courses_attendanceobjection",
    ],
)
def test_the_serving_role_cannot_edit_what_was_said(place, session, change):
    objected(place, session)

    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


@pytest.mark.parametrize(
    ("change", "guard"),
    [
        ("UPDATE courses_attendancerecord SET status = 'PRESENT'", "courses_attendance_stays"),
        ("UPDATE courses_attendancerecord SET reason = 'x'", "courses_attendance_stays"),
        (
            "UPDATE courses_attendancerecord SET superseded_at = NULL WHERE superseded_at IS NOT NULL",
            "courses_attendance_stays",
        ),
        ("DELETE FROM courses_attendancerecord", "courses_attendance_stays"),
        ("UPDATE courses_attendanceobjection SET answer = 'x'", "courses_objection_stays"),
    ],
)
def test_nor_does_the_owner(place, session, instructor, change, guard):
    attended(place, session, by=instructor, status=LATE, now=session.ends_at + HOUR)
    answered(objected(place, session, now=session.ends_at + 2 * HOUR), outcome=REFUSED)

    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            cursor.execute(change)
        cursor.execute("SET ROLE lh_app")
    assert refused.value.__cause__.diag.constraint_name == guard


def test_an_entry_is_about_a_class_session_of_its_run(place, session):
    other = a_published_run().class_sessions.first()

    with pytest.raises(IntegrityError, match="of another run"), transaction.atomic():
        AttendanceRecord.objects.create(
            enrollment=place,
            class_session=other,
            status=PRESENT,
            recorded_by=place.learner,
            recorded_at=NOW,
            marked_at=NOW,
        )


# The pages


def own(place):
    return f"/en/enrollments/{place.public_id}/attendance/"


def test_the_learner_reads_confirms_and_objects(place, session, time_machine, learner_client):
    time_machine.move_to(session.ends_at + HOUR, tick=False)
    client = learner_client(place.learner)

    page = client.get(own(place)).text
    assert "Trần Thị Ngọc Lan" in page
    assert "This is right" in page
    client.post(own(place), {"session": "1", "confirm": str(AttendanceRecord.objects.get().mark_id)})
    assert "Confirmed by the learner" in client.get(own(place)).text
    refused = client.post(own(place), {"session": "1", "object": "1", "s1-said": "ABSENT", "s1-text": "Tôi có đến"})
    assert "Choose how it was" in refused.text
    assert "Tôi có đến" in refused.text
    sent = client.post(own(place), {"session": "1", "object": "1", "s1-said": "LATE", "s1-text": "Tôi đến muộn"})
    assert sent.status_code == 302
    assert "The learner says: late" in client.get(own(place)).text


def test_what_was_confirmed_is_the_entry_that_was_read(place, session, provider, time_machine, learner_client):
    """A correction that arrives while the page is open is confirmed by nobody, and asked about anew."""
    time_machine.move_to(session.ends_at + HOUR, tick=False)
    client, read = learner_client(place.learner), str(AttendanceRecord.objects.get().mark_id)
    attended(place, session, by=provider.registered_by, status=LATE, now=session.ends_at + HOUR)

    answer = client.post(own(place), {"session": "1", "confirm": read}, follow=True)

    assert "another one has followed it" in answer.text
    assert not AttendanceConfirmation.objects.exists()
    assert "This is right" in answer.text
    client.post(own(place), {"session": "1", "confirm": str(AttendanceRecord.objects.get(superseded_at=None).mark_id)})
    assert AttendanceConfirmation.objects.get().record.status == "LATE"


@pytest.mark.parametrize("named", ["1", "", str(UUID(int=5))])
def test_a_confirmation_that_names_no_entry_confirms_nothing(place, session, time_machine, learner_client, named):
    time_machine.move_to(session.ends_at + HOUR, tick=False)

    learner_client(place.learner).post(own(place), {"session": "1", "confirm": named})

    assert not AttendanceConfirmation.objects.exists()


def test_who_has_left_objects_to_what_was_before_and_to_nothing_after(instructor, provider):
    run = a_published_run(version=a_published_version(provider=provider), sessions=2, instructor=instructor)
    first, second = run.class_sessions.order_by("starts_at")
    left = attended(enrolled(run=run), first, by=instructor, status=ABSENT)
    enrollment.withdraw(enrollment=left, now=first.ends_at + HOUR)
    left.refresh_from_db()

    case = answered(objected(left, first))
    with pytest.raises(actions.TooLate):
        objected(left, second, now=second.ends_at)

    assert (case.outcome, statuses(left)[-1]) == ("ACCEPTED", ("PRESENT", "DISPUTED"))
    assert [line.session for line in queries.history(left, now=second.ends_at)] == [first]


def test_nothing_of_a_cancelled_class_is_objected_to(place, session, provider, time_machine, learner_client):
    earlier = objected(enrolled(run=session.run), session)
    run_cancel.cancel(run=session.run, actor=provider.registered_by, reason="Bão", now=session.ends_at + HOUR)
    time_machine.move_to(session.ends_at + 2 * HOUR, tick=False)

    with pytest.raises(actions.ClassCancelled):
        objected(place, session, now=session.ends_at + 2 * HOUR)

    assert "This is not right" not in learner_client(place.learner).get(own(place)).text
    answered(earlier, now=session.ends_at + 3 * HOUR)  # of a session that was held, what was asked before is answered
    assert statuses(earlier.enrollment) == [("PRESENT", "DISPUTED")]


def test_staff_read_the_history_and_do_not_speak_for_the_learner(place, session, instructor, learner_client):
    client = learner_client(instructor)

    page = client.get(own(place))

    assert page.status_code == 200
    assert "This is right" not in page.text
    assert client.post(own(place), {"session": "1", "confirm": "1"}).status_code == 403
    assert learner_client(a_learner()).get(own(place)).status_code == 404


def test_a_manager_answers_at_the_desk(place, session, provider, learner_client, time_machine):
    time_machine.move_to(session.ends_at + HOUR, tick=False)
    case = objected(place, session, now=session.ends_at)
    client = learner_client(provider.registered_by)
    desk = f"/en/organizations/{provider.public_id}/attendance/"

    assert "1 objection to attendance to answer" in client.get(f"/en/organizations/{provider.public_id}/").text
    assert place.learner.full_name in client.get(desk).text
    empty = client.post(f"{desk}{case.public_id}/", {"outcome": "REFUSED", "answer": ""})
    assert "Say what you found" in empty.text
    assert client.post(f"{desk}{case.public_id}/", {"outcome": "ACCEPTED", "answer": "Đúng."}).url == desk
    assert statuses(place)[-1] == ("PRESENT", "DISPUTED")


def test_credit_in_doubt_is_asked_back_at_the_desk(session, provider, instructor, learner_client, time_machine):
    place = attended(enrolled(run=session.run), session, by=instructor)
    attended(place, session, by=instructor, status=ABSENT, now=session.ends_at + HOUR)
    time_machine.move_to(session.ends_at + 2 * HOUR, tick=False)
    client = learner_client(provider.registered_by)
    desk = f"/en/organizations/{provider.public_id}/attendance/"
    assert "Ask for the credit back" in client.get(desk).text

    client.post(desk, {"enrollment": str(place.public_id), "reason": "Nhầm người"})

    assert "A curator decides now" in client.get(desk).text
    assert "no longer met" in learner_client(place.learner).get(own(place)).text


def test_a_manager_does_not_ask_about_their_own_credit(session, provider, instructor, learner_client, time_machine):
    manager = provider.registered_by
    place = attended(enrolled(manager, session.run), session, by=instructor)
    attended(place, session, by=instructor, status=ABSENT, now=session.ends_at + HOUR)
    time_machine.move_to(session.ends_at + 2 * HOUR, tick=False)
    client = learner_client(manager)

    asked = {"enrollment": str(place.public_id), "reason": "Nhầm"}
    answer = client.post(f"/en/organizations/{provider.public_id}/attendance/", asked, follow=True)

    assert "Nobody asks for a change to their own record" in answer.text


def test_the_history_costs_the_same_for_one_session_or_many(place, session, instructor, django_assert_num_queries):
    with django_assert_num_queries(4):
        assert len(queries.history(place, now=session.ends_at)) == 1
    run = a_published_run(sessions=9, instructor=instructor)
    many = enrolled(run=run)
    for each in run.class_sessions.all():
        attended(many, each, by=instructor)
    with django_assert_num_queries(4):
        assert len(queries.history(many, now=NOW)) == 9


def test_a_withdrawn_learner_keeps_their_history(place, session, learner_client):
    enrollment.withdraw(enrollment=place, now=session.ends_at)

    assert learner_client(place.learner).get(own(place)).status_code == 200
