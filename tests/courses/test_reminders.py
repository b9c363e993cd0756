"""The evening before a class."""

from datetime import UTC, datetime, timedelta

import pytest

from courses.actions import enrollment, reminders
from courses.models import ClassSession
from learners.models import Learner, Message
from tests.factories.catalog import a_published_run
from tests.factories.enrollment import enrolled
from tests.factories.people import a_learner

pytestmark = pytest.mark.django_db
# The class is on Tuesday 24 November 2026, 8:00 in Viet Nam.
MONDAY_17_59 = datetime(2026, 11, 23, 10, 59, tzinfo=UTC)
MONDAY_18_00 = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
MONDAY_23_59 = datetime(2026, 11, 23, 16, 59, tzinfo=UTC)
TUESDAY_00_00 = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
TUESDAY_18_00 = MONDAY_18_00 + timedelta(days=1)


def reminded():
    return list(Message.objects.filter(kind="CLASS_TOMORROW").order_by("pk"))


def test_the_evening_before_those_enrolled_are_told():
    run = a_published_run()
    place = enrolled(a_learner(language="en"), run)

    assert reminders.queue_class_reminders(now=MONDAY_18_00) == 1

    (message,) = reminded()
    session = run.class_sessions.get(position=1)
    assert (message.recipient, message.due_at, message.expires_at) == (place.learner, MONDAY_18_00, session.starts_at)
    assert message.deduplication_key == f"class_tomorrow:{place.pk}:{session.pk}:2026-11-24"
    assert message.data == {
        "course": run.version.title_en,
        "session_title": "session 1",
        "date": "Tuesday 24 November 2026",
        "time": "8:00",
        "venue": "Nhà văn hóa phường Ninh Kiều",
        "directions": "",
        "bring": "",
        "link": f"http://localhost/en/enrollments/{place.public_id}/",
    }


@pytest.mark.parametrize(
    ("now", "count"),
    [(MONDAY_17_59, 0), (MONDAY_18_00, 1), (MONDAY_23_59, 1), (TUESDAY_00_00, 0), (TUESDAY_18_00, 0)],
    ids=["17:59", "18:00", "23:59", "midnight", "the evening after"],
)
def test_only_in_the_evening_before(now, count):
    enrolled(run=a_published_run())

    assert reminders.queue_class_reminders(now=now) == count


def test_asked_often_told_once():
    enrolled(run=a_published_run())

    assert [reminders.queue_class_reminders(now=MONDAY_18_00 + timedelta(minutes=10 * n)) for n in range(3)] == [
        1,
        0,
        0,
    ]
    assert len(reminded()) == 1


def test_a_class_moved_by_a_day_is_announced_again():
    run = a_published_run()
    enrolled(run=run)
    reminders.queue_class_reminders(now=MONDAY_18_00)
    session = run.class_sessions.get(position=1)
    moved = {"starts_at": session.starts_at + timedelta(days=1), "ends_at": session.ends_at + timedelta(days=1)}
    ClassSession.objects.filter(pk=session.pk).update(**moved)

    assert reminders.queue_class_reminders(now=TUESDAY_18_00) == 1


def does_not_want(place):
    Learner.objects.filter(pk=place.learner_id).update(wants_reminders=False)


def has_left(place):
    enrollment.withdraw(enrollment=place, now=MONDAY_17_59)


def class_is_cancelled(place):
    place.run.class_sessions.update(cancelled_at=MONDAY_17_59)


def run_is_cancelled(place):
    place.run.cancelled_at = MONDAY_17_59
    place.run.save()


@pytest.mark.parametrize(
    "spoil", [does_not_want, has_left, class_is_cancelled, run_is_cancelled], ids=lambda value: value.__name__
)
def test_who_is_not_told(spoil):
    spoil(enrolled(run=a_published_run()))

    assert reminders.queue_class_reminders(now=MONDAY_18_00) == 0
    assert reminded() == []


def test_two_classes_on_one_day_are_two_reminders():
    run = a_published_run(sessions=1)
    first = run.class_sessions.get()
    later = timedelta(hours=6)
    ClassSession.objects.create(run=run, position=2, starts_at=first.starts_at + later, ends_at=first.ends_at + later)
    enrolled(run=run)

    assert reminders.queue_class_reminders(now=MONDAY_18_00) == 2


def test_a_batch_costs_the_same_for_one_and_for_thirty(django_assert_num_queries):
    run = a_published_run(seats=None)
    enrolled(run=run)
    with django_assert_num_queries(11):
        reminders.queue_class_reminders(now=MONDAY_18_00)
    for _ in range(30):
        enrolled(run=run)
    with django_assert_num_queries(11):
        assert reminders.queue_class_reminders(now=MONDAY_18_00) == 30
