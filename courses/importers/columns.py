"""
The columns of a catalogue, for every format that has columns.

A column is found by our name for it or by one of the names that catalogues in Viet Nam use, without regard to case and
diacritics.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from courses.choices import Format, TeachingLanguage
from courses.importers import cells
from courses.importers.rows import CatalogRow, Fault, RefusedRow
from courses.rules import OUTCOMES_MAX
from credits.choices import KindOfCredit
from learners.models.folding import fold

TAGS_MAX = 10
SKIPPED = "-"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: our name, how its cells are read, what else it is called, and which part of a row it fills."""

    name: str
    read: Callable[[str], object]
    also_called: tuple[str, ...] = ()
    fills: str = ""


COLUMNS = (
    Column("code", cells.text(120), ("ma", "ma hoc phan", "ma mon hoc", "ma mon", "ma khoa hoc", "ma chuong trinh")),
    Column("title_vi", cells.text(200), ("ten", "ten hoc phan", "ten mon hoc", "ten mon", "ten khoa hoc",
                                         "ten chuong trinh", "title")),
    Column("title_en", cells.text(200), ("ten tieng anh", "english title")),
    Column("summary_vi", cells.text(400), ("tom tat", "mo ta", "summary")),
    Column("summary_en", cells.text(400), ("tom tat tieng anh",)),
    Column("outcomes_vi", cells.texts(200, OUTCOMES_MAX.count_max), ("hoc xong lam duoc gi", "ket qua dau ra")),
    Column("outcomes_en", cells.texts(200, OUTCOMES_MAX.count_max)),
    Column("audience_vi", cells.text(300), ("danh cho ai",)),
    Column("audience_en", cells.text(300)),
    Column("requirements_vi", cells.text(500), ("can biet truoc",)),
    Column("requirements_en", cells.text(500)),
    Column("hours", cells.hours, ("so gio", "gio hoc"), fills="notional_minutes"),
    Column("credits", cells.credit, ("so tin chi", "tin chi", "so tc"), fills="notional_minutes"),
    Column("field", cells.text(4), ("linh vuc",), fills="field_id"),
    Column("kind_of_credit", cells.word(KindOfCredit), ("loai tin chi",)),
    Column("format", cells.word(Format), ("hinh thuc", "hinh thuc hoc")),
    Column("level", cells.level, ("bac",)),
    Column("language", cells.words(TeachingLanguage), ("languages", "tieng day", "ngon ngu"), fills="languages"),
    Column("cost_vnd", cells.dong, ("hoc phi", "chi phi")),
    Column("tags", cells.texts(40, TAGS_MAX), ("tu khoa",)),
    Column("licence", cells.text(60), ("giay phep", "license")),
)  # fmt: skip
REQUIRED = ("code", "title_vi")
EFFORT = ("hours", "credits")  # one of them is required; both must agree


def find(header: str) -> Column | None:
    """Return the column a header means, or None."""
    return BY_NAME.get(_bare(header))


def _bare(name: str) -> str:
    return re.sub(r"[\s_]+", " ", fold(name)).strip()


def missing(found: set[str]) -> list[str]:
    """Return the names of the required columns that are not among those found."""
    lacking = [name for name in REQUIRED if name not in found]
    return lacking if found & set(EFFORT) else [*lacking, " / ".join(EFFORT)]


def read_row(line: int, record: Mapping[str, str], headers: Mapping[str, str]) -> CatalogRow | RefusedRow:
    """
    Return the course that one record describes, or everything that is wrong with it.

    ``record`` holds the raw cells by our column names; ``headers`` says how the file calls those columns.
    """
    values: dict[str, object] = {}
    faults: list[Fault] = []

    def refuse(name: str, problem: str, fix: str) -> None:
        faults.append(Fault(line=line, column=headers.get(name, name), problem=problem, fix=fix))

    for name, raw in record.items():
        if not raw or raw.isspace():
            continue
        try:
            value = _READ[name](raw)
        except cells.CellFault as fault:
            refuse(name, fault.problem, fault.fix)
            value = None
        if value in ("", ()):  # nothing but characters that are taken away
            continue
        filled = _FILLS[name]
        if value is not None and values.get(filled) not in (None, value):
            refuse(name, _("Hours and credits do not agree: one credit is 50 hours."), _("Keep one of the two."))
        values[filled] = value
    for name in REQUIRED:
        if name not in values:
            refuse(name, _("This cell is empty."), _("Fill it in, or leave this row out."))
    if "notional_minutes" not in values:
        name = next((each for each in EFFORT if each in record), EFFORT[0])
        refuse(name, _("This cell is empty."), _("Write the hours of study or the credits."))
    if faults:
        return RefusedRow(line=line, faults=tuple(faults))
    return CatalogRow(line=line, **values)  # type: ignore[arg-type] # each column reads the type its part has


BY_NAME = {_bare(name): column for column in COLUMNS for name in (column.name, *column.also_called)}
_READ = {column.name: column.read for column in COLUMNS}
_FILLS = {column.name: column.fills or column.name for column in COLUMNS}
