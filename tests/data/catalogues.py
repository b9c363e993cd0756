"""
``make test-data DATA=folder``: import real and hostile catalogues, and compare with ``expected.csv``.

The files are no part of the repository, and their name keeps these tests out of ``make test``. Each file is imported
three times: as it is, when one wrong row refuses it whole; without its wrong rows; and once more, which must change
nothing. Seconds are those of the second time, reading included.
"""

import csv
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import pytest

from courses.actions import importing
from courses.choices import Format
from courses.importers import csv_catalog
from courses.importers.rows import UnreadableFile
from courses.models import CatalogEntry, Course
from credits.choices import KindOfCredit
from learners.models import Learner, Organization
from tests.factories.people import NOW, a_curator, an_organization

DATA = Path(os.environ["DATA"])
EXPECTED = Path(__file__).resolve().parent / "expected.csv"
EXPLAIN = os.environ.get("EXPLAIN") == "1"  # say why each row is refused
DEFAULTS = importing.Defaults(field_id="9999", kind_of_credit=KindOfCredit.ACADEMIC, format=Format.IN_PERSON)

HEADERLESS = {
    # a number, code, title, credits, credits paid for, weight of the final test
    "B_vietnamese/courses_hust_monhoc.csv": ("-", "code", "title_vi", "credits", "-", "-"),
}


@dataclass(frozen=True, slots=True)
class Count:
    """What one file comes to. ``answer``: ``taken`` whole, ``rows refused``, or ``file refused``."""

    file: str
    answer: str
    rows: int = 0
    taken: int = 0
    refused: int = 0


def expected() -> list[Count]:
    with EXPECTED.open(encoding="utf-8", newline="") as lines:
        return [
            Count(row["file"], row["answer"], int(row["rows"]), int(row["taken"]), int(row["refused"]))
            for row in csv.DictReader(lines)
        ]


@pytest.mark.django_db
@pytest.mark.parametrize("count", expected(), ids=lambda count: count.file)
def test_file_comes_to_what_is_expected(count: Count) -> None:
    provider, curator = an_organization(), a_curator()
    names = HEADERLESS.get(count.file, ())
    assert (DATA / count.file).is_file(), f"{DATA} has no {count.file}"

    try:
        catalog = csv_catalog.open_file(DATA / count.file, names=names, has_header=not names)
        answer = first_time(catalog, provider, curator)
    except UnreadableFile as refusal:
        print(f"{count.file:62} file refused: {refusal}")
        assert count == Count(count.file, "file refused")
        assert not Course.objects.exists()
        return
    started = perf_counter()
    report = importing.import_catalog(
        provider=provider,
        rows=csv_catalog.open_file(DATA / count.file, names=names, has_header=not names),
        actor=curator,
        defaults=DEFAULTS,
        now=NOW,
        publish=True,
        skip_refused=True,
    )
    seconds = perf_counter() - started
    again = importing.import_catalog(
        provider=provider, rows=catalog, actor=curator, defaults=DEFAULTS, now=NOW, publish=True, skip_refused=True
    )

    print(
        f"{count.file:62} {catalog.encoding:6} rows {report.rows:6} taken {report.new:6} refused {report.refused:5} "
        f"{seconds:6.1f} s; second run changes {again.new + again.changed}"
    )
    if EXPLAIN:
        for problem, times in Counter(f"{fault.column}: {fault.problem}" for fault in report.faults).most_common(5):
            print(f"    {times:5} × {problem}")
    assert Count(count.file, answer, report.rows, report.new, report.refused) == count
    assert (again.new, again.changed, again.unchanged, again.refused) == (0, 0, report.new, report.refused)
    assert CatalogEntry.objects.count() == Course.objects.count() == report.new


def first_time(catalog: csv_catalog.CsvCatalog, provider: Organization, curator: Learner) -> str:
    """Import the file as it is, in a dry run; return the answer."""
    try:
        importing.import_catalog(
            provider=provider, rows=catalog, actor=curator, defaults=DEFAULTS, now=NOW, publish=True, dry_run=True
        )
        answer = "taken"
    except importing.RowsRefused:
        answer = "rows refused"
    assert not Course.objects.exists()
    return answer
