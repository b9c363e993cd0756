"""A class session moved, cancelled or added: who hears of it, what stays on record, what is refused."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from courses.actions import enrollment, reminders
from courses.actions import session as actions
from courses.actions.session import Held
from courses.models import CourseRun, SessionChange
from courses.queries import enrollment as enrollments
from courses.queries import session as queries
from learners.actions import delivery
from learners.choices import Urgency
from learners.models import Learner, Message
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.counter import a_registration
from tests.factories.enrollment import attended, enrolled
from tests.factories.people import NOW, a_learner, an_organization
from tests.factories.waiting import a_full_run, an_offer, waits_for

pytestmark = pytest.mark.django_db
FIRST_AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # Tuesday 8:00 in Viet Nam
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
# The class is on Tuesday 24 November 2026, 8:00 in Viet Nam.
MONDAY_18_00 = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
MONDAY_23_00 = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
SUNDAY_23_00 = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)


def at(starts_at, *, hours=2, note=""):
    return Held(starts_at=starts_at, ends_at=starts_at + hours * HOUR, note=note)


def session_of(run, position=1):
    return run.class_sessions.get(position=position)


def manager_of(run):
    return run.version.course.provider.registered_by


def move(session, to, *, now=NOW, actor=None, **more):
    actor = actor or manager_of(session.run)
    return actions.move(session=session, actor=actor, to=to, reason="Cô Lan ốm", now=now, **more)


def cancel(session, *, now=NOW, actor=None, **more):
    return actions.cancel(session=session, actor=actor or manager_of(session.run), reason="Bão số 9", now=now, **more)


def add(run, to, *, now=NOW, **more):
    return actions.add(run=run, actor=manager_of(run), to=to, reason="Học bù", now=now, **more)


def told(kind):
    return list(Message.objects.filter(kind=kind).order_by("pk"))


# --- Moved ---


def test_whoever_has_a_place_is_told_once_with_both_times():
    run = a_published_run()
    place = enrolled(a_learner(language="en"), run)
    key = uuid4()

    changes = {move(session_of(run), at(FIRST_AT + DAY, note="Room 2."), creation_key=key).pk for _ in range(2)}

    assert len(changes) == 1
    (letter,) = told("SESSION_MOVED")
    assert (letter.recipient, letter.expires_at) == (place.learner, FIRST_AT + DAY + 2 * HOUR)
    assert letter.data == {
        "course": run.version.title_en,
        "session_title": "session 1",
        "old_date": "Tuesday 24 November 2026",
        "old_time": "8:00",
        "date": "Wednesday 25 November 2026",
        "time": "8:00",
        "venue": "Nhà văn hóa phường Ninh Kiều",
        "room": "Room 2",
        "reason": "Cô Lan ốm",
        "link": f"http://localhost/en/enrollments/{place.public_id}/",
    }


def test_what_was_and_who_changed_it_stays_on_record():
    run = a_published_run()
    first = session_of(run)

    move(first, at(FIRST_AT + DAY))
    second_change = move(session_of(run), at(FIRST_AT + 2 * DAY))

    assert list(
        SessionChange.objects.values_list("number", "kind", "starts_at_before", "starts_at", "changed_by", "reason")
    ) == [
        (1, "MOVED", FIRST_AT, FIRST_AT + DAY, manager_of(run).pk, "Cô Lan ốm"),
        (2, "MOVED", FIRST_AT + DAY, FIRST_AT + 2 * DAY, manager_of(run).pk, "Cô Lan ốm"),
    ]
    session = session_of(run)
    assert (session.starts_at, session.revision, session.changed_at) == (FIRST_AT + 2 * DAY, 2, NOW)
    with pytest.raises(DatabaseError), transaction.atomic():  # not granted to the serving role
        SessionChange.objects.filter(pk=second_change.pk).update(reason="Khác")
    with pytest.raises(DatabaseError), transaction.atomic():
        SessionChange.objects.filter(pk=second_change.pk).delete()


def test_the_run_begins_and_ends_with_its_sessions_and_enrolment_closes_as_it_begins():
    run = a_published_run()

    move(session_of(run), at(FIRST_AT - HOUR))
    move(session_of(run, 3), at(FIRST_AT + 3 * WEEK))

    run.refresh_from_db()
    assert (run.starts_on.isoformat(), run.ends_on.isoformat()) == ("2026-11-24", "2026-12-15")
    assert run.enrollment_closes_at == FIRST_AT - HOUR


def test_enrolment_that_closes_on_its_own_day_still_does():
    run = a_published_run()
    CourseRun.objects.filter(pk=run.pk).update(enrollment_closes_at=NOW + HOUR)

    move(session_of(run), at(FIRST_AT + DAY))

    run.refresh_from_db()
    assert run.enrollment_closes_at == NOW + HOUR


def test_who_a_seat_is_kept_for_is_told_and_who_only_waits_is_not():
    offer = an_offer(a_published_run(seats=1), a_learner())
    waits_for(offer.run)

    move(session_of(offer.run), at(FIRST_AT + DAY))

    (letter,) = told("SESSION_MOVED")
    assert letter.recipient == offer.request.learner
    assert letter.data["link"] == "http://localhost/me/waiting/"


def test_who_has_left_is_not_told():
    run = a_published_run()
    enrollment.withdraw(enrollment=enrolled(run=run), now=NOW)

    move(session_of(run), at(FIRST_AT + DAY))

    assert told("SESSION_MOVED") == []


def a_phone_only_learner(phone="+84912345678", **more):
    learner = a_learner(**more)
    Learner.objects.filter(pk=learner.pk).update(email=None, phone=phone)
    learner.refresh_from_db()
    return learner


def test_who_has_only_a_number_gets_a_text_message():
    run = a_published_run()
    enrolled(a_phone_only_learner(), run)

    move(session_of(run), at(FIRST_AT + DAY))

    (text,) = told("SESSION_MOVED")
    assert (text.channel, text.address, text.due_at) == ("SMS", "+84912345678", NOW)


@pytest.mark.parametrize(
    ("now", "to", "urgency", "waits_for_morning"),
    [
        (MONDAY_23_00, FIRST_AT + WEEK, Urgency.URGENT, False),
        (SUNDAY_23_00, FIRST_AT + DAY, Urgency.ROUTINE, True),
        (SUNDAY_23_00, FIRST_AT - DAY + 3 * HOUR, Urgency.URGENT, False),
    ],
    ids=["the old time is tomorrow", "the day after tomorrow", "the new time is tomorrow"],
)
def test_quiet_hours_hold_back_only_what_is_not_about_today_or_tomorrow(now, to, urgency, waits_for_morning):
    run = a_published_run()
    enrolled(a_phone_only_learner(), run)
    sleeper = enrolled(a_learner(quiet_from=21, quiet_until=7), run).learner
    Message.objects.all().delete()

    move(session_of(run), at(to), now=now)

    text = Message.objects.get(channel="SMS")
    letter = Message.objects.get(recipient=sleeper)
    morning = timezone.localtime(now).replace(hour=7) + DAY
    assert {text.urgency, letter.urgency} == {urgency}
    assert text.due_at == (morning if waits_for_morning else now)
    assert (delivery._quiet_until(letter, now=now) == morning) == waits_for_morning


def test_a_reminder_of_the_old_time_is_dropped_and_none_follows_what_was_told_this_evening():
    run = a_published_run()
    enrolled(run=run)
    reminders.queue_class_reminders(now=MONDAY_18_00)

    move(session_of(run), at(FIRST_AT + HOUR), now=MONDAY_18_00 + HOUR)

    assert [letter.state for letter in told("CLASS_TOMORROW")] == ["DROPPED"]
    assert reminders.queue_class_reminders(now=MONDAY_18_00 + 2 * HOUR) == 0


def test_a_class_moved_by_day_is_announced_in_the_evening_before_its_new_time():
    run = a_published_run()
    enrolled(run=run)
    move(session_of(run), at(FIRST_AT + HOUR), now=MONDAY_18_00 - HOUR)

    assert reminders.queue_class_reminders(now=MONDAY_18_00) == 1

    (letter,) = told("CLASS_TOMORROW")
    assert letter.data["time"] == "9:00"


# --- Cancelled ---


def test_a_cancelled_session_is_made_up_for_at_the_end_in_one_letter():
    run = a_published_run()
    enrolled(a_learner(language="en"), run)

    cancel(session_of(run, 2), instead=at(FIRST_AT + 3 * WEEK, note="Room 5"))

    assert [(shown.session.position, shown.is_cancelled) for shown in queries.timetable(run)] == [
        (1, False),
        (2, True),
        (3, False),
        (4, False),
    ]
    (letter,) = Message.objects.exclude(kind="ENROLLED")
    assert letter.kind == "SESSION_CANCELLED"
    assert letter.data["made_up"] == "8:00, Tuesday 15 December 2026, Room 5"
    run.refresh_from_db()
    assert run.ends_on.isoformat() == "2026-12-15"
    assert queries.to_call(run, now=NOW) == []


def test_who_has_come_to_enough_of_the_others_has_completed():
    provider = an_organization()
    version = a_published_version(provider=provider, attendance_percent_min=100)
    run = a_published_run(version=version, sessions=2)
    place = attended(enrolled(run=run), session_of(run), by=provider.registered_by)

    cancel(session_of(run, 2), now=FIRST_AT + DAY)

    place.refresh_from_db()
    assert place.state == "COMPLETED"
    assert enrollments.audit() == []


def test_a_session_that_was_never_held_is_cancelled_afterwards_and_nobody_is_written_to():
    run = a_published_run()
    enrolled(run=run)

    cancel(session_of(run), now=FIRST_AT + DAY)

    assert session_of(run).cancelled_at == FIRST_AT + DAY
    assert told("SESSION_CANCELLED") == []


# --- Added ---


def test_one_more_session_is_told_to_all():
    run = a_published_run()
    enrolled(run=run)

    change = add(run, at(FIRST_AT + 3 * WEEK))

    assert (change.kind, change.class_session.position) == ("ADDED", 4)
    assert len(told("SESSION_ADDED")) == 1


def test_none_is_added_that_would_undo_what_somebody_has_completed():
    provider = an_organization()
    run = a_published_run(version=a_published_version(provider=provider, attendance_percent_min=100), sessions=1)
    attended(enrolled(run=run), session_of(run), by=provider.registered_by)

    with pytest.raises(actions.SomebodyHasCompleted):
        add(run, at(FIRST_AT + WEEK), now=FIRST_AT + DAY)

    assert run.class_sessions.count() == 1
    assert enrollments.audit() == []


# --- Who has to be called ---


def test_who_has_no_address_or_was_not_reached_is_on_the_list_to_call():
    run = a_published_run()
    card_only = a_registration(organization=run.version.course.provider, full_name="Thạch Sương").learner
    bounced, fine = a_learner(full_name="Danh Út"), a_learner()
    for learner in (card_only, bounced, fine):
        enrolled(learner, run)
    change = move(session_of(run), at(FIRST_AT + DAY))
    Message.objects.filter(kind="SESSION_MOVED", recipient=bounced).update(state="FAILED", failed_at=NOW)
    enrolled(a_learner(), run, now=NOW + HOUR)  # who came later has read the new time

    (listed,) = queries.to_call(run, now=NOW)

    assert (listed.change, [person.pk for person, _key in listed.people]) == (change, [card_only.pk, bounced.pk])
    assert queries.to_call(run, now=FIRST_AT + 2 * DAY) == []


# --- The database's own ---


@pytest.mark.parametrize(
    "changed", [{"starts_at": FIRST_AT + HOUR}, {"ends_at": FIRST_AT + HOUR}, {"cancelled_at": NOW}], ids=str
)
def test_the_database_keeps_what_was_attended(changed):
    run = a_published_run()
    attended(enrolled(run=run), session_of(run), by=manager_of(run))

    with pytest.raises(IntegrityError, match="attendance on record"), transaction.atomic():
        run.class_sessions.filter(position=1).update(**changed)


def test_the_database_marks_nobody_at_a_cancelled_session():
    run = a_published_run()
    place, session = enrolled(run=run), session_of(run)
    cancel(session)

    with pytest.raises(IntegrityError, match="is cancelled"), transaction.atomic():
        place.attendance_records.create(
            class_session=session, status="PRESENT", recorded_by=manager_of(run), recorded_at=FIRST_AT
        )


def test_the_database_leaves_a_cancelled_session_so():
    run = a_published_run()
    cancel(session_of(run))

    with pytest.raises(IntegrityError, match="stays so"), transaction.atomic():
        run.class_sessions.filter(position=1).update(cancelled_at=None)


# --- However many ---


@pytest.mark.parametrize("people", [1, 3])
def test_however_many_are_told_it_takes_the_same_queries(django_assert_num_queries, people):
    run = a_full_run(seats=people)
    session, manager = session_of(run), manager_of(run)

    with django_assert_num_queries(22):
        move(session, at(FIRST_AT + DAY), actor=manager)

    assert len(told("SESSION_MOVED")) == people
