"""
Questions to the ledger: what somebody holds, what was written and when.

Amounts are hundredths of a credit. A statement is in the order of recording, which never changes; when something
happened is said on its line.
"""

import json
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import connection
from django.utils import timezone, translation

from credits.choices import Purpose, Reason, Unit
from credits.queries.audit import Finding, audit
from learners.models import Learner

__all__ = [
    "Balance",
    "FieldTotal",
    "Finding",
    "Month",
    "PostedLine",
    "Statement",
    "audit",
    "balance",
    "balances",
    "posted_between",
    "statement",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What a learner has earned and still holds."""

    by_kind: dict[str, int]  # KindOfCredit → hundredths; kinds ever earned, in the order of their names

    @property
    def total(self) -> int:
        return sum(self.by_kind.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedLine:
    """One entry as its learner reads it; of a reversal, what it took back and why."""

    learner_id: int
    public_id: uuid.UUID
    sequence: int
    kind_of_credit: str
    hundredths: int  # signed: a reversal takes away
    balance: int  # of all kinds, after this line; 0 where it was not asked for
    occurred_at: datetime
    recorded_at: datetime
    is_reversal: bool
    is_reversed: bool
    reversal_reason: str
    award: dict[str, Any]  # credits.actions.ledger.Award as it was written

    @property
    def title(self) -> str:
        return self._text("title")

    @property
    def provider(self) -> str:
        return self._text("provider")

    @property
    def field(self) -> str:
        return self._text("field")

    @property
    def recorded_on(self) -> date:
        return timezone.localdate(self.recorded_at)

    @property
    def occurred_on(self) -> date:
        return timezone.localdate(self.occurred_at)

    def _text(self, name: str) -> str:
        return _in_language(str(self.award.get(f"{name}_vi", "")), str(self.award.get(f"{name}_en", "")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    first_on: date
    lines: Sequence[PostedLine]  # newest first

    @property
    def hundredths(self) -> int:
        return sum(line.hundredths for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldTotal:
    name_vi: str
    name_en: str
    hundredths: int

    @property
    def name(self) -> str:
        return _in_language(self.name_vi, self.name_en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """All that was ever written into a learner's book."""

    lines: Sequence[PostedLine]  # newest first
    newest_hash: str  # of the newest entry, hexadecimal; empty for an empty book

    @property
    def total(self) -> int:
        return self.lines[0].balance if self.lines else 0

    @property
    def by_kind(self) -> dict[str, int]:
        sums: dict[str, int] = defaultdict(int)
        for line in self.lines:
            sums[line.kind_of_credit] += line.hundredths
        return dict(sorted(sums.items()))

    @property
    def by_field(self) -> list[FieldTotal]:
        """Return what is held in each field, most first, fields that came to nothing left out."""
        sums: dict[str, int] = defaultdict(int)
        newest: dict[str, PostedLine] = {}
        for line in self.lines:
            code = str(line.award.get("field_code", ""))
            sums[code] += line.hundredths
            newest.setdefault(code, line)
        totals = [
            FieldTotal(
                name_vi=str(newest[code].award.get("field_vi", "")),
                name_en=str(newest[code].award.get("field_en", "")),
                hundredths=hundredths,
            )
            for code, hundredths in sums.items()
            if hundredths
        ]
        return sorted(totals, key=lambda total: (-total.hundredths, total.name_vi))

    @property
    def years(self) -> list[int]:
        """Return the years something was written in, newest first."""
        return sorted({line.recorded_on.year for line in self.lines}, reverse=True)

    def months(self, *, since: date | None = None, until: date | None = None) -> list[Month]:
        """Return the months, newest first, of what was written from ``since`` to ``until``, both days included."""
        lines = [
            line
            for line in self.lines
            if (since is None or line.recorded_on >= since) and (until is None or line.recorded_on <= until)
        ]
        return [
            Month(first_on=first_on, lines=list(group))
            for first_on, group in groupby(lines, key=lambda line: line.recorded_on.replace(day=1))
        ]

    def balance_on(self, day: date) -> int:
        """Return the balance at the end of a day."""
        return next((line.balance for line in self.lines if line.recorded_on <= day), 0)


LINES = """
    SELECT e.learner_id, e.public_id, e.sequence, e.reason, e.occurred_at, e.recorded_at, e.hash,
        e.snapshot ->> 'reason', coalesce(original.snapshot, e.snapshot)::text,
        EXISTS (SELECT 1 FROM credits_journalentry r WHERE r.reverses_id = e.id),
        s.kind_of_credit,
        CASE WHEN d.learner_id IS NOT NULL AND d.purpose = %(earned)s THEN p.amount_minor ELSE 0 END
        - CASE WHEN s.learner_id IS NOT NULL AND s.purpose = %(earned)s THEN p.amount_minor ELSE 0 END
    FROM credits_journalentry e
    JOIN credits_posting p ON p.entry_id = e.id
    JOIN credits_account s ON s.id = p.source_id
    JOIN credits_account d ON d.id = p.destination_id
    LEFT JOIN credits_journalentry original ON original.id = e.reverses_id
    WHERE s.unit = %(credit)s AND {which}
    ORDER BY e.learner_id, e.sequence, p.id
"""

NEWEST = """
    SELECT a.learner_id, a.kind_of_credit, newest.balance
    FROM credits_account a
    CROSS JOIN LATERAL (
        SELECT * FROM (
            (SELECT source_position AS position, source_balance AS balance FROM credits_posting
                WHERE source_id = a.id ORDER BY source_position DESC LIMIT 1)
            UNION ALL
            (SELECT destination_position, destination_balance FROM credits_posting
                WHERE destination_id = a.id ORDER BY destination_position DESC LIMIT 1)
        ) side ORDER BY position DESC LIMIT 1
    ) newest
    WHERE a.learner_id = ANY(%(learners)s) AND a.unit = %(credit)s AND a.purpose = %(earned)s
    ORDER BY a.kind_of_credit
"""
WORDS = {"credit": str(Unit.CREDIT), "earned": str(Purpose.EARNED)}


def balance(learner: Learner) -> Balance:
    """Return what the learner holds; one query, however long the history."""
    return balances([learner.pk]).get(learner.pk, Balance(by_kind={}))


def balances(learner_ids: Collection[int]) -> dict[int, Balance]:
    """Return what each of these learners holds, in one query; who never earned anything is left out."""
    kinds: dict[int, dict[str, int]] = defaultdict(dict)
    for learner_id, kind, hundredths in _rows(NEWEST, {"learners": list(learner_ids)}):
        kinds[learner_id][kind] = hundredths
    return {learner_id: Balance(by_kind=by_kind) for learner_id, by_kind in kinds.items()}


def statement(learner: Learner) -> Statement:
    """Return the learner's whole book, in one query."""
    rows = _rows(LINES.format(which="e.learner_id = %(learner)s"), {"learner": learner.pk})
    running = 0
    lines = []
    for line in _lines(rows):
        running += line.hundredths
        lines.append(replace(line, balance=running))
    return Statement(lines=lines[::-1], newest_hash=bytes(rows[-1][6]).hex() if rows else "")


def posted_between(*, since: datetime, until: datetime, learner_ids: Collection[int]) -> dict[int, list[PostedLine]]:
    """
    Return what was recorded for each of these learners from ``since`` to just before ``until``, oldest first.

    One query for all. ``balance`` is not worked out. An entry is recorded a moment before it is committed: who must
    miss none lets ``until`` lie a minute back.
    """
    rows = _rows(
        LINES.format(
            which="e.recorded_at >= %(since)s AND e.recorded_at < %(until)s AND e.learner_id = ANY(%(learners)s)"
        ),
        {"since": since, "until": until, "learners": list(learner_ids)},
    )
    return {learner_id: list(group) for learner_id, group in groupby(_lines(rows), key=lambda line: line.learner_id)}


def _rows(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, {**WORDS, **values})
        return list(cursor.fetchall())


def _lines(rows: Sequence[tuple[Any, ...]]) -> Iterable[PostedLine]:
    """Make one line of each entry, and of each kind of credit in it, without balance."""
    for _entry, group in groupby(rows, key=lambda row: (row[0], row[2], row[10])):
        parts = list(group)
        first = parts[0]
        yield PostedLine(
            learner_id=first[0],
            public_id=first[1],
            sequence=first[2],
            kind_of_credit=first[10],
            hundredths=sum(part[11] for part in parts),
            balance=0,
            occurred_at=first[4],
            recorded_at=first[5],
            is_reversal=first[3] == Reason.REVERSAL,
            is_reversed=first[9],
            reversal_reason=(first[7] or "") if first[3] == Reason.REVERSAL else "",
            award=json.loads(first[8]),
        )


def _in_language(vietnamese: str, english: str) -> str:
    return (english if translation.get_language() == "en" else "") or vietnamese
