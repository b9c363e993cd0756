"""The weekly letter."""

from datetime import UTC, datetime, timedelta

import pytest

from courses.actions import enrollment
from learners.actions import message
from learners.models import Learner, Message
from portal.actions import digests
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import attended, enrolled, has_read
from tests.factories.people import a_learner

pytestmark = pytest.mark.django_db
# Everybody's hour is Sunday 19:00, unless they chose another; this one is the end of 2026-W47.
SUNDAY_19_00 = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
TUESDAY_BEFORE = datetime(2026, 11, 17, 1, 0, tzinfo=UTC)  # 8:00


def letters():
    return list(Message.objects.filter(kind="WEEKLY_DIGEST").order_by("pk"))


def a_week(learner, *, now=FRIDAY):
    """Give a learner a finished course, one under way, a class attended and one ahead."""
    done = a_published_run(version=a_published_version(units=2, hours=1, title_vi="Tính lãi lỗ"), sessions=0)
    has_read(enrolled(learner, done, now=now), up_to=2, now=now)
    under_way = a_published_run(version=a_published_version(units=3, title_vi="Giữ tiền an toàn"), sessions=0)
    has_read(enrolled(learner, under_way, now=now), up_to=1, now=now)
    version = a_published_version(title_vi="Sơ cấp cứu", attendance_percent_min=100)
    run = a_published_run(version=version, sessions=2, starts_at=TUESDAY_BEFORE)
    place = enrolled(learner, run, now=TUESDAY_BEFORE - timedelta(days=1))
    attended(place, run.class_sessions.get(position=1), by=version.course.provider.registered_by)
    return learner


def test_at_the_chosen_hour_the_week_is_told():
    learner = a_week(a_learner())

    assert digests.queue_digests(now=SUNDAY_19_00) == 1

    (letter,) = letters()
    assert (letter.recipient, letter.deduplication_key) == (learner, f"weekly_digest:{learner.pk}:2026-W47")
    assert letter.data == {
        "headline": "Tuần này bạn đã học 3,5 giờ",
        "learned": "Sơ cấp cứu: 2 giờ\nTính lãi lỗ: 1 giờ\nGiữ tiền an toàn: 0,5 giờ",
        "posted": "Tính lãi lỗ: 1 giờ, 0,02 tín chỉ",
        "sessions": "8:00 thứ Ba 24/11/2026: Sơ cấp cứu, Nhà văn hóa phường Ninh Kiều",
        "continue": "Giữ tiền an toàn: Bài 2",
        "balance_hours": "1",
        "balance_credits": "0,02",
        "link": "http://localhost/me/",
    }


def test_the_letter_speaks_its_readers_language():
    a_week(a_learner(language="en"))

    digests.queue_digests(now=SUNDAY_19_00)

    data = letters()[0].data
    assert data["headline"] == "You studied 3.5 hours this week"
    assert data["sessions"].startswith("Tuesday 24 November 2026, 8:00: ")
    assert data["link"] == "http://localhost/en/me/"


@pytest.mark.parametrize(
    ("late", "count"),
    [
        (timedelta(seconds=-1), 0),
        (timedelta(0), 1),
        (timedelta(hours=47, minutes=59), 1),
        (timedelta(hours=48), 0),
    ],
    ids=["a second early", "on the hour", "late", "too late"],
)
def test_late_by_less_than_two_days_or_not_at_all(late, count):
    a_week(a_learner())

    assert digests.queue_digests(now=SUNDAY_19_00 + late) == count


def test_a_late_letter_tells_of_the_week_before_its_hour():
    learner = a_week(a_learner())
    more = a_published_run(version=a_published_version(units=2, title_vi="Sau đó"), sessions=0)
    has_read(enrolled(learner, more, now=FRIDAY), up_to=1, now=SUNDAY_19_00 + timedelta(hours=1))

    digests.queue_digests(now=SUNDAY_19_00 + timedelta(hours=5))

    assert "Sau đó" not in letters()[0].data["learned"]


def test_asked_often_sent_once_and_again_next_week():
    a_week(a_learner())
    tens = [SUNDAY_19_00 + timedelta(minutes=10 * n) for n in range(3)]

    assert [digests.queue_digests(now=now) for now in tens] == [1, 0, 0]
    assert digests.queue_digests(now=SUNDAY_19_00 + timedelta(weeks=1)) == 0  # nothing happened, nothing is ahead


def test_a_class_ahead_is_something_to_tell():
    enrolled(run=a_published_run())

    assert digests.queue_digests(now=SUNDAY_19_00) == 1
    assert letters()[0].data["headline"].startswith("8:00 thứ Ba 24/11/2026: ")


def test_the_hour_is_each_learners_own():
    run = a_published_run()
    enrolled(a_learner(digest_weekday=1, digest_hour=6), run)
    monday_6_00 = SUNDAY_19_00 + timedelta(hours=11)

    assert digests.queue_digests(now=monday_6_00 - timedelta(seconds=1)) == 0
    assert digests.queue_digests(now=monday_6_00) == 1


def wants_none(learner):
    learner.wants_digest = False
    learner.save()
    a_week(learner)


def is_closed(learner):
    a_week(learner)
    learner.is_active = False
    learner.save()


def learned_nothing(learner):
    """An unfinished course alone is no news."""
    place = enrolled(learner, a_published_run(sessions=0), now=FRIDAY - timedelta(days=20))
    has_read(place, up_to=1, now=FRIDAY - timedelta(days=19))


def left_the_class(learner):
    enrollment.withdraw(enrollment=enrolled(learner, a_published_run(), now=FRIDAY), now=FRIDAY)


def enrolled_nowhere(_learner):
    pass


@pytest.mark.parametrize(
    "spoil",
    [wants_none, is_closed, learned_nothing, left_the_class, enrolled_nowhere],
    ids=lambda value: value.__name__,
)
def test_who_gets_none(spoil):
    spoil(a_learner())

    assert digests.queue_digests(now=SUNDAY_19_00) == 0
    assert letters() == []


def test_a_batch_costs_the_same_for_one_and_for_thirty(django_assert_num_queries):
    a_week(a_learner())
    with django_assert_num_queries(12):
        digests.queue_digests(now=SUNDAY_19_00)
    for _ in range(30):
        enrolled(run=a_published_run())
    with django_assert_num_queries(12):
        assert digests.queue_digests(now=SUNDAY_19_00) == 30
    assert Learner.objects.filter(messages__kind="WEEKLY_DIGEST").count() == 31


def test_a_letter_that_waited_too_long_is_not_sent():
    a_week(a_learner())
    digests.queue_digests(now=SUNDAY_19_00 + timedelta(hours=1))

    message.deliver_due(now=SUNDAY_19_00 + timedelta(hours=48))

    (letter,) = letters()
    assert (letter.state, letter.failure) == ("DROPPED", "expired")
