"""
The statement as a table for a spreadsheet: RFC 4180 with a comma, UTF-8 with a byte order mark, oldest line first.

The headings are in the language being read; the order of the columns never changes. Amounts are written twice, so that
no program has to guess a decimal mark: in hundredths of a credit as an integer, and in credits with a point. Moments
are local, with their offset. Every line says as of which day the book is (what had happened by its end) and when it was
read (what had been recorded by then), so a table of a past day is never taken for today's. Numbers stand without
quotes, all else in them.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from credits.choices import LotSource
from credits.queries import wording
from credits.queries.line import PostedLine
from credits.queries.statement import Excerpt

LINES_PER_PIECE = 500
BYTE_ORDER_MARK = "\ufeff"
# A spreadsheet takes a cell that begins so for a formula; one that splits at semicolons or lines, inside a cell too.
_FORMULA = re.compile(r"(^|[;\n\r])(?=\s*[=+\-@\t\r])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    heading: str
    value: Callable[[PostedLine], str | int | Decimal | None]


def columns() -> list[Column]:
    """Return the columns, with their headings in the language being read."""
    return [
        Column(heading=_("Number in the record"), value=lambda line: line.sequence),
        Column(
            heading=_("Recorded"), value=lambda line: timezone.localtime(line.recorded_at).isoformat("T", "seconds")
        ),
        Column(heading=_("Happened"), value=lambda line: line.occurred_on.isoformat()),
        Column(heading=_("Kind of entry"), value=lambda line: str(line.reason.label)),
        Column(heading=_("What"), value=lambda line: line.headline),
        Column(heading=_("Provider"), value=lambda line: line.provider),
        Column(heading=_("Field"), value=lambda line: line.field),
        Column(heading=_("Field code (ISCED-F)"), value=lambda line: str(line.what.get("field_code") or "")),
        Column(heading=_("Level"), value=lambda line: line.what.get("level")),
        Column(heading=_("Kind of credit"), value=lambda line: wording.kind_of_credit(line.kind_of_credit)),
        Column(
            heading=_("How it was learned"),
            value=lambda line: str(LotSource(line.source).label) if line.source else "",
        ),
        Column(heading=_("Hundredths of a credit"), value=lambda line: line.hundredths),
        Column(heading=_("Credits"), value=lambda line: Decimal(line.hundredths).scaleb(-2)),
        Column(heading=_("Balance in hundredths of a credit"), value=lambda line: line.balance),
        Column(heading=_("Balance in credits"), value=lambda line: Decimal(line.balance).scaleb(-2)),
        Column(heading=_("Reversed of it, in hundredths"), value=lambda line: line.reversed_hundredths),
        Column(heading=_("Valid until"), value=lambda line: line.valid_until.isoformat() if line.valid_until else ""),
        Column(heading=_("Rule"), value=lambda line: wording.rule(line.snapshot)),
        Column(heading=_("Legal source"), value=lambda line: wording.rule_source(line.snapshot)),
        Column(heading=_("Reason of the reversal"), value=lambda line: line.reversal_reason),
        Column(heading=_("Document"), value=lambda line: line.authority),
        Column(heading=_("Public number"), value=lambda line: str(line.public_id)),
        Column(heading=_("Reversed of it later, in hundredths"), value=lambda line: line.reversed_later_hundredths),
    ]


def _as_of(excerpt: Excerpt, now: datetime) -> list[Column]:
    """Return the columns that are the same on every line: by when it had happened, by when it had been recorded."""
    until = excerpt.recorded_until
    known_at = min(now, until - timedelta(seconds=1)) if until else now
    day, moment = excerpt.known_on(timezone.localdate(now)).isoformat(), timezone.localtime(known_at)
    return [
        Column(heading=_("As of"), value=lambda _line: day),
        Column(heading=_("Known at"), value=lambda _line: moment.isoformat("T", "seconds")),
    ]


def statement_csv(lines: Iterable[PostedLine], excerpt: Excerpt, *, now: datetime) -> Iterator[bytes]:
    """
    Return the lines of that part, oldest first, as a file, piece by piece: it may be longer than the memory.

    It is in the language being read when this is called, whatever is being read when a piece is asked for.
    """
    return _pieces(iter(lines), excerpt, now, translation.get_language())


def _pieces(lines: Iterator[PostedLine], excerpt: Excerpt, now: datetime, language: str | None) -> Iterator[bytes]:
    with translation.override(language):
        shown = [*columns(), *_as_of(excerpt, now)]
    yield (BYTE_ORDER_MARK + _text([[column.heading for column in shown]])).encode()
    while some := list(islice(lines, LINES_PER_PIECE)):
        with translation.override(language):
            piece = _text([_cell(column.value(line)) for column in shown] for line in some)
        yield piece.encode()


def _text(rows: Iterable[Sequence[str | int | Decimal]]) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def _cell(value: str | int | Decimal | None) -> str | int | Decimal:
    """Return what is written: numbers as they are, texts so that no spreadsheet takes one for a formula."""
    if value is None:
        return ""
    return _FORMULA.sub(r"\1'", value) if isinstance(value, str) else value
