"""
The statement on paper: what ``statement.typ`` prints, put into words.

Headings stand in Vietnamese, with English beside them for a reader of English.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from credits.choices import Purpose
from credits.queries import wording
from credits.queries.line import PostedLine
from credits.queries.seal import Proof
from credits.queries.statement import Month, Statement
from learners import formats
from learners.choices import Language
from learners.exports import typeset
from learners.models import Learner

TEMPLATE = Path(__file__).parent / "statement.typ"
PORTAL = "Học Suốt Đời"
_LONG_WORD = re.compile(r"\S{30}(?=\S)")


def statement_pdf(
    book: Statement, *, learner: Learner, about: Sequence[str], now: datetime, proof: Proof | None = None
) -> bytes:
    """
    Return the statement as a file; ``about`` says, line by line, which part of the book it is.

    :raises typst.TypstError: if it cannot be set; a mistake of ours, not of a person.
    """
    note = _("A character these fonts do not have is given by its Unicode number.")
    return typeset.pdf(TEMPLATE, _data(book, learner=learner, about=about, now=now, proof=proof), dated=now, note=note)


# What is printed


def _data(
    book: Statement, *, learner: Learner, about: Sequence[str], now: datetime, proof: Proof | None
) -> dict[str, Any]:
    day, heading = formats.day_plain(now), _("Credit record")
    number = _both(gettext_noop("Ledger number"))
    data = {
        "language": formats.language(),
        "title": f"{heading}, {learner.full_name}, {day}",
        "portal": PORTAL,
        "portal_address": settings.SITE_HOST,
        "heading": _both(gettext_noop("Credit record")),
        "name": _breakable(learner.full_name),
        "ledger_number": str(learner.ledger_number),
        "about": [f"{number}: {learner.ledger_number}", *about],
        "footer": f"{heading} · {learner.full_name} · {day}",
        "page_word": _both(gettext_noop("Page")),
        "totals": _totals(book, now),
        "entries": {
            "heading": _both(gettext_noop("Entries")),
            "head": [
                _both(gettext_noop("Day")),
                _both(gettext_noop("What")),
                _both(gettext_noop("Hours")),
                _both(gettext_noop("Credits")),
                _both(gettext_noop("Balance in credits")),
            ],
        },
        "months": [_month(month) for month in book.months],
        "opening": _opening(book),
        "closing": [
            _("Balance on %(day)s") % {"day": formats.day_plain(book.excerpt.closes_on(timezone.localdate(now)))},
            _amount(book.closing),
        ],
        "notes": _notes(book),
        "check": _check(book),
        "seal": _seal(book, proof) if proof else None,
    }
    return data


def _both(english: str) -> str:
    """Return a heading in Vietnamese, and for a reader of English in English after it."""
    with translation.override(Language.VI):
        vietnamese = _(english)
    return vietnamese if formats.language() == Language.VI else f"{vietnamese} / {english}"


def _totals(book: Statement, now: datetime) -> dict[str, Any]:
    kinds, total = book.holdings.kinds, [(wording.purpose(Purpose.EARNED), book.total)]
    figures = [*kinds, *(total if len(kinds) != 1 else []), *book.holdings.elsewhere]
    known_on = {"day": formats.day_plain(book.excerpt.known_on(timezone.localdate(now)))}
    return {
        "heading": _both(gettext_noop("Balance")),
        "head": [
            _both(gettext_noop("Kind of credit")),
            _both(gettext_noop("Credits")),
            _both(gettext_noop("Hours of study")),
        ],
        "rows": [
            [label, formats.credits(hundredths), formats.credit_hours(hundredths)] for label, hundredths in figures
        ],
        "strong": len(kinds),  # the sum of the kinds stands out
        "note": _("Balance on %(day)s") % known_on + ". " + _("50 hours of study = 1 credit."),
    }


def _month(month: Month) -> dict[str, Any]:
    name = formats.month(month.first_on)
    return {
        "name": name[:1].upper() + name[1:],
        "rows": [_row(line) for line in month.lines],
        "sum": [
            _("Sum of %(month)s") % {"month": name},
            formats.signed_hours(month.hundredths),
            formats.credits(month.hundredths),
            "",
        ],
    }


def _row(line: PostedLine) -> dict[str, Any]:
    return {
        "day": formats.day_short(line.listed_on),
        "what": _breakable(line.headline),
        "small": [_breakable(" · ".join(line.notes)), *([_("Reversed")] if line.is_reversed else [])],
        "hours": formats.signed_hours(line.hundredths),
        "credits": formats.credits(line.hundredths),
        "balance": formats.credits(line.balance),
        "void": line.is_reversed,
    }


def _breakable(text: str) -> str:
    """Let a word too long for its column go on in the next line."""
    return _LONG_WORD.sub("\\g<0>\u200b", unicodedata.normalize("NFC", text))


def _opening(book: Statement) -> list[str] | None:
    if not book.has_earlier or book.excerpt.since is None:
        return None
    day = book.excerpt.since
    return [
        formats.day_short(day),
        _("Balance brought forward to %(day)s") % {"day": formats.day_plain(day)},
        formats.credit_hours(book.opening),
        formats.credits(book.opening),
        formats.credits(book.opening),
    ]


def _amount(hundredths: int) -> str:
    figures = {"credits": formats.credits(hundredths), "hours": formats.credit_hours(hundredths)}
    return _("%(credits)s credits, %(hours)s hours") % figures


def _notes(book: Statement) -> list[str]:
    notes = [
        _(
            "Lines are only added, never removed. A wrong line is answered by a new one, so that everybody can see "
            "what happened."
        )
    ]
    if len(book.lines) < book.lines_count:
        figures = {"shown": formats.number(len(book.lines)), "all": formats.number(book.lines_count)}
        notes.insert(0, _("These are the newest %(shown)s of %(all)s lines. Choose a year for the others.") % figures)
    return notes


def _check(book: Statement) -> dict[str, Any] | None:
    if book.newest_recorded_at is None:
        return None
    newest = {"number": formats.number(book.newest_number), "moment": formats.moment(book.newest_recorded_at)}
    return {
        "heading": _both(gettext_noop("Check values of this record")),
        "lines": [
            _("Newest entry: number %(number)s, recorded on %(moment)s.") % newest,
            _("This value depends on every line of the whole record up to that entry, also on those not shown here."),
        ],
        "hash": f"SHA-256 {book.newest_hash}",
    }


def _seal(book: Statement, proof: Proof) -> list[str]:
    """Say under which published seal the record is, and up to which of its entries."""
    seal = proof.seal
    words = {
        "number": formats.number(seal.number),
        "moment": formats.moment(seal.sealed_at),
        "sequence": formats.number(min(proof.sequence, book.newest_number)),
        "address": f"{settings.SITE_URL}{reverse('credits:seal', args=[seal.number])}",
    }
    return [
        _("Sealed up to entry %(sequence)s by seal %(number)s of %(moment)s: %(address)s") % words,
    ]
