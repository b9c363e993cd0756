"""Working days: which they are, and counting them over weekends, Tết and the turn of a year."""

import csv
from datetime import date, timedelta

import pytest
from django.urls import reverse

from learners.actions import holiday
from learners.data import build_holidays
from learners.models import Holiday
from learners.queries import calendar
from tests.factories.people import a_curator

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 20), True),  # Friday
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 11, 22), False),
        (date(2026, 11, 23), True),
        (date(2027, 1, 1), False),
        (date(2027, 2, 4), True),  # the day before the last day of the year
        (date(2027, 2, 5), False),
        (date(2027, 2, 9), False),  # the fourth of the new year
        (date(2027, 2, 10), False),  # given back: the first was a Saturday
        (date(2027, 2, 11), False),  # given back: the second was a Sunday
        (date(2027, 2, 12), True),
        (date(2026, 4, 26), False),  # the tenth of the third month, a Sunday
        (date(2026, 4, 27), False),  # given back
        (date(2028, 4, 30), False),  # Sunday
        (date(2028, 5, 1), False),
        (date(2028, 5, 2), False),  # given back after Labour Day
        (date(2027, 9, 3), False),  # the National Day is a Thursday
        (date(2026, 9, 1), False),  # ... a Wednesday
        (date(2026, 9, 3), True),
    ],
    ids=str,
)
def test_is_working_day(day, works):
    assert calendar.is_working_day(day) is works


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # over a weekend
        (date(2026, 11, 21), 1, date(2026, 11, 23)),  # from a day off
        (date(2026, 11, 21), 15, date(2026, 12, 11)),
        (date(2026, 12, 18), 15, date(2027, 1, 11)),  # over New Year
        (date(2027, 2, 4), 1, date(2027, 2, 12)),  # over Tết
        (date(2027, 1, 28), 15, date(2027, 2, 25)),
        (date(2040, 1, 2), 1, date(2040, 1, 3)),  # beyond the calendar only weekends count
    ],
    ids=str,
)
def test_working_days_after(day, count, then, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert calendar.working_days_after(day, count) == then


@pytest.mark.parametrize("count", [0, -1])
def test_there_is_no_day_before_the_first(count):
    with pytest.raises(ValueError, match="at least 1"):
        calendar.working_days_after(date(2026, 11, 20), count)


def test_working_days_taken_by_many_in_one_query(django_assert_num_queries):
    spans = [
        (date(2026, 11, 20), date(2026, 11, 20)),
        (date(2026, 11, 20), date(2026, 11, 23)),
        (date(2027, 2, 4), date(2027, 2, 12)),
        (date(2026, 12, 18), date(2027, 1, 11)),
    ]

    with django_assert_num_queries(1):
        assert calendar.working_days_taken(spans) == [0, 1, 1, 15]
    assert calendar.working_days_taken([]) == []


def test_taken_is_the_mirror_of_after():
    first = date(2026, 12, 1)
    for number in range(120):
        day = first + timedelta(days=number)
        then = calendar.working_days_after(day, 15)

        assert calendar.working_days_taken([(day, then)]) == [15]
        assert calendar.is_working_day(then)


def test_the_file_is_what_the_script_writes():
    with build_holidays.OUTPUT.open(encoding="utf-8", newline="") as lines:
        written = [tuple(row.values()) for row in csv.DictReader(lines)]

    assert written == [(row.day.isoformat(), *row[1:]) for row in build_holidays.rows()]
    assert Holiday.objects.count() == len(written)


@pytest.mark.parametrize("year", range(2026, 2031))
def test_a_year_has_eleven_holidays_and_one_more_for_each_at_a_weekend(year):
    days = [row for row in build_holidays.rows() if row.day.year == year]
    by_law = [row for row in days if "112(1)" in row.source]

    assert len(by_law) == 11
    assert len(days) - 11 == sum(row.day.isoweekday() > 5 for row in by_law)
    assert all(row.day.isoweekday() <= 5 for row in days if "111(3)" in row.source)


def test_a_curator_enters_corrects_and_takes_back_a_holiday(client):
    client.force_login(a_curator())
    day = date(2026, 11, 24)
    words = {"name_vi": "Ngày Văn hóa Việt Nam", "name_en": "", "source": "Nghị quyết"}

    entered = client.post(reverse("admin:learners_holiday_add"), {"day": day.isoformat(), **words})
    row = Holiday.objects.get(day=day)
    corrected = client.post(reverse("admin:learners_holiday_change", args=[row.pk]), {**words, "source": "Luật"})
    off = calendar.is_working_day(day)
    taken_back = client.post(reverse("admin:learners_holiday_delete", args=[row.pk]), {"post": "yes"})

    assert (entered.status_code, corrected.status_code, taken_back.status_code) == (302, 302, 302)
    assert (off, calendar.is_working_day(day)) == (False, True)


def test_a_holiday_entered_twice_is_one_with_the_later_words():
    day = date(2026, 11, 24)
    holiday.enter(day=day, name_vi="Ngày nghỉ", name_en="", source="Nghị quyết")

    holiday.enter(day=day, name_vi="Ngày Văn hóa", name_en="", source="Luật")

    assert list(Holiday.objects.filter(day=day).values_list("name_vi", "source")) == [("Ngày Văn hóa", "Luật")]


@pytest.mark.parametrize(("last", "asks"), [("2026-12-31", True), ("2130-09-03", False), (None, True)])
def test_the_desk_asks_for_holidays_before_the_calendar_ends(client, last, asks):
    Holiday.objects.all().delete()
    if last:
        holiday.enter(day=date.fromisoformat(last), name_vi="Ngày nghỉ", name_en="", source="Luật")
    client.force_login(a_curator())

    page = client.get(reverse("admin:index"))

    assert (reverse("admin:learners_holiday_add") in [where for _w, _n, where in page.context["waiting"]]) is asks
