"""
Write holidays.csv: the public holidays of Viet Nam, as the law and the moon have them.

Run when a year is added, by hand; the portal reads only the CSV::

    python -m learners.data.build_holidays

Source: Labour Code 45/2019/QH14, art. 112(1) for the days and art. 111(3) for those given back. Which five days are
the Lunar New Year's, and whether 1 or 3 September goes with the National Day, the Prime Minister decides each year
(art. 112(3)). Decided years say so; for the others the usual days stand until curators correct the rows at the desk.
"""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from learners.lunar import LunarDate, lunar_date

OUTPUT = Path(__file__).with_name("holidays.csv")
FIRST_YEAR, LAST_YEAR = 2026, 2030
LAST_DECIDED_YEAR = 2026  # art. 112(3)
LAW = "Labour Code 45/2019/QH14"
SATURDAY = 6
MONDAY, THURSDAY = 1, 4
DAY = timedelta(days=1)


class Row(NamedTuple):
    day: date
    name_vi: str
    name_en: str
    source: str


def rows() -> list[Row]:
    """Return every day off but the weekly ones, in the order of the calendar."""
    holidays = [row for year in range(FIRST_YEAR, LAST_YEAR + 1) for row in of_year(year)]
    return sorted([*holidays, *given_back(holidays)])


def of_year(year: int) -> Iterator[Row]:
    """Yield the eleven days of art. 112(1)."""
    usual = "" if year <= LAST_DECIDED_YEAR else "; the usual day, until decided under art. 112(3)"
    yield Row(date(year, 1, 1), "Tết Dương lịch", "New Year's Day", f"{LAW}, art. 112(1)(a)")
    new_year = solar(year, month=1, day=1)
    for number in range(-1, 4):  # the last day of the old year and the first four of the new
        day = new_year + number * DAY
        yield Row(day, "Tết Nguyên đán", "Lunar New Year", f"{LAW}, art. 112(1)(b){usual}")
    kings = solar(year, month=3, day=10)
    yield Row(kings, "Giỗ Tổ Hùng Vương", "Hùng Kings' Commemoration Day", f"{LAW}, art. 112(1)(e)")
    yield Row(date(year, 4, 30), "Ngày Chiến thắng", "Victory Day", f"{LAW}, art. 112(1)(c)")
    yield Row(date(year, 5, 1), "Ngày Quốc tế Lao động", "International Labour Day", f"{LAW}, art. 112(1)(d)")
    national = date(year, 9, 2)
    # The neighbour that joins a weekend, else the day before: so it was decided in each year from 2021 to 2026.
    beside = national + (DAY if national.isoweekday() in {MONDAY, THURSDAY} else -DAY)
    yield Row(national, "Quốc khánh", "National Day", f"{LAW}, art. 112(1)(đ)")
    yield Row(beside, "Quốc khánh", "National Day", f"{LAW}, art. 112(1)(đ){usual}")


def solar(year: int, *, month: int, day: int) -> date:
    """Return the solar day of a lunar date early in the lunar year that begins in ``year``."""
    found = date(year, 1, 1)
    while lunar_date(found) != LunarDate(year, month, day):
        found += DAY
    return found


def given_back(holidays: list[Row]) -> Iterator[Row]:
    """Yield the working day after each holiday that falls on a Saturday or Sunday. Source: art. 111(3)."""
    taken = {row.day for row in holidays}
    for row in sorted(holidays):
        if row.day.isoweekday() < SATURDAY:
            continue
        day = row.day
        while day.isoweekday() >= SATURDAY or day in taken:
            day += DAY
        taken.add(day)
        yield Row(day, f"Nghỉ bù {row.name_vi}", f"{row.name_en}, given back", f"{LAW}, art. 111(3)")


def main() -> None:
    with OUTPUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Row._fields)
        writer.writerows(rows())
    print(f"{OUTPUT.name}: {len(rows())} days")


if __name__ == "__main__":
    main()
