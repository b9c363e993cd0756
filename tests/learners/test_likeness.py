"""Whether two accounts are likely one person: measured on pairs of which it is known, and each tolerance by itself."""

import csv
import unicodedata
from pathlib import Path

import pytest

from learners.queries.likeness import Known, are_likely_one
from tests.data import build_people_pairs

PAIRS = Path(__file__).resolve().parent.parent / "data" / "people_pairs.csv"
PRECISION_MIN = 0.98
RECALL_MIN = 0.85  # measured: 0.876


def pairs():
    with PAIRS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def known(row, side):
    year = row[f"year_{side}"]
    return Known(row[f"name_{side}"], int(year) if year else None, row[f"commune_{side}"], row[f"phone_{side}"])


def test_of_the_pairs_it_names_98_in_100_are_one_person_and_it_finds_most():
    rows = pairs()
    named = [row for row in rows if are_likely_one(known(row, "a"), known(row, "b"))]
    right = sum(row["is_one"] == "1" for row in named)

    assert len(rows) >= 1000
    assert right / len(named) >= PRECISION_MIN
    assert right / sum(row["is_one"] == "1" for row in rows) >= RECALL_MIN


def test_it_does_not_matter_which_of_the_two_comes_first():
    rows = pairs()

    assert [are_likely_one(known(row, "a"), known(row, "b")) for row in rows] == [
        are_likely_one(known(row, "b"), known(row, "a")) for row in rows
    ]


def test_the_file_is_what_its_script_builds():
    rows = [list(row.values()) for row in pairs()]

    assert rows == build_people_pairs.pairs()


HOA = Known("Nguyễn Thị Hòa", 1952, "31135", "0912345678")


@pytest.mark.parametrize(
    "other",
    [
        Known("Nguyen Thi Hoa", 1952, "31135"),
        Known("NGUYỄN THỊ HOÀ", 1952, "31135"),
        Known(unicodedata.normalize("NFD", "Nguyễn Thị Hòa"), 1952, "31135"),
        Known("Hòa Nguyễn Thị", 1952, "31135"),
        Known("Thị Hòa Nguyễn", 1952, "31135"),
        Known("Bà Nguyễn Thị Hòa", 1952, "31135"),
        Known("Nguyễn Thị Hòa", None, "31135"),
        Known("nguyen thi hoa", None, "", "+84 912 345 678"),
        Known("Nguyễn Thị Hòa", None, "", "0084912345678"),
        Known("Nguyễn Thị Hòa", None, "", "84.912.345.678"),
        Known("Nguyễn Thị Hòa", None, "", "+84 (0)912345678"),
        Known("Nguyễn Thị Hòa", 1953, "00001", "０９１２３４５６７８"),
        Known("Nguyễn Hòa", 1952, "00001", "0912345678"),
    ],
    ids=lambda other: f"{other.full_name} {other.birth_year} {other.commune} {other.phone}",
)
def test_one_person_written_otherwise(other):
    assert are_likely_one(HOA, other)


@pytest.mark.parametrize(
    "other",
    [
        Known("Nguyễn Thị Hoa", 1952, "31135"),
        Known("Nguyễn Thị Hóa", None, "31135"),
        Known("Nguyễn Thị Hòa", 1960, "31135", "0912345678"),
        Known("Nguyễn Thị Hòa", 1952, "00001"),
        Known("Nguyễn Thị Hòa", None, "31135", "0987654321"),
        Known("Nguyễn Văn Hòa", 1952, "31135", "0912345678"),
        Known("Nguyễn Hòa", 1952, "31135"),
        Known("Nguyễn Thị Hòa"),
        Known("", None, "31135"),
    ],
    ids=lambda other: f"{other.full_name} {other.birth_year} {other.commune} {other.phone}",
)
def test_somebody_else(other):
    assert not are_likely_one(HOA, other)
