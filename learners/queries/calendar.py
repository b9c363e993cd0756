"""
Working days: Monday to Friday less the public holidays.

Source: Decision 188/1999/QĐ-TTg (public offices rest on Saturdays and Sundays); the holidays are rows with theirs.
Beyond the last year with rows only weekends count; the desk says when that year comes near.
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from learners.models import Holiday

FRIDAY = 5
DAY = timedelta(days=1)


def is_working_day(day: date) -> bool:
    """Return whether public offices work on that day; one query."""
    return _works(day, _holidays(day, day))


def working_days_after(day: date, count: int) -> date:
    """
    Return the ``count``-th working day after ``day``, which is not counted itself; one query.

    :raises ValueError: if ``count`` is not positive.
    """
    return working_days_after_each({day}, count)[day]


def working_days_after_each(days: Collection[date], count: int) -> dict[date, date]:
    """
    Return for each of these days the ``count``-th working day after it; one query for all.

    :raises ValueError: if ``count`` is not positive.
    """
    if count < 1:
        raise ValueError(f"a number of days after another is at least 1, not {count}")
    if not days:
        return {}
    holidays = frozenset(Holiday.objects.filter(day__gt=min(days)).values_list("day", flat=True))
    return {day: _after(day, count, holidays) for day in days}


def working_days_taken(spans: Sequence[tuple[date, date]]) -> list[int]:
    """
    Return for each span how many working days lie after its first day, up to its last and with it; one query for all.

    What is asked for and answered on one day took none.
    """
    if not spans:
        return []
    holidays = _holidays(min(first for first, _last in spans), max(last for _first, last in spans))
    return [
        sum(_works(first + number * DAY, holidays) for number in range(1, (last - first).days + 1))
        for first, last in spans
    ]


def holidays_between(first: date, last: date) -> dict[date, Holiday]:
    """Return the public holidays from one day to another, both with it, in order; one query."""
    found = Holiday.objects.filter(day__range=(first, last)).order_by("day")
    return {holiday.day: holiday for holiday in found}


def last_known_holiday() -> date | None:
    """Return the last public holiday there is a row for."""
    return Holiday.objects.order_by("-day").values_list("day", flat=True).first()


def _holidays(first: date, last: date) -> frozenset[date]:
    return frozenset(Holiday.objects.filter(day__range=(first, last)).values_list("day", flat=True))


def _after(day: date, count: int, holidays: Collection[date]) -> date:
    while count:
        day += DAY
        count -= _works(day, holidays)
    return day


def _works(day: date, holidays: Collection[date]) -> bool:
    return day.isoweekday() <= FRIDAY and day not in holidays
