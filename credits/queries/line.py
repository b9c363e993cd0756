"""
One line of a learner's book: an entry as its learner reads it, and of each kind of credit in it one line.

The words of a line are in ``wording.py``; which lines there are is asked in ``statement.py`` and ``ledger.py``.
"""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from credits.choices import Purpose, Reason, Unit
from credits.queries import wording

WORDS = {
    "credit": str(Unit.CREDIT),
    "earned": str(Purpose.EARNED),
    "held": str(Purpose.HELD),
    "applied": str(Purpose.APPLIED),
    "expired": str(Purpose.EXPIRED),
}

ROWS_AT_ONCE = 500
ALWAYS = "infinity"  # later than everything recorded or effective

# Every posting of a learner's credit, seen from the learner's account. OFFSET 0 keeps the way from an entry to its few
# postings: the accounts of issuers, through which everything goes, would make the planner read the whole table.
LEGS = """
    SELECT e.id AS entry_id, e.sequence, e.recorded_at, e.occurred_at,
        side.lot_id, side.purpose, side.kind_of_credit, side.change
    FROM credits_journalentry e CROSS JOIN LATERAL (
        SELECT p.lot_id, a.purpose, a.kind_of_credit,
            CASE WHEN a.id = p.destination_id THEN p.amount_minor ELSE -p.amount_minor END AS change
        FROM credits_posting p JOIN credits_account a ON a.id IN (p.source_id, p.destination_id)
        WHERE p.entry_id = e.id AND a.learner_id = e.learner_id AND a.unit = %(credit)s
        OFFSET 0
    ) side
    WHERE e.learner_id = %(learner)s AND e.recorded_at < %(recorded_until)s AND e.occurred_at < %(effective_until)s
"""
CHANGES = """
    coalesce(sum(leg.change) FILTER (WHERE leg.purpose = %(earned)s), 0) AS earned,
    coalesce(sum(leg.change) FILTER (WHERE leg.purpose = %(held)s), 0) AS held,
    coalesce(sum(leg.change) FILTER (WHERE leg.purpose = %(applied)s), 0) AS applied,
    coalesce(sum(leg.change) FILTER (WHERE leg.purpose = %(expired)s), 0) AS expired
"""

# What a line says besides its amounts: of entry ``e``, in ``change.kind_of_credit``. What was recorded or happened
# later than asked for is not known yet. Each OFFSET 0 spares the planner the orders it could join all of this in.
COLUMNS = """
    e.learner_id, e.public_id, e.sequence, e.reason, e.occurred_at, e.recorded_at, e.snapshot::text AS snapshot,
    original.*, lot.source, lot.valid_until, back.*, agreed.*, hold.expires_at, conversion.*
"""
JOINS = """
    LEFT JOIN LATERAL (
        SELECT o.reason AS original_reason, o.snapshot::text AS original, o.public_id AS original_id
        FROM credits_journalentry o WHERE o.id = e.reverses_id OFFSET 0
    ) original ON true
    LEFT JOIN credits_lot lot ON lot.entry_id = e.id
    CROSS JOIN LATERAL (
        -- What had not happened yet on the day looked back to, but is known by now, is told apart.
        SELECT coalesce(sum(p.amount_minor) FILTER (WHERE r.occurred_at < %(effective_until)s), 0) AS reversed,
            coalesce(sum(p.amount_minor) FILTER (WHERE r.occurred_at >= %(effective_until)s), 0) AS reversed_later,
            max(r.occurred_at) FILTER (WHERE r.occurred_at >= %(effective_until)s) AS reversed_later_at
        FROM credits_journalentry r
        JOIN credits_posting p ON p.entry_id = r.id
        JOIN credits_account a ON a.id = p.source_id AND a.unit = %(credit)s
        WHERE r.reverses_id = e.id AND a.kind_of_credit = change.kind_of_credit
            AND r.recorded_at < %(recorded_until)s
        OFFSET 0
    ) back
    LEFT JOIN LATERAL (
        -- The words are the request's: the entry has their digests, and they may be erased.
        -- A curator may ask about what an organisation issued; then it is the portal that asked. Who asked is read from
        -- the entry: people change their work, and organisations their names.
        SELECT q.reason AS why, q.authority, q.seen, decision.decided_at,
            nullif(e.snapshot ->> 'asked_by_vi', '') AS asked_by_vi,
            nullif(e.snapshot ->> 'asked_by_en', '') AS asked_by_en
        FROM credits_ledgerrequest q
        LEFT JOIN credits_ledgerdecision decision ON decision.request_id = q.id
        WHERE q.id = e.request_id
        OFFSET 0
    ) agreed ON true
    LEFT JOIN LATERAL (
        -- Until when it is set aside, as long as it is.
        SELECT h.expires_at FROM credits_hold h WHERE h.entry_id = e.id AND NOT EXISTS (
            SELECT 1 FROM credits_journalentry x WHERE x.ends_id = e.id
                AND x.recorded_at < %(recorded_until)s AND x.occurred_at < %(effective_until)s
        )
        OFFSET 0
    ) hold ON true
    LEFT JOIN LATERAL (
        SELECT c.scheme_code, c.in_minor, c.numerator, c.denominator
        FROM credits_conversion c WHERE c.entry_id = e.id OFFSET 0
    ) conversion ON true
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """Credit of another scheme that became credit here."""

    scheme_code: str
    hundredths: int
    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedLine:
    """One entry, or the part of it in one kind of credit; of a reversal, what it took back and why."""

    learner_id: int
    public_id: uuid.UUID
    sequence: int
    reason: Reason
    kind_of_credit: str
    hundredths: int  # signed, of what can be used: setting aside and reversing take away
    others: dict[Purpose, int]  # signed, of what is set aside, used and expired, as far as it changed
    balance: int  # of all kinds, after this line; 0 where it was not asked for
    occurred_at: datetime
    recorded_at: datetime
    snapshot: dict[str, Any]  # what was recorded, as it was written
    original_id: uuid.UUID | None  # of a reversal: the entry it answers
    original_reason: Reason | None
    original: dict[str, Any]  # its snapshot; empty unless this is a reversal
    reversed_hundredths: int  # how much of it has been taken back
    reversed_later_hundredths: int  # and how much after the day looked back to, as is known by now
    reversed_later_at: datetime | None  # when that last happened
    listed_at: datetime  # the moment it is listed under: of recording, or where it is asked so, when it happened
    source: str  # how it was learned; empty unless it brought new credit
    valid_until: date | None
    why: str  # of an act of two persons: the reason, in the words of who asked
    authority: str  # and the document that allows it
    seen: str  # of what was recognised: what somebody saw, in their words
    asked_by_vi: str  # the organisation that asked; empty if the portal did
    asked_by_en: str
    decided_at: datetime | None
    expires_at: datetime | None  # of a hold that has not ended: when it comes back at the latest
    converted: Converted | None  # of a transfer

    @property
    def what(self) -> dict[str, Any]:
        """Return the snapshot that says what the line is about: of a reversal, that of the reversed entry."""
        return self.original or self.snapshot

    @property
    def title(self) -> str:
        return wording.text_of(self.what, "title")

    @property
    def provider(self) -> str:
        return wording.text_of(self.what, "provider")

    @property
    def field(self) -> str:
        return wording.text_of(self.what, "field")

    @property
    def kind_name(self) -> str:
        return wording.kind_of_credit(self.kind_of_credit)

    @property
    def headline(self) -> str:
        """Return what the line is about in one phrase, such as "Used for …"."""
        return wording.headline(self)

    @property
    def notes(self) -> list[str]:
        """Return the small print below the headline, phrase by phrase."""
        return wording.notes(self)

    @property
    def asked_by(self) -> str:
        return wording.in_language(self.asked_by_vi, self.asked_by_en)

    @property
    def is_reversal(self) -> bool:
        return self.reason == Reason.REVERSAL

    @property
    def reversal_reason(self) -> str:
        return self.why if self.is_reversal else ""

    @property
    def left_hundredths(self) -> int:
        """Return how much of it no reversal has taken back."""
        return abs(self.hundredths) - self.reversed_hundredths

    @property
    def is_reversed(self) -> bool:
        return self.reversed_hundredths > 0 and self.left_hundredths <= 0

    @property
    def is_partly_reversed(self) -> bool:
        return self.reversed_hundredths > 0 and self.left_hundredths > 0

    @property
    def listed_on(self) -> date:
        return timezone.localdate(self.listed_at)

    @property
    def recorded_on(self) -> date:
        return timezone.localdate(self.recorded_at)

    @property
    def occurred_on(self) -> date:
        return timezone.localdate(self.occurred_at)


def rows(query: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    """Run a query of this app's constants; return its rows by name of column."""
    with connection.cursor() as cursor:
        cursor.execute(query, {**WORDS, **values})
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def rows_in_turn(query: str, values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """
    Run such a query and hand its rows on a few at a time: for as many as there are, in little memory.

    It has been asked when this returns, so that what is wrong with it shows before an answer has begun. Outside a
    transaction the database keeps the rows aside, and no transaction waits for a slow reader.
    """
    found = _in_turn(query, {**WORDS, **values})
    next(found)
    return found


def _in_turn(query: str, values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, values)
        yield {}  # asked
        while these := cursor.fetchmany(ROWS_AT_ONCE):
            names = [column.name for column in cursor.description]
            yield from (dict(zip(names, row, strict=True)) for row in these)


def line_of(row: dict[str, Any]) -> PostedLine:
    """Make a line of a row: kind_of_credit, the columns of ``CHANGES``, balance if asked for, and ``COLUMNS``."""
    changes = {
        Purpose.HELD: int(row["held"]),
        Purpose.APPLIED: int(row["applied"]),
        Purpose.EXPIRED: int(row["expired"]),
    }
    return PostedLine(
        learner_id=row["learner_id"],
        public_id=row["public_id"],
        sequence=row["sequence"],
        reason=Reason(row["reason"]),
        kind_of_credit=row["kind_of_credit"],
        hundredths=int(row["earned"]),
        others={purpose: change for purpose, change in changes.items() if change},
        balance=int(row.get("balance") or 0),
        occurred_at=row["occurred_at"],
        recorded_at=row["recorded_at"],
        snapshot=json.loads(row["snapshot"]),
        original_id=row["original_id"],
        original_reason=Reason(row["original_reason"]) if row["original_reason"] else None,
        original=json.loads(row["original"] or "{}"),
        reversed_hundredths=int(row["reversed"]),
        reversed_later_hundredths=int(row["reversed_later"]),
        reversed_later_at=row["reversed_later_at"],
        listed_at=row.get("listed_at") or row["recorded_at"],
        source=row["source"] or "",
        valid_until=row["valid_until"],
        why=row["why"] or "",
        authority=row["authority"] or "",
        seen=row["seen"] or "",
        asked_by_vi=row["asked_by_vi"] or "",
        asked_by_en=row["asked_by_en"] or "",
        decided_at=row["decided_at"],
        expires_at=row["expires_at"],
        converted=Converted(
            scheme_code=row["scheme_code"],
            hundredths=row["in_minor"],
            numerator=row["numerator"],
            denominator=row["denominator"],
        )
        if row["scheme_code"]
        else None,
    )
