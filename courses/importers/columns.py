"""
The columns of a catalogue, for every format that has columns.

A column is found by our name for it or by one of the names that catalogues in Viet Nam use, without regard to case and
diacritics.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.choices import Format, TeachingLanguage
from courses.importers import cells
from courses.importers.rows import CatalogRow, Fault, RefusedRow
from courses.rules import OUTCOMES_MAX
from credits.choices import KindOfCredit
from learners.models.folding import fold

TAGS_MAX = 10
CODE_CHARACTERS_MAX = 120


@dataclass(frozen=True, slots=True)
class Column:
    """One column: our name, how its cells are read, what else it is called, and which part of a row it fills."""

    name: str
    read: Callable[[str], object]
    also_called: tuple[str, ...] = ()
    fills: str = ""


# What other catalogues call a column, the surest name first.
COLUMNS = (
    Column("code", cells.text(120), ("ma", "ma hoc phan", "ma mon hoc", "ma mon", "ma khoa hoc", "ma chuong trinh",
                                     "ma hp", "ma mh", "ma lop hoc phan", "course code", "course number", "course id",
                                     "courseid", "readable id", "id", "key", "stt ma")),
    Column("title_vi", cells.text(200), ("ten", "ten hoc phan", "ten mon hoc", "ten mon", "ten khoa hoc", "ten hp",
                                         "ten mh", "ten chuong trinh", "ten lop", "tieu de", "title", "course title",
                                         "course name", "ten tieng viet", "name")),
    Column("title_en", cells.text(200), ("ten tieng anh", "english title", "english name", "title english")),
    Column("summary_vi", cells.text(400), ("tom tat", "summary", "short description", "short intro", "mo ta ngan",
                                           "gioi thieu")),
    Column("summary_en", cells.text(400), ("tom tat tieng anh",)),
    Column("description_vi", cells.first_sentences(400), ("mo ta", "mo ta chi tiet", "noi dung", "description",
                                                          "course description", "about", "full description"),
           fills="summary_vi"),
    Column("outcomes_vi", cells.texts(200, OUTCOMES_MAX.count_max), ("hoc xong lam duoc gi", "ket qua dau ra",
                                                                     "chuan dau ra", "outcomes", "muc tieu")),
    Column("outcomes_en", cells.texts(200, OUTCOMES_MAX.count_max)),
    Column("audience_vi", cells.text(300), ("danh cho ai", "doi tuong", "audience")),
    Column("audience_en", cells.text(300)),
    Column("requirements_vi", cells.text(500), ("can biet truoc", "dieu kien", "yeu cau", "prerequisites",
                                                "requirements")),
    Column("requirements_en", cells.text(500)),
    Column("hours", cells.hours, ("so gio", "gio hoc", "thoi luong gio", "total hours"), fills="notional_minutes"),
    Column("credits", cells.credit, ("so tin chi", "tin chi", "so tc", "numofcredit", "credit"),
           fills="notional_minutes"),
    Column("field", cells.text(4), ("linh vuc", "isced"), fills="field_id"),
    Column("kind_of_credit", cells.word(KindOfCredit), ("loai tin chi",)),
    Column("format", cells.word(Format), ("hinh thuc", "hinh thuc hoc", "delivery")),
    Column("level", cells.level, ("bac", "bac trinh do")),
    Column("language", cells.words(TeachingLanguage), ("languages", "tieng day", "ngon ngu", "ngon ngu giang day"),
           fills="languages"),
    Column("cost_vnd", cells.dong, ("hoc phi", "chi phi", "le phi")),
    Column("tags", cells.texts(40, TAGS_MAX), ("tu khoa", "the", "keywords", "tags")),
    Column("licence", cells.text(60), ("giay phep", "license")),
    Column("external_url", cells.address, ("url", "link", "course url", "lien ket", "duong dan", "dia chi trang",
                                           "trang web", "website")),
)  # fmt: skip
NAMES = tuple(column.name for column in COLUMNS)
# What the people who choose columns by hand call them.
LABELS = {
    "code": gettext_lazy("Code"),
    "title_vi": gettext_lazy("Title"),
    "title_en": gettext_lazy("Title in English"),
    "summary_vi": gettext_lazy("Summary"),
    "summary_en": gettext_lazy("Summary in English"),
    "description_vi": gettext_lazy("Long description, of which the first sentences are taken"),
    "outcomes_vi": gettext_lazy("What you can do afterwards"),
    "outcomes_en": gettext_lazy("What you can do afterwards, in English"),
    "audience_vi": gettext_lazy("For whom"),
    "audience_en": gettext_lazy("For whom, in English"),
    "requirements_vi": gettext_lazy("What to bring or know"),
    "requirements_en": gettext_lazy("What to bring or know, in English"),
    "hours": gettext_lazy("Hours of study"),
    "credits": gettext_lazy("Credits (50 hours each)"),
    "field": gettext_lazy("Field (ISCED-F code)"),
    "kind_of_credit": gettext_lazy("Kind of credit"),
    "format": gettext_lazy("Format"),
    "level": gettext_lazy("Level, 1 to 8"),
    "language": gettext_lazy("Languages"),
    "cost_vnd": gettext_lazy("Cost in đồng"),
    "tags": gettext_lazy("Keywords"),
    "licence": gettext_lazy("Licence"),
    "external_url": gettext_lazy("Address, when it is taught on another site"),
}
REQUIRED = ("code", "title_vi")  # without a column of codes, the address or the title is one
EFFORT = ("hours", "credits")  # one of them is required of a course taught here; both must agree
ELSEWHERE = "external_url"


@dataclass(frozen=True, slots=True)
class Match:
    """The column a header means, and how surely: 0 is our own name for it."""

    column: Column
    rank: int


def find(header: str) -> Match | None:
    """Return the column a header means, or None."""
    return _BY_NAME.get(_bare(header))


def _bare(name: str) -> str:
    return re.sub(r"[\s_]+", " ", fold(name)).strip()


def missing(found: set[str], *, effort_needed: bool = True) -> list[str]:
    """Return the names of the required columns that are not among those found."""
    lacking = [name for name in REQUIRED if name not in found and name != "code"]
    if effort_needed and not found & {*EFFORT, ELSEWHERE}:
        lacking.append(" / ".join(EFFORT))
    return lacking


def read_row(
    line: int, record: Mapping[str, str], headers: Mapping[str, str], *, sheet: str = ""
) -> CatalogRow | RefusedRow:
    """
    Return the course that one record describes, or everything that is wrong with it.

    ``record`` holds the raw cells by our column names; ``headers`` says how the file calls those columns.
    """
    values: dict[str, object] = {}
    faults: list[Fault] = []

    def refuse(name: str, problem: str, fix: str) -> None:
        faults.append(Fault(line=line, sheet=sheet, column=headers.get(name, name), problem=problem, fix=fix))

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
        if filled == "summary_vi" and values.get(filled):
            value = values[filled] if name.startswith("description") else value  # written to be short, it is better
        elif value is not None and values.get(filled) not in (None, value):
            refuse(name, _("Hours and credits do not agree: one credit is 50 hours."), _("Keep one of the two."))
        values[filled] = value
    if "code" not in values and values.get(ELSEWHERE):
        values["code"] = _as_code(str(values[ELSEWHERE]).partition("://")[2].rstrip("/"))
    elif "code" not in record and values.get("title_vi"):
        values["code"] = _as_code(str(values["title_vi"]))
    for name in REQUIRED:
        if name not in values:
            refuse(name, _("This cell is empty."), _("Fill it in, or leave this row out."))
    if faults:
        return RefusedRow(line=line, sheet=sheet, faults=tuple(faults))
    if effort := next((headers.get(name, name) for name in EFFORT if name in record), ""):
        values["effort_column"] = effort
    return CatalogRow(line=line, sheet=sheet, **values)  # type: ignore[arg-type] # each column reads the type it has


def _as_code(text: str) -> str:
    """Return an address or a title as a code: where it is too long, its end hashed."""
    return text if len(text) <= CODE_CHARACTERS_MAX else f"{text[:80]}#{sha256(text.encode()).hexdigest()[:32]}"


_BY_NAME: dict[str, Match] = {}
for _column in COLUMNS:
    for _rank, _name in enumerate((_column.name, *_column.also_called)):
        _BY_NAME.setdefault(_bare(_name), Match(_column, _rank))
_READ = {column.name: column.read for column in COLUMNS}
_FILLS = {column.name: column.fills or column.name for column in COLUMNS}
