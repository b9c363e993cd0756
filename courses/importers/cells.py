"""One cell of a foreign file: cleaned, and read as a text, a number, hours, money or a word of ours."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from urllib.parse import urlsplit

from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext as _

from courses.choices import TeachingLanguage
from courses.importers import markup
from courses.importers.rows import excerpt
from courses.rules import COST_VND_MAX, EXTERNAL_URL_CHARACTERS_MAX, HOURS_MAX, LEVEL_MAX, LEVEL_MIN, MINUTES_STEP
from credits.rules import MINUTES_PER_HUNDREDTH
from learners.models.folding import fold

MINUTES_PER_HOUR = 60
AMOUNT_CHARACTERS_MAX = 40
MINUTES_PER_CREDIT = 100 * MINUTES_PER_HUNDREDTH

# Controls, and marks that turn the direction of text or take no room: a name needs none of them. The joiners
# U+200C and U+200D stay, some scripts cannot be written without.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufeff]"
)
_NUMBER = re.compile(r"\d{1,9}(?:[.,]\d{1,9})?", re.ASCII)
_DONG = re.compile(r"\d{1,3}(?:[., \u00a0]\d{3})+|\d{1,12}", re.ASCII)
_SENTENCE_END = re.compile(r"[.!?…](?=\s)")
_NOT_IN_ADDRESS = re.compile(r"[\s\\<>\"'`{}|^]")
_READ_CHARACTERS_TIMES = 20  # of a long text, so much is looked at: marks and spaces that go are no letters
_LEVEL = re.compile(r"\d", re.ASCII)


# Languages as those who speak them call them; foreign catalogues do.
OWN_NAMES = {
    TeachingLanguage.ES: "Español",
    TeachingLanguage.FR: "Français",
    TeachingLanguage.DE: "Deutsch",
    TeachingLanguage.RU: "Русский",
    TeachingLanguage.ZH: "中文",
    TeachingLanguage.JA: "日本語",
    TeachingLanguage.KO: "한국어",
    TeachingLanguage.KM: "ភាសាខ្មែរ",
}


class CellFault(Exception):
    """The cell cannot be read: what is wrong, and what to do."""

    def __init__(self, problem: str, fix: str) -> None:
        super().__init__(problem)
        self.problem, self.fix = problem, fix


def clean(raw: str) -> str:
    """
    Return the text composed (NFC), on one line, single-spaced, without control characters.

    Nothing else is taken away: markup and formulas are text, and every page shows them as text.

    :raises CellFault: if characters were already lost when the file was written.
    """
    text = raw if raw.isascii() and raw.isprintable() else unicodedata.normalize("NFC", _UNSEEN.sub("", raw))
    if "\N{REPLACEMENT CHARACTER}" in text:
        raise CellFault(
            _("“%(text)s” has characters that were lost when the file was saved.") % {"text": excerpt(text)},
            _("Type this text again, or save the file anew from where it comes."),
        )
    return " ".join(text.split())


def text(characters_max: int) -> Callable[[str], str]:
    """Return a reader of texts of at most so many characters."""

    def read(raw: str) -> str:
        value = clean(raw)
        if len(value) > characters_max:
            raise CellFault(
                _("“%(text)s” has %(count)s characters; at most %(max)s are allowed.")
                % {"text": excerpt(value), "count": len(value), "max": characters_max},
                _("Make it shorter."),
            )
        return value

    return read


def texts(characters_max: int, count_max: int) -> Callable[[str], tuple[str, ...]]:
    """Return a reader of several texts in one cell, separated by | or a line break."""
    read_one = text(characters_max)

    def read(raw: str) -> tuple[str, ...]:
        values = tuple(value for part in re.split(r"[|\r\n]", raw) if (value := read_one(part)))
        if len(values) > count_max:
            raise CellFault(
                _("There are %(count)s entries in this cell; at most %(max)s are allowed.")
                % {"count": len(values), "max": count_max},
                _("Keep the most important ones."),
            )
        return values

    return read


def first_sentences(characters_max: int) -> Callable[[str], str]:
    """
    Return a reader of a long text: as many of its first sentences as fit, else its first words.

    For descriptions that were written for another page; a summary of ours is never cut.
    """

    def read(raw: str) -> str:
        value = clean(raw[: characters_max * _READ_CHARACTERS_TIMES])
        if len(value) <= characters_max:
            return value
        ends = [found.end() for found in _SENTENCE_END.finditer(value, 0, characters_max + 1)]
        if ends:
            return value[: ends[-1]].rstrip()
        return value[: characters_max - 1].rpartition(" ")[0].rstrip(" ,;:–-") + "…"

    return read


def address(raw: str) -> str:
    """Return the address of a page on another site, or of the link in a cell: http or https, without a password."""
    value = clean(markup.link_in(raw) or raw)
    try:
        parts = urlsplit(value)
        is_right = bool(
            parts.scheme.lower() in {"http", "https"}
            and parts.hostname
            and ("." in parts.hostname or ":" in parts.hostname)
            and parts.username is None
            and parts.password is None
            and (parts.port is None or parts.port > 0)
            and not _NOT_IN_ADDRESS.search(value)
        )
    except ValueError:  # no port, or half an IPv6 address
        is_right = False
    if not is_right:
        raise CellFault(
            _("“%(text)s” is not the address of a page.") % {"text": excerpt(value)},
            _("Write it in full, for example https://example.vn/khoa-hoc/."),
        )
    if len(value) > EXTERNAL_URL_CHARACTERS_MAX:
        raise CellFault(
            _("“%(text)s” has %(count)s characters; at most %(max)s are allowed.")
            % {"text": excerpt(value), "count": len(value), "max": EXTERNAL_URL_CHARACTERS_MAX},
            _("Use the short address of the page."),
        )
    return value


def hours(raw: str) -> int:
    """Return the minutes of so many hours of study."""
    return _minutes(raw, MINUTES_PER_HOUR)


def credit(raw: str) -> int:
    """Return the minutes of so many credits. Source: Circular 17/2021/TT-BGDĐT, art. 7: one credit is 50 hours."""
    return _minutes(raw, MINUTES_PER_CREDIT)


def _minutes(raw: str, unit: int) -> int:
    minutes = _number(raw) * unit
    if minutes == 0:
        raise CellFault(
            _("0 is not enough: credit follows from the hours of study."),
            _("Write the true hours or credits, or leave this row out."),
        )
    if minutes > HOURS_MAX.count_max * MINUTES_PER_HOUR:
        raise CellFault(
            _("%(number)s is too much: a course has at most %(max)s hours of study.")
            % {"number": excerpt(raw), "max": HOURS_MAX.count_max},
            _("Check the number, or split the course."),
        )
    if minutes % MINUTES_STEP:
        raise CellFault(
            _("“%(text)s” is too exact: hours are counted in halves, credits in hundredths.") % {"text": excerpt(raw)},
            _("Round it, for example to 2,5."),
        )
    return int(minutes)


def _number(raw: str) -> Decimal:
    value = clean(raw)
    if not _NUMBER.fullmatch(value):
        raise CellFault(
            _("“%(text)s” is not a number above 0.") % {"text": excerpt(value)},
            _("Write digits only, for example 3 or 2,5."),
        )
    return Decimal(value.replace(",", "."))


def dong(raw: str) -> int:
    """Return an amount in đồng; thousands may be grouped by a point, a comma or a space."""
    value = clean(raw)
    if not _DONG.fullmatch(value):
        raise CellFault(
            _("“%(text)s” is not an amount in đồng.") % {"text": excerpt(value)},
            _("Write digits only, for example 150000 or 150.000; 0 when it is free."),
        )
    # Python refuses to read a number of thousands of digits.
    amount = int(re.sub(r"\D", "", value)) if len(value) <= AMOUNT_CHARACTERS_MAX else COST_VND_MAX + 1
    if amount > COST_VND_MAX:
        raise CellFault(
            _("%(number)s đồng is too much for a course.") % {"number": excerpt(value)}, _("Check the number.")
        )
    return amount


def level(raw: str) -> int:
    value = clean(raw)
    if not _LEVEL.fullmatch(value) or not LEVEL_MIN <= int(value) <= LEVEL_MAX:
        raise CellFault(
            _("“%(text)s” is not a level of the Vietnamese Qualifications Framework.") % {"text": excerpt(value)},
            _("Write a number from 1 to 8, or leave it empty when the course is open to all."),
        )
    return int(value)


def word(choices: type[TextChoices]) -> Callable[[str], str]:
    """Return a reader of one word of ours: its stored value, or its name in Vietnamese or in English."""

    def read(raw: str) -> str:
        value = clean(raw)
        known = _names(choices)
        if (found := known.get(fold(value))) is None:
            raise CellFault(
                _("“%(text)s” is not known here.") % {"text": excerpt(value)},
                _("Write one of: %(words)s.") % {"words": ", ".join(choices.values)},
            )
        return found

    return read


def words(choices: type[TextChoices]) -> Callable[[str], tuple[str, ...]]:
    """Return a reader of several words of ours, separated by ; , / or |; each is kept once, in the order given."""
    read_one = word(choices)

    def read(raw: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(read_one(part) for part in re.split(r"[;,/|]", raw) if clean(part)))

    return read


@cache
def _names(choices: type[TextChoices]) -> Mapping[str, str]:
    names = {fold(value): value for value in choices.values}
    if choices is TeachingLanguage:
        names |= {fold(name): value for value, name in OWN_NAMES.items()}
    for language in ("vi", "en"):
        with translation.override(language):
            names |= {fold(str(label)): value for value, label in choices.choices}
    return names
