"""
A table somebody hands in, whatever its format, and the catalogue it becomes once its columns are known.

A reader opens a file and yields records: cells as texts, with the place where they stand. The mapping says which of
our columns each of its columns is; ``Catalog`` puts the two together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from django.utils.translation import gettext as _

from courses.importers import columns
from courses.importers.rows import CatalogRow, Fault, RefusedRow, UnreadableFile, excerpt
from courses.rules import IMPORT_ROWS_MAX

SKIPPED = "-"
NAMES_SHOWN_MAX = 5


@dataclass(frozen=True, slots=True)
class Record:
    """One row as the file has it."""

    line: int  # counted from 1, as an editor or a spreadsheet shows it; of a list, the number of the entry
    cells: Sequence[str]
    sheet: str = ""


class Table(Protocol):
    """An opened file. Its records can be read again and again."""

    @property
    def told(self) -> str:
        """How the file was read, in a sentence for the person who handed it in."""

    @property
    def header(self) -> tuple[str, ...]:
        """What the file calls its columns, by position."""

    @property
    def rows_about(self) -> int:
        """How many rows there may be, for showing progress."""

    def records(self) -> Iterator[Record]:
        """
        Yield the rows in the order of the file, without its header and without empty ones.

        :raises UnreadableFile: if the file cannot be read to its end.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTable:
    """A table whose rows are at hand: what came out of a file with structure, such as JSON."""

    told: str
    header: tuple[str, ...]
    rows: Sequence[Sequence[str]] = field(repr=False)

    @property
    def rows_about(self) -> int:
        return len(self.rows)

    def records(self) -> Iterator[Record]:
        for number, cells in enumerate(self.rows, start=1):
            yield Record(number, cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """A table whose columns are known. Iterating yields its rows, again each time."""

    table: Table
    names: tuple[str | None, ...]  # our name of each column; None is not read

    @property
    def unused(self) -> tuple[str, ...]:
        """What the file calls the columns that are not read."""
        return tuple(excerpt(called) for called, name in zip(self.table.header, self.names, strict=True) if not name)

    def __iter__(self) -> Iterator[CatalogRow | RefusedRow]:
        """
        Yield each row, in the order of the file.

        :raises UnreadableFile: if the file cannot be read to its end, or has too many rows or none.
        """
        header = self.table.header
        headers = {name: called.strip() or name for called, name in zip(header, self.names, strict=True) if name}
        count = 0
        for record in self.table.records():
            count += 1
            if count > IMPORT_ROWS_MAX.count_max:
                raise UnreadableFile(
                    _("The file has more than %(max)s rows. Split it into several files.")
                    % {"max": IMPORT_ROWS_MAX.count_max}
                )
            yield self._row(record, headers)
        if not count:
            raise UnreadableFile(_("The file has no rows below its header."))

    def _row(self, record: Record, headers: dict[str, str]) -> CatalogRow | RefusedRow:
        if any(record.cells[len(self.names) :]):
            problem = _("The row has %(count)s cells where the file has %(expected)s columns.") % {
                "count": len(record.cells),
                "expected": len(self.names),
            }
            return _refused(record, problem, _("Put a text that contains the separator between quotation marks."))
        if tuple(record.cells) == self.table.header:
            return _refused(record, _("The header stands here once more."), _("Take this line out."))
        named = {name: cell for name, cell in zip(self.names, record.cells, strict=False) if name}
        return columns.read_row(record.line, named, headers, sheet=record.sheet)


def _refused(record: Record, problem: str, fix: str) -> RefusedRow:
    fault = Fault(line=record.line, sheet=record.sheet, column="", problem=problem, fix=fix)
    return RefusedRow(line=record.line, sheet=record.sheet, faults=(fault,))


def suggested(header: Sequence[str]) -> tuple[str | None, ...]:
    """Return our name of each column, as far as the file tells; each of ours is given once, to the best match."""
    best: dict[str, tuple[int, int]] = {}
    for position, called in enumerate(header):
        if match := columns.find(called):
            best[match.column.name] = min((match.rank, position), best.get(match.column.name, (match.rank, position)))
    by_position = {position: name for name, (_rank, position) in best.items()}
    return tuple(by_position.get(position) for position in range(len(header)))


def by_header(table: Table, *, effort_needed: bool = True) -> Catalog:
    """
    Return the catalogue as the names of its columns tell.

    :raises UnreadableFile: if a required column is missing or two columns mean the same.
    """
    matches = [columns.find(called) for called in table.header]
    names = tuple(match.column.name if match else None for match in matches)
    return _complete(table, names, effort_needed=effort_needed, with_header=True)


def by_position(table: Table, names: Sequence[str], *, effort_needed: bool = True) -> Catalog:
    """
    Return the catalogue with its columns named by position: our names, ``-`` or nothing for one that is not read.

    :raises UnreadableFile: if a name is unknown or meant twice, or a required one is missing.
    """
    known = columns.NAMES
    unknown = [name for name in names if name and name != SKIPPED and name not in known]
    if unknown:
        raise UnreadableFile(
            _("There is no column “%(name)s”. The columns are: %(names)s, and - for one that is not read.")
            % {"name": excerpt(unknown[0]), "names": ", ".join(known)}
        )
    read = tuple(name if name and name != SKIPPED else None for name in names)
    catalog = _complete(table, read, effort_needed=effort_needed, with_header=False)
    given = (*read, *(None,) * len(table.header))[: len(table.header)]
    return replace(catalog, names=given)


def _complete(table: Table, names: tuple[str | None, ...], *, effort_needed: bool, with_header: bool) -> Catalog:
    found = [name for name in names if name]
    if lacking := columns.missing(set(found), effort_needed=effort_needed):
        seen = " | ".join(excerpt(called) for called in table.header[:NAMES_SHOWN_MAX])
        problem = _("These columns are missing: %(names)s.") % {"names": ", ".join(lacking)}
        hint = _(
            "The first line reads: %(seen)s. Name the columns in the first line, or, for a file without a header, "
            "by --columns."
        )
        raise UnreadableFile(f"{problem} {hint % {'seen': seen}}" if with_header else problem)
    if twice := next((name for name in found if found.count(name) > 1), None):
        raise UnreadableFile(_("Two columns both mean “%(name)s”. Rename one of them.") % {"name": twice})
    return Catalog(table=table, names=names)
