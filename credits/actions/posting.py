"""
How an entry is written: lock, read, decide, insert. For the actions that are use cases; nobody else calls this.

Every act of the ledger goes the same way, in READ COMMITTED: ``take`` locks the learner, then all bounded accounts it
will touch by id, and only then reads where the chain and the balances stand; ``write`` inserts the entry and its
postings. One statement each, two more open and commit the transaction. It is SQL because the ORM's share of the time
would be four fifths, and the first is a function of the database because planning it anew costs more than doing it.
An award decides nothing under the locks, so ``ledger.award`` does all of it in one call (decision 0129), and
``batch.award_many`` does it for many.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from credits.actions.draft import (
    COLUMNS,
    NEW,
    BalanceOutOfBounds,
    Credit,
    Draft,
    Key,
    KeyReused,
    Move,
    Part,
    Side,
    UnableToPost,
    amount,
    new_lot,
)
from credits.choices import Purpose
from credits.models import JournalEntry, chain
from credits.rules import BOUNDS
from learners.models import Learner

__all__ = [
    "NEW",
    "BalanceOutOfBounds",
    "Credit",
    "Draft",
    "Head",
    "KeyReused",
    "Move",
    "Part",
    "Side",
    "UnableToPost",
    "amount",
    "first_answer",
    "new_lot",
    "take",
    "write",
]


@dataclass(slots=True, kw_only=True)
class Standing:
    """Where a bounded account stands: how many postings touched it, and what they left."""

    position: int = 0
    balance: int = 0
    minor_min: int | None
    minor_max: int | None

    def move(self, change: int) -> tuple[int, int]:
        self.position += 1
        self.balance += change
        if self.minor_min is not None and self.balance < self.minor_min:
            raise BalanceOutOfBounds(_("There is not that much left in this account."))
        if self.minor_max is not None and self.balance > self.minor_max:
            raise BalanceOutOfBounds(_("This account cannot hold that much."))
        return self.position, self.balance


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """The accounts an entry moves, and where those of them stand that are bounded and locked."""

    ids: dict[Key, int]
    standings: dict[int, Standing]

    def move(self, side: Side, change: int) -> tuple[int, int | None, int | None]:
        """Move an account on; return it with its new position and balance, which only a bounded one has."""
        account_id = self.ids[side.key]
        standing = self.standings.get(account_id)
        return (account_id, *(standing.move(change) if standing else (None, None)))


class ChainEnd(NamedTuple):
    """The end of a learner's chain: their newest entry, if there is one."""

    sequence: int = 0
    hash: bytes | None = None
    recorded_at: datetime | None = None

    def recorded(self, now: datetime) -> datetime:
        """Return when the next entry is recorded: two clocks may differ, and a chain does not run backwards."""
        return max(now, self.recorded_at or now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What is true while the locks are held."""

    accounts: Accounts
    first_id: int | None  # the entry this idempotency key has posted already
    first_body_hash: bytes
    end: ChainEnd

    def recorded(self, now: datetime) -> datetime:
        return self.end.recorded(now)


TAKE = "SELECT * FROM credits_take(%s, %s, %s::bigint[], %s::bigint[], %s, %s, %s)"  # migrations/0003_take.sql

OPEN = """
    INSERT INTO credits_account
        (learner_id, organization_id, unit, purpose, kind_of_credit, balance_min, balance_max, opened_at)
    VALUES {rows} ON CONFLICT DO NOTHING
"""

SNAPSHOT = COLUMNS.index("snapshot")
ENTRY = """
    WITH entry AS (
        INSERT INTO credits_journalentry ({columns}) VALUES ({values})
        ON CONFLICT (idempotency_key) DO NOTHING
        RETURNING id
    ){parts}
    INSERT INTO credits_posting
        (entry_id, source_id, source_position, source_balance, destination_id, destination_position,
         destination_balance, amount_minor, lot_id)
    SELECT entry.id, move.source, move.source_position, move.source_balance, move.destination,
        move.destination_position, move.destination_balance, move.amount,
        CASE move.lot WHEN 0 THEN entry.id ELSE move.lot END
    FROM entry, (VALUES {rows}) AS move(
        source, source_position, source_balance, destination, destination_position, destination_balance, amount, lot
    ) RETURNING entry_id
"""
PART = ", part_{number} AS (INSERT INTO {table} (entry_id, {columns}) SELECT id, {values} FROM entry)"
ROW = f"({', '.join(['%s::bigint'] * 8)})"


def take(*, learner: Learner, sides: Sequence[Side], idempotency_key: str, now: datetime) -> Head:
    """
    Lock the learner and every bounded account of ``sides``; return where they stand.

    Accounts that do not exist yet are opened; two who open the same one at once get the same one.
    """
    keys = list({side.key: None for side in sides})
    rows = _take(learner, idempotency_key, keys)
    missing = [key for key, row in zip(keys, rows, strict=True) if row[0] is None]
    if missing:
        open_accounts(missing, now=now)
        rows = _take(learner, idempotency_key, keys)
    first_id, first_body_hash, sequence, last_hash, recorded_at = rows[0][5:]
    standings = {
        account_id: Standing(position=position or 0, balance=balance or 0, minor_min=minor_min, minor_max=minor_max)
        for account_id, minor_min, minor_max, position, balance, *_head in rows
        if minor_min is not None or minor_max is not None
    }
    return Head(
        accounts=Accounts(ids={key: row[0] for key, row in zip(keys, rows, strict=True)}, standings=standings),
        first_id=first_id,
        first_body_hash=bytes(first_body_hash or b""),
        end=ChainEnd(sequence or 0, bytes(last_hash) if last_hash else None, recorded_at),
    )


def first_answer(head: Head, body_hash: bytes) -> JournalEntry | None:
    """
    Return the entry this key has posted, if it has; the same question gets the same answer.

    :raises KeyReused: if it posted something else.
    """
    return None if head.first_id is None else posted_already(head.first_id, head.first_body_hash, body_hash)


def posted_already(entry_id: int, first_body_hash: bytes, body_hash: bytes) -> JournalEntry:
    """
    Return the entry that a key has posted already.

    :raises KeyReused: if something else was asked then.
    """
    if first_body_hash != body_hash:
        raise KeyReused(_("This has already been recorded with other content."))
    return JournalEntry.objects.get(pk=entry_id)


def entry_of(draft: Draft, entry_id: int, values: list[Any]) -> JournalEntry:
    """Return the entry that was written of a draft, with these values in the order of ``COLUMNS``."""
    values[SNAPSHOT] = draft.snapshot
    entry = JournalEntry.from_db(connection.alias, ("id", *COLUMNS), (entry_id, *values))
    entry.learner = draft.learner
    return entry


def write(head: Head, draft: Draft, *, now: datetime) -> JournalEntry:
    """
    Insert the entry, its parts and its postings at the end of the learner's chain; return the entry.

    :raises BalanceOutOfBounds: if an account would leave its bounds.
    :raises KeyReused: if another learner's entry took the key meanwhile.
    """
    values = placed(head.end, draft, now)
    legs: list[Any] = []
    for move in draft.moves:
        legs += legs_of(head.accounts, move)
        legs += [move.amount_minor, move.credit and move.credit.lot_id]
    parts = [value for part in draft.parts for value in part.columns.values()]
    with connection.cursor() as cursor:
        cursor.execute(
            _statement(len(draft.moves), *((part.table, *part.columns) for part in draft.parts)),
            [*values, *parts, *legs],
        )
        row = cursor.fetchone()
    if row is None:
        raise KeyReused(_("This has already been recorded with other content."))
    return entry_of(draft, row[0], values)


@cache
def _statement(moves: int, *parts: tuple[str, ...]) -> str:
    return ENTRY.format(
        columns=", ".join(COLUMNS),
        values=", ".join(["%s"] * len(COLUMNS)),
        parts="".join(
            PART.format(number=number, table=table, columns=", ".join(columns), values=", ".join(["%s"] * len(columns)))
            for number, (table, *columns) in enumerate(parts)
        ),
        rows=", ".join([ROW] * moves),
    )


def placed(end: ChainEnd, draft: Draft, now: datetime) -> list[Any]:
    """Return the entry's row at its place in the chain, with its hash, in the order of ``COLUMNS``."""
    public_id = uuid.uuid4()
    sequence = end.sequence + 1
    recorded_at = end.recorded(now)
    snapshot = draft.said
    form = draft.form(public_id=public_id, sequence=sequence, recorded_at=recorded_at, snapshot=snapshot)
    return draft.values(
        public_id=public_id,
        sequence=sequence,
        recorded_at=recorded_at,
        snapshot=snapshot.text,
        prev_hash=end.hash,
        hash=chain.link(form, end.hash),
    )


def legs_of(accounts: Accounts, move: Move) -> tuple[int | None, ...]:
    """Move both accounts on; return each with its new position and balance, where it comes from first."""
    return (
        *accounts.move(move.source, -move.amount_minor),
        *accounts.move(move.destination, move.amount_minor),
    )


def _take(learner: Learner, idempotency_key: str, keys: Sequence[Key]) -> list[tuple[Any, ...]]:
    columns = [list(column) for column in zip(*keys, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [learner.pk, idempotency_key, *columns])
        return list(cursor.fetchall())


def open_accounts(keys: Sequence[Key], *, now: datetime) -> None:
    """Open these accounts; two who open the same one at once get the same one, and neither waits for the other."""
    values: list[Any] = []
    for key in sorted(keys, key=repr):  # one order for all
        bound = BOUNDS[Purpose(key[3])]
        values += [*key, bound.minor_min, bound.minor_max, now]
    row = "(%s, %s, %s, %s, %s, %s, %s, %s)"
    with connection.cursor() as cursor:
        cursor.execute(OPEN.format(rows=", ".join([row] * len(keys))), values)
