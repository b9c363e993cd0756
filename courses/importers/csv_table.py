"""
CSV, in the shapes spreadsheets give it.

Separated by comma, semicolon or tab, told by the first line; Excel's ``sep=;`` line is understood. Line numbers are
those an editor shows, counted from 1.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.importers.rows import UnreadableFile
from courses.importers.table import Record
from courses.rules import IMPORT_COLUMNS_MAX

DELIMITERS = {",": gettext_lazy("comma"), ";": gettext_lazy("semicolon"), "\t": gettext_lazy("tab")}
_SEPARATOR_LINE = re.compile(r"sep=([,;\t])\s*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvTable:
    """An opened CSV file."""

    text: str = field(repr=False)
    encoding: str
    delimiter: str
    header: tuple[str, ...]  # of a file without a header: numbers
    first_line: int  # the last line that is not data

    @property
    def told(self) -> str:
        return _("Read as %(encoding)s; columns separated by %(delimiter)s.") % {
            "encoding": self.encoding,
            "delimiter": DELIMITERS[self.delimiter],
        }

    @property
    def rows_about(self) -> int:
        return self.text.count("\n") or self.text.count("\r")

    def records(self) -> Iterator[Record]:
        for line, cells in _records(self.text, self.delimiter):
            if line > self.first_line and any(cells):
                yield Record(line, cells)


def read(text: str, encoding: str, *, name: str, has_header: bool = True) -> CsvTable:
    """
    Return a text as a table.

    :raises UnreadableFile: if it is empty or has too many columns.
    """
    text = text.replace("\r\r\n", "\r\n")  # a careless copy doubles the return; the line stays one
    first_line, delimiter = 0, None
    if hint := _SEPARATOR_LINE.match(text.split("\n", 1)[0]):
        first_line, delimiter = 1, hint.group(1)
    delimiter = delimiter or _delimiter(text)
    start = next(((line, cells) for line, cells in _records(text, delimiter) if line > first_line and any(cells)), None)
    if start is None:
        raise UnreadableFile(_("%(name)s is empty.") % {"name": name})
    refuse_too_many_columns(len(start[1]))
    return CsvTable(
        text=text,
        encoding=encoding,
        delimiter=delimiter,
        header=tuple(start[1]) if has_header else tuple(str(number) for number, _cell in enumerate(start[1], start=1)),
        first_line=start[0] if has_header else first_line,
    )


def refuse_too_many_columns(count: int) -> None:
    if count > IMPORT_COLUMNS_MAX.count_max:
        raise UnreadableFile(
            _("The file has %(count)s columns; at most %(max)s are read.")
            % {"count": count, "max": IMPORT_COLUMNS_MAX.count_max}
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
