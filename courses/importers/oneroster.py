"""
OneRoster 1.1 as a ZIP of CSV files: ``courses.csv``, and ``classes.csv`` where there is no list of courses.

Classes say neither dates nor hours, so none becomes a run here. Source: 1EdTech OneRoster 1.1, CSV binding.
"""

from collections.abc import Iterator
from zipfile import ZipFile

from django.utils.translation import gettext as _

from courses.importers import archive, csv_table, text_file
from courses.importers.rows import UnreadableFile
from courses.importers.table import ListTable

HEADER = ("code", "title_vi", "tags")
FILES = ("courses.csv", "classes.csv")
CODES = {"courses.csv": "courseCode", "classes.csv": "classCode"}
TO_BE_DELETED = "tobedeleted"


def is_one(opened: ZipFile) -> bool:
    """Return whether a ZIP is OneRoster's."""
    return bool(_files(opened))


def table(opened: ZipFile, *, name: str) -> ListTable:
    """
    Return the courses of the ZIP as rows; what it marks as deleted is left out.

    :raises UnreadableFile: if its files cannot be read or lack what OneRoster requires.
    """
    found = _files(opened)
    wanted = next(each for each in FILES if each in found)
    text, encoding = text_file.decode(archive.member(opened, found[wanted], name=name), wanted)
    read = csv_table.read(text, encoding, name=wanted)
    if lacking := [each for each in ("sourcedId", "title") if each not in read.header]:
        raise UnreadableFile(
            _("%(name)s has no column “%(column)s” in %(file)s, which OneRoster requires.")
            % {"name": name, "column": lacking[0], "file": wanted}
        )
    return ListTable(
        told=_("Read as OneRoster: %(file)s.") % {"file": wanted}, header=HEADER, rows=list(_rows(read, CODES[wanted]))
    )


def _rows(read: csv_table.CsvTable, code: str) -> Iterator[list[str]]:
    for record in read.records():
        cells = dict(zip(read.header, record.cells, strict=False))
        if cells.get("status", "").lower() != TO_BE_DELETED:
            subjects = "|".join(part.strip() for part in cells.get("subjects", "").split(",") if part.strip())
            yield [cells.get(code) or cells.get("sourcedId", ""), cells.get("title", ""), subjects]


def _files(opened: ZipFile) -> dict[str, str]:
    """Return OneRoster's files in a ZIP by their names, at its top or in its only folder."""
    return {
        path.rpartition("/")[2]: path
        for path in opened.namelist()
        if path.rpartition("/")[2] in FILES and path.count("/") <= 1
    }
