"""
``make test-data DATA=folder``: import real and hostile files, and compare with ``expected.csv``.

The files are no part of the repository, and their name keeps these tests out of ``make test``. Each file is handed in
as a person would, its columns chosen where ``mappings.csv`` says so, and imported three times: as it is, when one wrong
row refuses it whole; without its wrong rows; and once more, which must change nothing. Seconds are those of the second
time, reading included. A file that is no catalogue is refused in one sentence, and nothing of it is left anywhere.
"""

import csv
import gzip
import json
import os
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import pytest
from django.test import Client

from courses.actions import importing
from courses.choices import Format
from courses.importers import opening, table, text_file
from courses.importers.rows import UnreadableFile
from courses.models import CatalogEntry, Course, CourseVersion
from courses.rules import RESULTS_PER_PAGE
from credits.choices import KindOfCredit
from learners.models import Learner, Organization
from tests.courses.test_hostile_course_text import assert_only_text
from tests.factories.people import NOW, a_curator, an_organization

DATA = Path(os.environ["DATA"])
HERE = Path(__file__).resolve().parent
EXPLAIN = os.environ.get("EXPLAIN") == "1"  # say why each row is refused
DEFAULTS = importing.Defaults(field_id="9999", kind_of_credit=KindOfCredit.ACADEMIC, format=Format.IN_PERSON)
COMPRESSED_BY_US = ".gz"  # the folder's own compression; an exported course of Open edX is a .tar.gz by itself


@dataclass(frozen=True, slots=True)
class Count:
    """What one file comes to. ``answer``: ``taken`` whole, ``rows refused``, or ``file refused``."""

    file: str
    answer: str
    rows: int = 0
    taken: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Mapping:
    """What a person says about a file whose columns have names of their own."""

    columns: tuple[tuple[str, str], ...] = ()  # ours and the file's, or its number; none: as they are recognised
    has_header: bool = True
    hours: int = 0  # for rows that say none
    is_online: bool = False
    language: str = "vi"


def expected() -> list[Count]:
    with (HERE / "expected.csv").open(encoding="utf-8", newline="") as lines:
        return [
            Count(row["file"], row["answer"], int(row["rows"]), int(row["taken"]), int(row["refused"]))
            for row in csv.DictReader(lines)
        ]


def mappings() -> dict[str, Mapping]:
    with (HERE / "mappings.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row["file"]: Mapping(
                tuple(tuple(pair.split("=", 1)) for pair in row["columns"].split("; ") if pair),  # type: ignore[misc]
                row["header"] != "no",
                int(row["hours"] or 0),
                row["format"] == "ONLINE",
                row["language"] or "vi",
            )
            for row in csv.DictReader(lines)
        }


MAPPINGS = mappings()


def opened(file: str) -> table.Catalog:
    """Return the catalogue in a file of the folder."""
    path, mapping = DATA / file, MAPPINGS.get(file, Mapping())
    content, name = text_file.content_of(path), path.name
    if name.endswith(COMPRESSED_BY_US) and not name.endswith(".tar.gz"):
        content, name = gzip.decompress(content), name.removesuffix(COMPRESSED_BY_US)
    read = opening.open_table(content, name=name, has_header=mapping.has_header)
    effort_needed = not mapping.hours
    ours = {theirs: name for name, theirs in mapping.columns}
    chosen = [ours.get(called.strip()) or ours.get(f"#{number}") for number, called in enumerate(read.header, start=1)]
    names = chosen if ours else table.suggested(read.header)
    return table.by_position(read, [name or table.SKIPPED for name in names], effort_needed=effort_needed)


def defaults_for(file: str) -> importing.Defaults:
    mapping = MAPPINGS.get(file, Mapping())
    return replace(
        DEFAULTS,
        format=Format.ONLINE if mapping.is_online else Format.IN_PERSON,
        languages=(mapping.language,),
        notional_minutes=mapping.hours * 60,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("count", expected(), ids=lambda count: count.file)
def test_file_comes_to_what_is_expected(count: Count, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    provider, curator = an_organization(), a_curator()
    assert (DATA / count.file).is_file(), f"{DATA} has no {count.file}"
    monkeypatch.chdir(tmp_path)
    started = perf_counter()
    try:
        catalog = opened(count.file)
        answer = first_time(catalog, provider, curator, count.file)
    except UnreadableFile as refusal:
        print(f"{count.file:66} {perf_counter() - started:6.1f} s; file refused: {refusal}")
        assert count == Count(count.file, "file refused")
        assert not Course.objects.exists()
        assert not list(tmp_path.iterdir())
        return
    started = perf_counter()
    report = importing.import_catalog(
        provider=provider,
        rows=opened(count.file),
        actor=curator,
        defaults=defaults_for(count.file),
        now=NOW,
        publish=True,
        skip_refused=True,
    )
    seconds = perf_counter() - started
    again = importing.import_catalog(
        provider=provider,
        rows=catalog,
        actor=curator,
        defaults=defaults_for(count.file),
        now=NOW,
        publish=True,
        skip_refused=True,
    )

    print(
        f"{count.file:66} {seconds:6.1f} s; rows {report.rows:6} taken {report.new:6} refused {report.refused:5}; "
        f"second run changes {again.new + again.changed}"
    )
    if EXPLAIN:
        for problem, times in Counter(f"{fault.column}: {fault.problem}" for fault in report.faults).most_common(5):
            print(f"    {times:5} × {problem}")
    assert Count(count.file, answer, report.rows, report.new, report.refused) == count
    assert (again.new, again.changed, again.unchanged, again.refused) == (0, 0, report.new, report.refused)
    assert CatalogEntry.objects.count() == Course.objects.count() == report.new
    assert not list(tmp_path.iterdir())


def first_time(catalog: table.Catalog, provider: Organization, curator: Learner, file: str) -> str:
    """Import the file as it is, in a dry run; return the answer."""
    try:
        importing.import_catalog(
            provider=provider,
            rows=catalog,
            actor=curator,
            defaults=defaults_for(file),
            now=NOW,
            publish=True,
            dry_run=True,
        )
        answer = "taken"
    except importing.RowsRefused:
        answer = "rows refused"
    assert not Course.objects.exists()
    return answer


LISTS = ("F_hostile/naughty_strings_blns.json", "F_hostile/xss/xss-payload-list_payloadbox.txt.gz")
PAGES_OPENED = 120


@pytest.mark.django_db
@pytest.mark.parametrize("file", LISTS)
def test_each_hostile_string_as_a_course_is_shown_as_text(file: str, client: Client) -> None:
    content = text_file.content_of(DATA / file)
    text = (gzip.decompress(content) if file.endswith(".gz") else content).decode()
    strings = json.loads(text) if file.endswith(".json") else text.splitlines()
    entries = [
        {"code": f"K{number}", "title": f"{string} {number}", "description": string, "tags": string[:40]}
        for number, string in enumerate(strings)
    ]
    catalog = table.by_header(
        opening.open_table(json.dumps(entries).encode(), name="hostile.json"), effort_needed=False
    )

    started = perf_counter()
    report = importing.import_catalog(
        provider=an_organization(),
        rows=catalog,
        actor=a_curator(),
        defaults=replace(DEFAULTS, notional_minutes=60),
        now=NOW,
        publish=True,
        skip_refused=True,
    )
    seconds = perf_counter() - started

    print(
        f"{file:66} {seconds:6.1f} s; rows {report.rows:6} taken {report.new:6} refused {report.refused:5}; as courses"
    )
    assert report.new + report.refused == report.rows == len(strings)
    versions = list(CourseVersion.objects.select_related("course").order_by("pk"))
    step = max(1, len(versions) // PAGES_OPENED)
    for version in versions[::step]:
        assert_only_text(client.get(version.get_absolute_url()).content.decode())
    for page in range(1, len(versions) // RESULTS_PER_PAGE, max(1, len(versions) // RESULTS_PER_PAGE // 20)):
        assert_only_text(client.get("/courses/", {"page": page}).content.decode())
