"""
The statement: a learner's book in the order of recording, whole or in part, now or as of an earlier day.

Two times are kept apart. *As recorded until T* is what was known at T: entries are only added, so it never changes.
*As effective on D* is what had happened by the end of D, by what is known at T: later entries may still tell of earlier
days, so it is always shown with its T. Either way balances count every entry, also those a filter leaves off the page.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.utils import timezone

from credits.choices import Purpose
from credits.queries import wording
from credits.queries.line import ALWAYS, LEGS, PostedLine, line_of, rows, rows_in_turn
from credits.queries.running import page_of_book, whole_book
from learners.models import Learner

LINES_PER_PAGE_MAX = 200
LINES_ON_PAPER_MAX = 2000  # some ninety sheets
NEVER = "-infinity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Which part of the book is read, and as of when; ``None`` leaves that side open."""

    since: date | None = None  # first day of recording; with effective_on, of when it happened
    until: date | None = None  # the last day, likewise
    source: str = ""  # only lines that move credit learned this way
    recorded_until: datetime | None = None  # what was recorded before this moment
    effective_on: date | None = None  # what had happened by the end of this day

    def known_on(self, today: date) -> date:
        """Return the last day whose entries count in the totals."""
        last = self.recorded_until and timezone.localdate(self.recorded_until - timedelta(microseconds=1))
        return min(day for day in (today, last, self.effective_on) if day)

    def closes_on(self, today: date) -> date:
        """Return the last day the lines tell of."""
        known_on = self.known_on(today)
        return min(known_on, self.until or known_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    first_on: date
    hundredths: int  # what all its lines in this part come to, also those that are not shown
    lines: Sequence[PostedLine]  # newest first


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldTotal:
    name_vi: str
    name_en: str
    hundredths: int

    @property
    def name(self) -> str:
        return wording.in_language(self.name_vi, self.name_en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """Where the credit of a learner is; sums in hundredths, those that came to nothing left out."""

    by_purpose: dict[Purpose, int]
    by_kind: dict[str, int]  # of what can be used, like the next
    by_field: list[FieldTotal]  # most first

    @property
    def kinds(self) -> list[tuple[str, int]]:
        """Return what can be used of each kind of credit, most first, by its name."""
        named = [(wording.kind_of_credit(kind), hundredths) for kind, hundredths in self.by_kind.items()]
        return sorted(named, key=lambda kind: -kind[1])

    @property
    def elsewhere(self) -> list[tuple[str, int]]:
        """Return what is set aside, used and expired, by its name."""
        return [
            (wording.purpose(purpose), self.by_purpose[purpose])
            for purpose in (Purpose.HELD, Purpose.APPLIED, Purpose.EXPIRED)
            if self.by_purpose.get(purpose)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """How long the book is."""

    lines_count: int  # entries; one in several kinds of credit counts once
    years: list[int]  # in which something was recorded, newest first
    years_happened: list[int]  # in which something happened, likewise
    frozen_because: str  # why no credit can be used for now; empty as a rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A part of a learner's book, and what the whole of it comes to."""

    excerpt: Excerpt
    lines: Sequence[PostedLine]  # newest first; at most as many as were asked for
    lines_count: int  # how many there are in this part
    by_month: dict[date, int]  # what the lines of this part come to, by the first of the month, where lines are shown
    has_earlier: bool  # whether something was recorded before the part begins
    opening: int  # balance before it
    closing: int  # balance at its end
    total: int  # balance of all that was recorded and had happened
    newest_number: int  # of the newest entry recorded; 0 for an empty book
    newest_recorded_at: datetime | None
    newest_hash: str  # hexadecimal
    holdings: Holdings

    @property
    def by_kind(self) -> dict[str, int]:
        return self.holdings.by_kind

    @property
    def by_field(self) -> list[FieldTotal]:
        return self.holdings.by_field

    @property
    def is_empty(self) -> bool:
        return not self.newest_number

    @property
    def months(self) -> list[Month]:
        """Return the lines by the month they are listed under, newest first."""
        return [
            Month(first_on=first_on, hundredths=self.by_month[first_on], lines=list(group))
            for first_on, group in groupby(self.lines, key=_month_of)
        ]


SUMS = f"""
    WITH leg AS ({LEGS}),
    sums AS (
        SELECT leg.purpose, leg.kind_of_credit, lot.field_code, sum(leg.change) AS hundredths,
            max(lot.entry_id) AS newest
        FROM leg JOIN credits_lot lot ON lot.entry_id = leg.lot_id
        GROUP BY leg.purpose, leg.kind_of_credit, lot.field_code
    )
    SELECT sums.*, named.snapshot ->> 'field_vi' AS name_vi, named.snapshot ->> 'field_en' AS name_en
    FROM sums JOIN credits_journalentry named ON named.id = sums.newest
"""  # noqa: S608 -- constants of this app

OUTLINE = """
    SELECT count(*) AS lines_count,
        array_agg(DISTINCT extract(year FROM recorded_at AT TIME ZONE %(zone)s)::integer) AS years,
        array_agg(DISTINCT extract(year FROM occurred_at AT TIME ZONE %(zone)s)::integer) AS years_happened,
        (SELECT max(f.reason) FROM credits_freeze f WHERE f.learner_id IN (SELECT credits_accounts_of(%(learner)s))
            AND NOT EXISTS (SELECT 1 FROM credits_unfreeze u WHERE u.freeze_id = f.id)) AS frozen_because
    FROM credits_journalentry WHERE learner_id = %(learner)s
"""

EVERYTHING = Excerpt()


def outline(learner: Learner) -> Outline:
    """Return how long the book is; one query."""
    (row,) = rows(OUTLINE, {"learner": learner.pk, "zone": timezone.get_current_timezone_name()})
    return Outline(
        lines_count=row["lines_count"],
        years=sorted(row["years"] or [], reverse=True),
        years_happened=sorted(row["years_happened"] or [], reverse=True),
        frozen_because=row["frozen_because"] or "",
    )


def statement(
    learner: Learner, excerpt: Excerpt = EVERYTHING, *, limit: int | None = None, offset: int = 0
) -> Statement:
    """
    Return the part of a learner's book that ``excerpt`` asks for, at most ``limit`` lines from the newest; two queries.

    Every line carries the balance after it. Balances count every entry, also those that are not among the lines.
    """
    values = values_of(learner, excerpt)
    query = page_of_book(as_it_happened=excerpt.effective_on is not None)
    found = rows(query, {**values, "limit": limit, "offset": offset})
    book, shown = found[0], [row for row in found if row["public_id"] is not None]
    lines = [line_of(row) for row in shown]
    return Statement(
        excerpt=excerpt,
        lines=lines,
        by_month={_month_of(line): int(row["month_earned"]) for line, row in zip(lines, shown, strict=True)},
        lines_count=book["lines_count"],
        has_earlier=book["opening"] is not None,
        opening=int(book["opening"] or 0),
        closing=int(book["closing"] or 0),
        total=int(book["total"] or 0),
        newest_number=book["newest_number"] or 0,
        newest_recorded_at=book["newest_recorded_at"],
        newest_hash=bytes(book["newest_hash"] or b"").hex(),
        holdings=_holdings(rows(SUMS, values)),
    )


def lines(learner: Learner, excerpt: Excerpt = EVERYTHING) -> Iterator[PostedLine]:
    """
    Return every line of that part, oldest first, each with its balance; the memory does not grow with the book.

    The one query is asked before this returns.
    """
    query = whole_book(as_it_happened=excerpt.effective_on is not None)
    return map(line_of, rows_in_turn(query, values_of(learner, excerpt)))


def values_of(learner: Learner, excerpt: Excerpt) -> dict[str, Any]:
    """Return what the queries of this module ask for by name."""
    return {
        "learner": learner.pk,
        "since": _start_of(excerpt.since) or NEVER,
        "until": _end_of(excerpt.until) or ALWAYS,
        "recorded_until": excerpt.recorded_until or ALWAYS,
        "effective_until": _end_of(excerpt.effective_on) or ALWAYS,
        "source": excerpt.source,
        "zone": timezone.get_current_timezone_name(),
    }


def _month_of(line: PostedLine) -> date:
    return line.listed_on.replace(day=1)


def _start_of(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, datetime.min.time())) if day else None


def _end_of(day: date | None) -> datetime | None:
    """Return the midnight a day ends with: the first moment that is no longer part of it."""
    return _start_of(day + timedelta(days=1)) if day else None


def _holdings(found: Iterable[dict[str, Any]]) -> Holdings:
    by_purpose: dict[Purpose, int] = defaultdict(int)
    by_kind: dict[str, int] = defaultdict(int)
    by_field: dict[str, int] = defaultdict(int)
    names: dict[str, tuple[int, str, str]] = {}  # of the newest award in the field
    for row in found:
        purpose, field, hundredths = Purpose(row["purpose"]), row["field_code"], int(row["hundredths"])
        by_purpose[purpose] += hundredths
        if purpose == Purpose.EARNED:
            by_kind[row["kind_of_credit"]] += hundredths
            by_field[field] += hundredths
            names[field] = max(
                names.get(field, (0, "", "")), (row["newest"], row["name_vi"] or "", row["name_en"] or "")
            )
    totals = [
        FieldTotal(name_vi=names[field][1], name_en=names[field][2], hundredths=hundredths)
        for field, hundredths in by_field.items()
        if hundredths
    ]
    return Holdings(
        by_purpose={purpose: hundredths for purpose, hundredths in by_purpose.items() if hundredths},
        by_kind={kind: hundredths for kind, hundredths in sorted(by_kind.items()) if hundredths},
        by_field=sorted(totals, key=lambda total: (-total.hundredths, total.name_vi)),
    )
