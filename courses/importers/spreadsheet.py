"""
Workbooks: XLSX, XLS and ODS.

The first sheet with something in it says which columns there are; the sheets after it with the same header go on, the
others are not read. A title above the header is stepped over. Line numbers are those the spreadsheet shows.
"""

import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from courses.importers import columns
from courses.importers.csv_table import refuse_too_many_columns
from courses.importers.rows import UnreadableFile, excerpt
from courses.importers.table import Record
from courses.rules import (
    IMPORT_ROWS_MAX,
    SHEETS_MAX,
    SPREADSHEET_MEMORY_BYTES_MAX,
    SPREADSHEET_OUTPUT_BYTES_MAX,
    SPREADSHEET_SECONDS_MAX,
)

CHILD = Path(__file__).with_name("spreadsheet_child.py")
HEADER_WITHIN_ROWS = 20  # a title, an address and a date stand above many a table
HEADER_NAMES_MIN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadsheetTable:
    """A workbook that has been read; its rows as the child wrote them."""

    told: str
    header: tuple[str, ...]
    rows_about: int
    starts: dict[int, int]  # number of each sheet that is read → the line of its header
    names: Sequence[str]
    rows: bytes = field(repr=False)

    def records(self) -> Iterator[Record]:
        for number, line, cells in _rows(self.rows):
            if number in self.starts and line > self.starts[number]:
                yield Record(line, cells, self.names[number] if len(self.starts) > 1 else "")


def read(content: bytes, *, name: str, has_header: bool = True) -> SpreadsheetTable:
    """
    Return a workbook as a table.

    :raises UnreadableFile: if it is damaged, protected, empty, or larger than its reader may grow.
    """
    rows = _converted(content, name)
    names = json.loads(rows.partition(b"\n")[0])
    if len(names) > SHEETS_MAX.count_max:
        raise UnreadableFile(
            _("%(name)s has %(count)s sheets; at most %(max)s are read.")
            % {"name": name, "count": len(names), "max": SHEETS_MAX.count_max}
        )
    heads: dict[int, list[tuple[int, list[str]]]] = {}
    count = 0
    for number, line, cells in _rows(rows):
        count += 1
        head = heads.setdefault(number, [])
        if len(head) < HEADER_WITHIN_ROWS:
            head.append((line, cells))
    if not heads:
        raise UnreadableFile(_("%(name)s is empty.") % {"name": name})
    if count > IMPORT_ROWS_MAX.count_max + HEADER_WITHIN_ROWS * len(heads):
        raise UnreadableFile(
            _("The file has more than %(max)s rows. Split it into several files.") % {"max": IMPORT_ROWS_MAX.count_max}
        )
    header, starts = _header(heads) if has_header else _numbered(heads)
    refuse_too_many_columns(len(header))
    left_out = [names[number] for number in heads if number not in starts]
    told = _("Read as a spreadsheet: sheet %(names)s.") % {
        "names": ", ".join(excerpt(names[number]) for number in starts)
    }
    if left_out:
        told += " " + _("Sheets with other columns are not read: %(names)s.") % {
            "names": ", ".join(excerpt(each) for each in left_out)
        }
    return SpreadsheetTable(told=told, header=header, rows_about=count, starts=starts, names=names, rows=rows)


def _header(heads: dict[int, list[tuple[int, list[str]]]]) -> tuple[tuple[str, ...], dict[int, int]]:
    """Return the header, and of each sheet that has it, on which line."""
    first = next(iter(heads.values()))
    _line, cells = max(first, key=lambda each: (_known(each[1]) >= HEADER_NAMES_MIN) * _known(each[1]))
    if _known(cells) < HEADER_NAMES_MIN:
        _line, cells = first[0]
    header = _trimmed(cells)
    starts = {}
    for number, head in heads.items():
        if line := next((line for line, cells in head if _trimmed(cells) == header), None):
            starts[number] = line
    return header, starts


def _numbered(heads: dict[int, list[tuple[int, list[str]]]]) -> tuple[tuple[str, ...], dict[int, int]]:
    number, head = next(iter(heads.items()))
    widest = max(len(cells) for _line, cells in head)
    return tuple(str(position) for position in range(1, widest + 1)), {number: 0}


def _known(cells: Sequence[str]) -> int:
    return sum(columns.find(cell) is not None for cell in cells if len(cell) <= columns.CODE_CHARACTERS_MAX)


def _trimmed(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the cells without the empty ones at the end, which a spreadsheet adds to make rows equally long."""
    last = max((position for position, cell in enumerate(cells, start=1) if cell), default=0)
    return tuple(cells[:last])


def _rows(written: bytes) -> Iterator[tuple[int, int, list[str]]]:
    lines = iter(io.BytesIO(written))
    next(lines)  # the names
    for line in lines:
        number, row, cells = json.loads(line)
        yield number, row, cells


def _converted(content: bytes, name: str) -> bytes:
    """Have the child read the workbook; return what it says."""
    limits = (SPREADSHEET_MEMORY_BYTES_MAX, SPREADSHEET_SECONDS_MAX, SPREADSHEET_OUTPUT_BYTES_MAX)
    rows_max = IMPORT_ROWS_MAX.count_max + HEADER_WITHIN_ROWS
    arguments = [str(limit.count_max) for limit in limits] + [str(rows_max)]
    with tempfile.TemporaryFile() as workbook, tempfile.TemporaryFile() as output:
        workbook.write(content)
        workbook.seek(0)
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(CHILD), *arguments],
                stdin=workbook,
                stdout=output,
                stderr=subprocess.DEVNULL,
                timeout=2 * SPREADSHEET_SECONDS_MAX.count_max,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise _unreadable(name) from error
        if done.returncode:
            raise _unreadable(name)
        output.seek(0)
        return output.read()


def _unreadable(name: str) -> UnreadableFile:
    return UnreadableFile(
        _(
            "%(name)s cannot be read: it is damaged, protected by a password, or has far more cells than a catalogue. "
            "Copy the rows into a new workbook, or save it as “CSV UTF-8”."
        )
        % {"name": name}
    )
