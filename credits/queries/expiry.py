"""Questions about credit whose last day comes near."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from credits.choices import Purpose
from credits.models.words import in_reading_language
from credits.rules import EXPIRY_NOTICES
from learners.models import Learner


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiring:
    """What is left of one lot in one learner's account, ready or set aside."""

    lot_id: int
    learner: Learner
    amount: int  # hundredths
    valid_until: date
    snapshot: dict[str, Any]

    @property
    def title(self) -> str:
        return self._text("title")

    @property
    def provider(self) -> str:
        return self._text("provider")

    @property
    def rule(self) -> str:
        """Return where it stands that this credit expires, as the entry of its expiry will say."""
        return str(self.snapshot.get("validity_source", self.snapshot.get("rule_source", "")))

    def notice(self, *, on: date) -> int:
        """Return which notice is due, by its days: the latest whose time has come; 0 for none."""
        left = (self.valid_until - on).days
        return min((notice.days for notice in EXPIRY_NOTICES if left <= notice.days), default=0)

    def _text(self, name: str) -> str:
        return in_reading_language(str(self.snapshot.get(f"{name}_vi", "")), str(self.snapshot.get(f"{name}_en", "")))


SOON = """
    SELECT l.entry_id, a.learner_id, l.valid_until, e.snapshot::text,
        sum(CASE WHEN p.destination_id = a.id THEN p.amount_minor ELSE -p.amount_minor END)::bigint
    FROM credits_lot l
    JOIN credits_journalentry e ON e.id = l.entry_id
    JOIN credits_posting p ON p.lot_id = l.entry_id
    JOIN credits_account a ON a.id IN (p.source_id, p.destination_id) AND a.purpose = ANY(%(ready)s)
    WHERE l.valid_until >= %(first)s AND l.valid_until <= %(last)s
        AND (l.entry_id, a.learner_id) > (%(lot)s, %(learner)s)
    GROUP BY l.entry_id, a.learner_id, e.id
    HAVING sum(CASE WHEN p.destination_id = a.id THEN p.amount_minor ELSE -p.amount_minor END) > 0
    ORDER BY l.entry_id, a.learner_id
    LIMIT %(limit)s
"""


def soon(*, on: date, after: tuple[int, int] = (0, 0), limit: int) -> list[Expiring]:
    """
    Return lots whose last day is near enough for a notice, by number, after one lot of one learner; two queries.

    The last day itself is the last one for which there is something to say.
    """
    longest = max(notice.days for notice in EXPIRY_NOTICES)
    with connection.cursor() as cursor:
        cursor.execute(
            SOON,
            {
                "ready": [str(Purpose.EARNED), str(Purpose.HELD)],
                "first": on,
                "last": on + timedelta(days=longest),
                "lot": after[0],
                "learner": after[1],
                "limit": limit,
            },
        )
        rows = cursor.fetchall()
    people = _people([row[1] for row in rows])
    return [
        Expiring(
            lot_id=lot_id, learner=people[learner_id], amount=amount, valid_until=until, snapshot=json.loads(snapshot)
        )
        for lot_id, learner_id, until, snapshot, amount in rows
    ]


def _people(ids: Sequence[int]) -> dict[int, Learner]:
    return Learner.objects.in_bulk(set(ids))
