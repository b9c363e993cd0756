"""
Catalogues in CSV, in the shapes spreadsheets give them.

Separated by comma, semicolon or tab, told by the first line; Excel's ``sep=;`` line is understood. Line numbers are
those an editor shows, counted from 1.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from courses.importers import columns, text_file
from courses.importers.columns import SKIPPED
from courses.importers.rows import CatalogRow, Fault, RefusedRow, UnreadableFile, excerpt
from courses.rules import IMPORT_COLUMNS_MAX, IMPORT_ROWS_MAX

DELIMITERS = (",", ";", "\t")
NAMES_SHOWN_MAX = 5
_SEPARATOR_LINE = re.compile(r"sep=([,;\t])\s*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvCatalog:
    """An opened file: how it is written, and which column means what. Iterating yields its rows, again each time."""

    text: str
    encoding: str
    delimiter: str
    names: tuple[str | None, ...]  # our name of each column; None is not read
    headers: dict[str, str]  # our name → how the file calls it
    header: tuple[str, ...]  # the header line; empty when there is none
    first_line: int  # the last line that is not data
    unused: tuple[str, ...]  # columns of the file that are not read

    @property
    def lines_count(self) -> int:
        return self.text.count("\n") or self.text.count("\r")

    def __iter__(self) -> Iterator[CatalogRow | RefusedRow]:
        """
        Yield each row, in the order of the file.

        :raises UnreadableFile: if the file stops being CSV, or has too many rows or none.
        """
        count = 0
        for line, cells in _records(self.text, self.delimiter):
            if line <= self.first_line or not any(cells):
                continue
            count += 1
            if count > IMPORT_ROWS_MAX.count_max:
                raise UnreadableFile(
                    _("The file has more than %(max)s rows. Split it into several files.")
                    % {"max": IMPORT_ROWS_MAX.count_max}
                )
            yield self._row(line, cells)
        if not count:
            raise UnreadableFile(_("The file has no rows below its header."))

    def _row(self, line: int, cells: Sequence[str]) -> CatalogRow | RefusedRow:
        if any(cells[len(self.names) :]):
            problem = _("The row has %(count)s cells where the file has %(expected)s columns.") % {
                "count": len(cells),
                "expected": len(self.names),
            }
            fix = _("Put a text that contains the separator between quotation marks.")
            return RefusedRow(line=line, faults=(Fault(line=line, column="", problem=problem, fix=fix),))
        if self.header and tuple(cells) == self.header:
            problem, fix = _("The header stands here once more."), _("Take this line out.")
            return RefusedRow(line=line, faults=(Fault(line=line, column="", problem=problem, fix=fix),))
        record = {name: cell for name, cell in zip(self.names, cells, strict=False) if name}
        return columns.read_row(line, record, self.headers)


def open_file(path: Path, *, names: Sequence[str] = (), has_header: bool) -> CsvCatalog:
    """
    Open a catalogue in CSV.

    Its header tells which column is which; or ``names`` does, by position: our column names, ``-`` for what is not
    read. With ``names`` a header is only stepped over.

    :raises UnreadableFile: if it cannot be read or a required column is missing.
    """
    text, encoding = text_file.read(path)
    text = text.replace("\r\r\n", "\r\n")  # a careless copy doubles the return; the line stays one
    first_line, delimiter = 0, None
    if hint := _SEPARATOR_LINE.match(text.split("\n", 1)[0]):
        first_line, delimiter = 1, hint.group(1)
    delimiter = delimiter or _delimiter(text)
    start = next(((line, cells) for line, cells in _records(text, delimiter) if line > first_line and any(cells)), None)
    if start is None:
        raise UnreadableFile(_("%(name)s is empty.") % {"name": path.name})
    if len(start[1]) > IMPORT_COLUMNS_MAX.count_max:
        raise UnreadableFile(
            _("The file has %(count)s columns; at most %(max)s are read.")
            % {"count": len(start[1]), "max": IMPORT_COLUMNS_MAX.count_max}
        )
    header = tuple(start[1]) if has_header else ()
    mapped = _by_position(names) if names else _by_header(start[1])
    return CsvCatalog(
        text=text,
        encoding=encoding,
        delimiter=delimiter,
        names=mapped,
        headers={} if names else {name: cell.strip() for name, cell in zip(mapped, header, strict=True) if name},
        header=header,
        first_line=start[0] if has_header else first_line,
        unused=() if names else tuple(excerpt(cell) for name, cell in zip(mapped, header, strict=True) if not name),
    )


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the number of the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableFile(
                _(
                    "The file cannot be read from line %(line)s on: a quotation mark there is not closed, or stands "
                    "inside a text. Close it, or write it twice."
                )
                % {"line": line}
            ) from error
        yield line, cells


def _delimiter(text: str) -> str:
    """Return what separates the columns: whatever cuts the first line into most cells."""
    first = next((line for line in re.split(r"[\r\n]+", text[: 1 << 16]) if line.strip()), "")
    return max(DELIMITERS, key=lambda each: len(next(csv.reader([first], delimiter=each), [])))


def _by_position(names: Sequence[str]) -> tuple[str | None, ...]:
    known = {column.name for column in columns.COLUMNS}
    unknown = [name for name in names if name != SKIPPED and name not in known]
    if unknown:
        raise UnreadableFile(
            _("There is no column “%(name)s”. The columns are: %(names)s, and - for one that is not read.")
            % {"name": excerpt(unknown[0]), "names": ", ".join(column.name for column in columns.COLUMNS)}
        )
    return _complete(tuple(None if name == SKIPPED else name for name in names), ())


def _by_header(header: Sequence[str]) -> tuple[str | None, ...]:
    found = (columns.find(cell) for cell in header)
    return _complete(tuple(column.name if column else None for column in found), header)


def _complete(mapped: tuple[str | None, ...], header: Sequence[str]) -> tuple[str | None, ...]:
    found = [name for name in mapped if name]
    if lacking := columns.missing(set(found)):
        seen = " | ".join(excerpt(cell) for cell in header[:NAMES_SHOWN_MAX])
        problem = _("These columns are missing: %(names)s.") % {"names": ", ".join(lacking)}
        hint = _(
            "The first line reads: %(seen)s. Name the columns in the first line, or, for a file without a header, "
            "by --columns."
        )
        raise UnreadableFile(f"{problem} {hint % {'seen': seen}}" if header else problem)
    if twice := next((name for name in found if found.count(name) > 1), None):
        raise UnreadableFile(_("Two columns both mean “%(name)s”. Rename one of them.") % {"name": twice})
    return mapped
