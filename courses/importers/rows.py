"""What every importer yields: a course as its file describes it, or a row that is refused and why."""

from dataclasses import dataclass, fields

from django.utils.translation import gettext as _

from courses.choices import Format
from credits.choices import KindOfCredit

EXCERPT_CHARACTERS_MAX = 40


class UnreadableFile(Exception):
    """The file as a whole cannot be read; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogRow:
    """
    One course of a foreign catalogue.

    ``None`` means that the file says nothing about it: a new course takes the default, a known one keeps what it has.
    The names are those of ``CourseVersion``.
    """

    line: int
    code: str
    title_vi: str
    sheet: str = ""
    effort_column: str = "hours"  # what the file calls its hours or credits
    notional_minutes: int | None = None
    title_en: str | None = None
    summary_vi: str | None = None
    summary_en: str | None = None
    outcomes_vi: tuple[str, ...] | None = None
    outcomes_en: tuple[str, ...] | None = None
    audience_vi: str | None = None
    audience_en: str | None = None
    requirements_vi: str | None = None
    requirements_en: str | None = None
    field_id: str | None = None
    kind_of_credit: KindOfCredit | None = None
    format: Format | None = None
    level: int | None = None
    languages: tuple[str, ...] | None = None
    cost_vnd: int | None = None
    tags: tuple[str, ...] | None = None
    licence: str | None = None
    external_url: str | None = None  # the course is taught elsewhere: there

    def said(self) -> dict[str, object]:
        """Return what the file says of the course, by the names of ``CourseVersion``; lists as the table holds them."""
        values = {name: getattr(self, name) for name in CONTENT}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
            if value is not None
        }


CONTENT = tuple(each.name for each in fields(CatalogRow) if each.name not in {"line", "sheet", "effort_column", "code"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with one row, in the words of the person who has to repair it."""

    line: int
    column: str  # as the file calls it; empty when the whole row is meant
    problem: str
    fix: str
    sheet: str = ""

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        parts = [_("Sheet %(sheet)s") % {"sheet": excerpt(self.sheet)}] if self.sheet else []
        parts.append(_("Line %(line)s") % {"line": self.line})
        if self.column:
            parts.append(_("column %(column)s") % {"column": excerpt(self.column)})
        return ", ".join(parts)

    def __str__(self) -> str:
        return f"{self.place}: {self.problem} {self.fix}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that cannot become a course, with everything that is wrong with it."""

    line: int
    faults: tuple[Fault, ...]
    sheet: str = ""


def excerpt(text: str) -> str:
    """Return the beginning of foreign text, safe to print on a terminal."""
    shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[:200]).strip()
    return shown if len(shown) <= EXCERPT_CHARACTERS_MAX else shown[:EXCERPT_CHARACTERS_MAX] + "…"


def one_line(text: str, characters_max: int) -> str:
    """Return the beginning of foreign text on one line, safe to keep and to show."""
    shown = " ".join("".join(each if each.isprintable() else " " for each in text[: 4 * characters_max]).split())
    return shown if len(shown) <= characters_max else shown[: characters_max - 1] + "…"
