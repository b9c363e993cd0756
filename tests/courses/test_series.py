"""A class of many weeks in one form: public holidays and Tết are skipped, shown before anything is saved."""

from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from courses.actions.run import weekly
from courses.models import CourseRun
from learners.actions import holiday
from tests.courses.proposal_form import COURSE
from tests.courses.proposal_form import RUN as PROPOSED_RUN
from tests.courses.proposal_form import address as proposal_address
from tests.courses.test_run_new import RUN, address
from tests.factories.catalog import a_published_version
from tests.factories.people import NOW

pytestmark = pytest.mark.django_db
TWELVE = RUN | {"starts_on_day": "8", "starts_on_month": "1", "starts_on_year": "27", "sessions_count": "12"}  # Fridays
IN_TET, KINGS_DAY = "2027-02-05", "2027-04-16"  # the last day of the lunar year; 10/3 of the lunar calendar


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def version():
    return a_published_version()


@pytest.fixture
def desk(version, learner_client):
    return learner_client(version.course.provider.registered_by)


def held_on(run):
    return [timezone.localdate(each.starts_at).isoformat() for each in run.class_sessions.all()]


def fridays(first, count, without=()):
    days, day = [], date.fromisoformat(first)
    while len(days) < count:
        if day.isoformat() not in without:
            days.append(day.isoformat())
        day += timedelta(days=7)
    return days


def test_what_falls_on_a_holiday_is_shown_before_it_is_saved(desk, version):
    page = desk.post(address(version), TWELVE).content.decode()

    assert not CourseRun.objects.exists()
    assert "Không học: thứ Sáu 5/2/2027 – Tết Nguyên đán" in page
    assert "âm lịch 29/12" in page
    assert "12 buổi" in page
    assert 'value="Phòng 2"' in page


def test_once_seen_it_is_saved_and_goes_on_for_as_many_weeks_more(desk, version):
    desk.post(address(version), TWELVE | {"holidays_seen": [IN_TET]})

    run = CourseRun.objects.get()
    assert held_on(run) == fridays("2027-01-08", 12, without=[IN_TET])
    assert (run.starts_on, run.ends_on) == (date(2027, 1, 8), date(2027, 4, 2))


def test_another_first_day_brings_other_holidays_which_are_shown_first(desk, version):
    later = TWELVE | {"starts_on_month": "2", "starts_on_day": "19", "holidays_seen": [IN_TET]}

    page = desk.post(address(version), later).content.decode()

    assert not CourseRun.objects.exists()
    assert "Giỗ Tổ Hùng Vương" in page
    assert "âm lịch 10/3" in page


def test_a_class_may_be_held_all_the_same(desk, version):
    desk.post(address(version), TWELVE | {"held_all_the_same": [IN_TET]})

    assert held_on(CourseRun.objects.get()) == fridays("2027-01-08", 12)


def test_single_dates_are_struck(desk, version):
    desk.post(address(version), TWELVE | {"held_all_the_same": [IN_TET], "struck": ["2027-01-15", "2027-01-29"]})

    assert held_on(CourseRun.objects.get()) == fridays("2027-01-08", 12, without=["2027-01-15", "2027-01-29"])


def test_until_a_last_day_there_are_fewer(desk, version):
    until = TWELVE | {"sessions_count": "", "ends_on_day": "19", "ends_on_month": "2", "ends_on_year": "27"}

    desk.post(address(version), until | {"holidays_seen": [IN_TET]})

    assert held_on(CourseRun.objects.get()) == fridays("2027-01-08", 6, without=[IN_TET])


def test_to_look_saves_nothing(desk, version):
    page = desk.post(address(version), RUN | {"look": "1"}).content.decode()

    assert not CourseRun.objects.exists()
    assert "3 buổi" in page
    assert 'name="struck" value="2026-12-19"' in page


def test_another_first_day_than_the_one_typed_is_on_the_page_before_it_is_saved(desk, version):
    sundays = RUN | {"weekdays": ["7"]}  # typed: a Saturday

    page = desk.post(address(version), sundays).content.decode()

    assert not CourseRun.objects.exists()
    assert "Thứ Bảy 12/12 không phải ngày học của lớp. Buổi đầu sẽ là Chủ nhật 13/12/2026." in page
    assert 'name="first_seen" value="2026-12-13"' in page

    desk.post(address(version), sundays | {"first_seen": ["2026-12-13"]})

    assert held_on(CourseRun.objects.get()) == ["2026-12-13", "2026-12-20", "2026-12-27"]


def test_a_first_day_seen_before_is_no_word_about_another(desk, version):
    desk.post(address(version), RUN | {"weekdays": ["3"], "first_seen": ["2026-12-13"]})

    assert not CourseRun.objects.exists()


def test_a_first_day_that_was_struck_by_hand_is_not_asked_about(desk, version):
    desk.post(address(version), RUN | {"struck": ["2026-12-12"]})

    assert held_on(CourseRun.objects.get())[0] == "2026-12-19"


@pytest.mark.parametrize("typed", ["2027-13-40", "x", "\0", "01/01/2027"])
def test_what_is_no_day_changes_nothing(desk, version, typed):
    desk.post(address(version), RUN | {"struck": [typed]})

    assert CourseRun.objects.get().class_sessions.count() == 3


def test_a_day_given_off_by_a_decision_is_skipped_like_the_others(desk, version):
    holiday.enter(day=date(2026, 12, 19), name_vi="Nghỉ bão", name_en="Storm", source="QĐ 1/QĐ-TTg")

    desk.post(address(version), RUN | {"holidays_seen": ["2026-12-19"]})

    assert held_on(CourseRun.objects.get()) == ["2026-12-12", "2026-12-26", "2027-01-02"]


def test_a_draft_shows_again_what_was_struck_and_held(learner_client, provider, manager):
    desk = learner_client(manager)
    said = COURSE | PROPOSED_RUN | {"weekdays": ["5"], "starts_on_day": "18", "sessions_count": "4"}
    desk.post(proposal_address(provider), said | {"held_all_the_same": ["2027-01-01"], "struck": ["2027-01-08"]})
    run = CourseRun.objects.get()
    edit = proposal_address(provider, f"{run.version.course_id}/edit/")

    form = desk.get(edit).context["form"]

    assert form["held_all_the_same"].value() == [date(2027, 1, 1)]
    assert form["struck"].value() == [date(2027, 1, 8)]
    assert held_on(run) == ["2026-12-18", "2026-12-25", "2027-01-01", "2027-01-15"]


@pytest.mark.parametrize(
    ("first", "count", "days"),
    [
        (date(2028, 2, 1), 5, ["1/2", "8/2", "15/2", "22/2", "29/2"]),
        (date(2027, 1, 31), 3, ["31/1", "7/2", "14/2"]),
        (date(2026, 12, 31), 2, ["31/12", "7/1"]),
    ],
    ids=["29 February", "month end", "year end"],
)
def test_weeks_run_over_every_border(first, count, days):
    series = weekly(first_day=first, weekdays=(), starts=time(23), minutes=120, count=count)

    assert [f"{start:%-d/%-m}" for start, _end in series.sessions] == days
    assert {(end - start) for start, end in series.sessions} == {timedelta(hours=2)}
    assert {(end.hour, end.date() - start.date()) for start, end in series.sessions} == {(1, timedelta(days=1))}
