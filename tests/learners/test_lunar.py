"""The lunar calendar against days that are known."""

from datetime import date, timedelta

import pytest

from learners.lunar import LunarDate, lunar_date

NEW_YEARS = [
    date(1985, 1, 21),  # a month before China
    date(2007, 2, 17),  # a day before China
    date(2023, 1, 22),
    date(2024, 2, 10),
    date(2025, 1, 29),
    date(2026, 2, 17),
    date(2027, 2, 6),
    date(2028, 1, 26),
    date(2029, 2, 13),
    date(2030, 2, 2),  # a day before China
]


@pytest.mark.parametrize("solar", NEW_YEARS, ids=str)
def test_tet_falls_where_it_falls_in_viet_nam(solar):
    assert lunar_date(solar) == LunarDate(solar.year, 1, 1)
    assert lunar_date(solar - timedelta(days=1)).month == 12


@pytest.mark.parametrize(("year", "leap_month"), [(2023, 2), (2025, 6), (2026, None), (2028, 5)])
def test_leap_months(year, leap_month):
    days = [lunar_date(date(year, 1, 1) + timedelta(days=number)) for number in range(365)]

    assert {day.month for day in days if day.is_leap} == ({leap_month} if leap_month else set())


@pytest.mark.parametrize(
    ("solar", "lunar"),
    [
        (date(2026, 11, 21), LunarDate(2026, 10, 13)),
        (date(2026, 11, 24), LunarDate(2026, 10, 16)),
        (date(2025, 8, 1), LunarDate(2025, 6, 8, is_leap=True)),
        (date(2027, 2, 5), LunarDate(2026, 12, 29)),
    ],
    ids=str,
)
def test_known_days(solar, lunar):
    assert lunar_date(solar) == lunar


def test_every_day_follows_the_one_before():
    before = lunar_date(date(1968, 1, 1))
    for number in range(1, 366 * 60):
        after = lunar_date(date(1968, 1, 1) + timedelta(days=number))
        is_next_day = (after.year, after.month, after.is_leap, after.day) == (
            before.year,
            before.month,
            before.is_leap,
            before.day + 1,
        )
        assert is_next_day or (after.day == 1 and before.day in {29, 30})
        before = after


@pytest.mark.parametrize("year", [1967, 2200])
def test_years_the_calendar_does_not_know(year):
    with pytest.raises(ValueError, match="1968 to 2199"):
        lunar_date(date(year, 6, 1))
