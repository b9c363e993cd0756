"""
OWASP ASVS 5.0.0: each requirement of levels 1 and 2 on authentication, sessions and access, and what shows it is met.

The table is ``asvs.csv``, compared number by number with the published text of 5.0.0: the requirement in our words, and
tests, decision records or why it asks nothing of us. What stands here keeps the table whole: no requirement
without a line, no line that points nowhere.
"""

import ast
import csv
import math
import re
from functools import cache
from pathlib import Path

import pytest

from learners import rules

ROOT = Path(__file__).resolve().parent.parent.parent
CHAPTERS = ("6", "7", "8")
# How many requirements of levels 1 and 2 each section has; they are numbered before those of level 3.
REQUIRED = {
    **{"6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4},
    **{"7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2},
    **{"8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1},
}
NOTHING_ASKED = "none: "
A_TEST = re.compile(r"tests/[\w/]+\.py(::\w+)+")
A_RECORD = re.compile(r"portal/decisions/\d{4}-[\w-]+\.md")


def table() -> list[dict[str, str]]:
    with (Path(__file__).parent / "asvs.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ROWS = table()


@cache
def found_in(path: Path) -> frozenset[str]:
    """Return the tests of a file, those of a class as Class::test."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{each.name}" for each in node.body if isinstance(each, ast.FunctionDef)}
        elif isinstance(node, ast.FunctionDef):
            found.add(node.name)
    return frozenset(found)


def leads_somewhere(reference: str) -> bool:
    path, _colons, name = reference.partition("::")
    if A_RECORD.fullmatch(reference):
        return (ROOT / path).is_file()
    return bool(A_TEST.fullmatch(reference)) and (ROOT / path).is_file() and name in found_in(ROOT / path)


def test_every_requirement_has_one_line() -> None:
    named = [row["requirement"] for row in ROWS]
    required = {f"{section}.{number}" for section, many in REQUIRED.items() for number in range(1, many + 1)}

    assert len(named) == len(set(named))
    assert required - set(named) == set()
    assert {row["requirement"] for row in ROWS if row["level"] in "12"} == required


@pytest.mark.parametrize("row", ROWS, ids=[row["requirement"] for row in ROWS])
def test_every_line_is_shown_by_something_there_is(row: dict[str, str]) -> None:
    shown_by = row["shown_by"]
    references = [*A_TEST.finditer(shown_by), *A_RECORD.finditer(shown_by)]

    assert row["in_our_words"]
    assert A_TEST.search(shown_by) or "written down" in row["in_our_words"] or shown_by.startswith(NOTHING_ASKED)
    assert [each[0] for each in references if not leads_somewhere(each[0])] == []
    if not shown_by.startswith(NOTHING_ASKED):
        assert sorted(shown_by.split()) == sorted(each[0] for each in references)


def test_what_tests_say_they_show_stands_in_the_table() -> None:
    said = {
        number
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for line in re.findall(r"ASVS[ \d.,and]+", path.read_text(encoding="utf-8"))
        for number in re.findall(r"\d+\.\d+\.\d+", line)
        if number.split(".")[0] in CHAPTERS
    }

    assert said
    assert said - {row["requirement"] for row in ROWS} == set()


def test_no_secret_comes_from_the_random_of_games() -> None:
    """ASVS 6.5.3: Python's ``random`` can be foretold; ``secrets`` and Django's own functions cannot."""
    imports = re.compile(r"^\s*(import random|from random import)", re.MULTILINE)

    found = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "learners").rglob("*.py"))
        if imports.search(path.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_codes_are_long_enough_to_guess_at() -> None:
    """ASVS 6.5.4."""
    bits = {
        "sign-in code": rules.CODE_DIGITS * math.log2(10),
        "short code": rules.CARD_CODE_LETTERS * math.log2(len(rules.CARD_LETTERS)),
        "QR code": 8 * rules.SECRET_BYTES,
    }

    assert {name: round(each) for name, each in bits.items()} == {"sign-in code": 20, "short code": 39, "QR code": 128}


def test_limits_of_sessions_have_sources_and_staffs_are_shorter() -> None:
    """ASVS 7.1.1."""
    own, staff = rules.OWN_SESSION, rules.STAFF_SESSION

    assert staff.idle < own.idle
    assert staff.absolute < own.absolute
    assert all("ASVS" in limit.source for limit in (own, staff))
    assert max(rules.SHARED_IDLE, rules.CARD_SESSION) < own.idle
