"""
Open data: each set as a table for spreadsheets and as JSON, written while it is sent.

A column is defined once, with its meaning in both languages: the files and the dictionary (``/data/``) are made of the
same definition. Texts stand as they were written, codes as they are stored; nothing depends on the reader's language.
Tables are RFC 4180, UTF-8 with a byte order mark; numbers stand without quotes, and no text begins as a formula does.
"""

import csv
import io
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import caches
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.exports import address
from courses.exports.open_data_columns import COURSES, ORGANIZATIONS, RUNS, Column, Value
from courses.queries import open_data as queries
from courses.queries.open_data import Edition, Part
from courses.rules import OPEN_DATA_LICENCE, OPEN_DATA_LICENCE_URL
from learners import formats

BYTE_ORDER_MARK = "\ufeff"
PARTS_KEPT_SECONDS, QUICKLY = 7 * 24 * 3600, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    name: str  # of the files
    title: Promise
    about: Promise
    columns: Sequence[Column]
    parts: Callable[[datetime], Iterable[Part]]
    edition: Callable[[datetime], Edition]


DATASETS = {
    each.name: each
    for each in (
        Dataset(
            name="courses",
            title=_("Courses"),
            about=_("Every published course, one line each."),
            columns=COURSES,
            parts=lambda now: queries.course_parts(),
            edition=lambda now: queries.courses_edition(),
        ),
        Dataset(
            name="runs",
            title=_("Runs one may enrol in"),
            about=_("Every run that is open now or will be, one line each; names no learner and counts none."),
            columns=RUNS,
            parts=lambda now: queries.run_parts(now=now),
            edition=lambda now: queries.runs_edition(now=now),
        ),
        Dataset(
            name="organizations",
            title=_("Register of verified organisations"),
            about=_("Who may offer courses here, who verified them and until when."),
            columns=ORGANIZATIONS,
            parts=lambda now: queries.organization_parts(),
            edition=lambda now: queries.organizations_edition(),
        ),
    )
}


def as_csv(dataset: Dataset, *, now: datetime) -> Iterator[bytes]:
    """Yield the set as a table, some rows at a time."""
    yield (BYTE_ORDER_MARK + _lines([[column.name for column in dataset.columns]])).encode()
    for part in dataset.parts(now):
        yield _kept(f"{dataset.name}.csv", part, lambda rows: _lines([[*map(_cell, row)] for row in rows]), dataset)


def as_json(dataset: Dataset, *, now: datetime) -> Iterator[bytes]:
    """Yield the set as one JSON object: licence, where the columns are described, and the rows as objects."""
    names = [column.name for column in dataset.columns]
    head = {
        "licence": OPEN_DATA_LICENCE,
        "licence_address": OPEN_DATA_LICENCE_URL,
        "source": "Học Suốt Đời",
        "dictionary": address.absolute("/data/"),
    }
    yield f"{json.dumps(head, ensure_ascii=False)[:-1]}, {json.dumps(dataset.name)}: [".encode()
    between = b"\n"
    for part in dataset.parts(now):
        yield between
        yield _kept(f"{dataset.name}.json", part, lambda rows: _objects(names, rows), dataset)
        between = b",\n"
    yield b"\n]}\n"


def _kept(file: str, part: Part, write: Callable[[Iterable[list[Value]]], str], dataset: Dataset) -> bytes:
    """Return a part of a file as it was written before, if its rows still say the same (decision 0512)."""
    pages, key = caches["pages"], f"open-data:{settings.VERSION}:{file}:{part.number}"
    if part.mark and (kept := pages.get(key)) and kept[0] == part.mark:
        return zlib.decompress(kept[1])
    written = write([column.value(row) for column in dataset.columns] for row in part.rows()).encode()
    if part.mark:
        pages.set(key, (part.mark, zlib.compress(written, QUICKLY)), PARTS_KEPT_SECONDS)
    return written


def _objects(names: Sequence[str], rows: Iterable[list[Value]]) -> str:
    return ",\n".join(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) for row in rows)


def _lines(rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def _cell(value: Value) -> object:
    """Return what is written into a table: a list as its values with a space between, all of them codes."""
    if value is None:
        return ""
    if isinstance(value, list):
        value = " ".join(value)
    return formats.spreadsheet_text(value) if isinstance(value, str) else value
