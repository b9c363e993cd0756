"""
Questions about lots: which credit a learner holds, and where each part of it is.

A merge moves lots from one account of a person to the other, so what a learner holds is asked of the accounts, never of
who earned it first.
"""

import json
import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from credits.choices import Purpose, Unit
from learners.models import Learner


@dataclass(frozen=True, slots=True, kw_only=True)
class LotStanding:
    """One lot in one learner's accounts; amounts in hundredths of a credit."""

    lot_id: int  # the entry that brought it
    public_id: uuid.UUID  # of that entry
    issuer_id: int
    kind_of_credit: str
    source: str  # choices.LotSource
    field_code: str  # ISCED-F 2013
    level: int | None
    course_key: str
    amount_minor: int  # as it was awarded
    earned_on: date
    valid_until: date | None
    snapshot: dict[str, Any]  # what was learned, as it was written
    by_purpose: dict[str, int]

    @property
    def earned(self) -> int:
        """What is ready to be used."""
        return self.by_purpose.get(Purpose.EARNED, 0)

    @property
    def held(self) -> int:
        return self.by_purpose.get(Purpose.HELD, 0)

    @property
    def applied(self) -> int:
        return self.by_purpose.get(Purpose.APPLIED, 0)

    @property
    def expired(self) -> int:
        return self.by_purpose.get(Purpose.EXPIRED, 0)


# From the learner's entries to their few postings, which OFFSET 0 keeps: by way of the accounts the planner, misled by
# those of issuers through which everything goes, reads the whole table.
STANDING = """
    WITH moved AS (
        SELECT side.lot_id, side.purpose, side.change
        FROM credits_journalentry e CROSS JOIN LATERAL (
            SELECT p.lot_id, a.purpose,
                CASE WHEN a.id = p.destination_id THEN p.amount_minor ELSE -p.amount_minor END AS change
            FROM credits_posting p JOIN credits_account a ON a.id IN (p.source_id, p.destination_id)
            WHERE p.entry_id = e.id AND a.learner_id = e.learner_id AND a.unit = %(credit)s AND {which}
            OFFSET 0
        ) side
        WHERE e.learner_id = %(learner)s
    ), summed AS (
        SELECT lot_id, purpose, sum(change)::bigint AS amount FROM moved GROUP BY lot_id, purpose
    )
    SELECT l.entry_id, e.public_id, l.issuer_id, l.kind_of_credit, l.source, l.field_code, l.level, l.course_key,
        l.amount_minor, l.earned_on, l.valid_until, e.snapshot::text, jsonb_object_agg(s.purpose, s.amount)::text
    FROM summed s JOIN credits_lot l ON l.entry_id = s.lot_id JOIN credits_journalentry e ON e.id = l.entry_id
    GROUP BY l.entry_id, e.id
    ORDER BY l.earned_on, l.entry_id
"""


def standing(learner: Learner, *, lot_ids: Collection[int] | None = None) -> list[LotStanding]:
    """
    Return every lot that ever was in the learner's accounts, or these, oldest learning first; one query.

    Those of which nothing is left here are among them, with nothing in each place.
    """
    which = "true" if lot_ids is None else "p.lot_id = ANY(%(lots)s)"
    values: dict[str, Any] = {"learner": learner.pk, "credit": str(Unit.CREDIT), "lots": list(lot_ids or [])}
    with connection.cursor() as cursor:
        cursor.execute(STANDING.format(which=which), values)
        return [
            LotStanding(
                lot_id=row[0],
                public_id=row[1],
                issuer_id=row[2],
                kind_of_credit=row[3],
                source=row[4],
                field_code=row[5],
                level=row[6],
                course_key=row[7],
                amount_minor=row[8],
                earned_on=row[9],
                valid_until=row[10],
                snapshot=json.loads(row[11]),
                by_purpose=json.loads(row[12]),
            )
            for row in cursor.fetchall()
        ]


LIES_WITH = """
    SELECT a.learner_id FROM credits_posting p
    JOIN credits_account a ON a.id IN (p.source_id, p.destination_id) AND a.learner_id IS NOT NULL
    WHERE p.lot_id = ANY(%(lots)s)
    GROUP BY a.learner_id
    HAVING sum(CASE WHEN p.destination_id = a.id THEN p.amount_minor ELSE -p.amount_minor END) > 0
    ORDER BY a.learner_id LIMIT 1
"""


def lies_with(lot_ids: Iterable[int]) -> int | None:
    """Return in whose accounts these lots lie now, which only merges change; None if nothing is left of them."""
    with connection.cursor() as cursor:
        cursor.execute(LIES_WITH, {"lots": list(lot_ids)})
        row = cursor.fetchone()
    return int(row[0]) if row else None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHold:
    """Credit set aside that neither came back nor was used yet."""

    entry_id: int
    learner_id: int
    amount_minor: int
    expires_at: datetime


HOLDS = """
    SELECT h.entry_id, h.learner_id, h.amount_minor, h.expires_at FROM credits_hold h
    WHERE h.learner_id = {learner}
        AND NOT EXISTS (SELECT 1 FROM credits_journalentry e WHERE e.ends_id = h.entry_id)
"""
OPEN = HOLDS.format(learner="%(learner)s") + "ORDER BY h.entry_id"

# Only of those in whose account something is set aside now: the holds that have ended are many, and only grow.
LAPSED = f"""
    WITH holders AS MATERIALIZED (
        SELECT DISTINCT a.learner_id FROM credits_account a CROSS JOIN LATERAL (
            SELECT side.balance FROM (
                (SELECT source_position AS position, source_balance AS balance FROM credits_posting
                    WHERE source_id = a.id ORDER BY source_position DESC LIMIT 1)
                UNION ALL
                (SELECT destination_position, destination_balance FROM credits_posting
                    WHERE destination_id = a.id ORDER BY destination_position DESC LIMIT 1)
            ) side ORDER BY side.position DESC LIMIT 1
        ) newest
        WHERE a.purpose = 'HELD' AND newest.balance > 0
    )
    SELECT h.* FROM holders CROSS JOIN LATERAL (
        {HOLDS.format(learner="holders.learner_id")} AND h.expires_at <= %(now)s OFFSET 0
    ) h ORDER BY h.expires_at, h.entry_id LIMIT %(limit)s
"""  # noqa: S608 -- constants of this module


def lapsed_holds(*, now: datetime, limit: int) -> list[OpenHold]:
    """Return holds whose time is over and that have not ended, the longest overdue first."""
    return _holds(LAPSED, now=now, limit=limit)


def open_holds(learner: Learner) -> list[OpenHold]:
    return _holds(OPEN, learner=learner.pk)


def _holds(query: str, **values: Any) -> list[OpenHold]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [
            OpenHold(entry_id=row[0], learner_id=row[1], amount_minor=row[2], expires_at=row[3])
            for row in cursor.fetchall()
        ]


LOTS_PER_BATCH = 1_000

# Of the next lots that are over, in the order of their last days, what is ready in whose account; one row at least for
# each, so that the last row says where the next batch begins.
OVER = """
    SELECT l.valid_until, l.entry_id, ready.learner_id FROM (
        SELECT valid_until, entry_id FROM credits_lot
        WHERE valid_until < %(today)s AND (valid_until, entry_id) > (%(last_day)s::date, %(last_id)s)
        ORDER BY valid_until, entry_id LIMIT %(batch)s
    ) l LEFT JOIN LATERAL (
        SELECT a.learner_id FROM credits_posting p
        JOIN credits_account a ON a.id IN (p.source_id, p.destination_id) AND a.purpose = %(earned)s
        WHERE p.lot_id = l.entry_id
        GROUP BY a.learner_id
        HAVING sum(CASE WHEN p.destination_id = a.id THEN p.amount_minor ELSE -p.amount_minor END) > 0
        OFFSET 0
    ) ready ON true
    ORDER BY l.valid_until, l.entry_id
"""


def over(*, today: date, limit: int) -> Iterator[tuple[int, int]]:
    """
    Yield lots whose last day has passed and of which something is still ready: (lot, whose account it is in).

    Those that expired long ago are looked at again, as something may have come back: ``LOTS_PER_BATCH`` a query, so
    that no question grows with the years.
    """
    values: dict[str, Any] = {"earned": str(Purpose.EARNED), "today": today, "batch": LOTS_PER_BATCH}
    last: tuple[str | date, int] | None = ("-infinity", 0)
    while last and limit > 0:
        with connection.cursor() as cursor:
            cursor.execute(OVER, {**values, "last_day": last[0], "last_id": last[1]})
            rows = cursor.fetchall()
        ready = [(lot_id, learner_id) for _day, lot_id, learner_id in rows if learner_id is not None][:limit]
        yield from ready
        limit -= len(ready)
        last = (rows[-1][0], rows[-1][1]) if rows else None
