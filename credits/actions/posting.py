"""
How an entry is written: lock, read, decide, insert. The use cases are in ``ledger.py``; nobody else calls this.

Every action of the ledger goes the same way, in READ COMMITTED: ``take`` locks the learner, then all bounded accounts
it will touch by id, and only then reads where the chain and the balances stand; ``write`` inserts the entry and its
postings. One statement each, two more open and commit the transaction. It is SQL because the ORM's share of the time
would be four fifths, and the first is a function of the database because planning it anew costs more than doing it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from credits.choices import Purpose, Reason, Unit
from credits.models import JournalEntry, LedgerRequest, chain
from credits.rules import AMOUNT_MINOR_MAX, BOUNDS
from learners.models import Learner, Organization

Key = tuple[int | None, int | None, str, str, str]  # learner, organization, unit, purpose, kind of credit


class UnableToPost(Exception):
    """The ledger refuses; the message is written for the person who asked."""


class KeyReused(UnableToPost):
    """The key has posted something else."""


class BalanceOutOfBounds(UnableToPost):
    """An account would leave its bounds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """An account, named by whose it is and what it holds; it is opened when first used. What passes is nobody's."""

    unit: Unit
    purpose: Purpose
    kind_of_credit: str
    learner: Learner | None = None
    organization: Organization | None = None

    @property
    def key(self) -> Key:
        return (
            self.learner.pk if self.learner else None,
            self.organization.pk if self.organization else None,
            str(self.unit),
            str(self.purpose),
            str(self.kind_of_credit),
        )

    @property
    def form(self) -> dict[str, str]:
        return chain.side(
            learner=self.learner and self.learner.ledger_number,
            organization=self.organization and self.organization.public_id,
            purpose=str(self.purpose),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Which credit moves: the lot that an entry brought, by that entry."""

    lot_id: int
    public_id: uuid.UUID


NEW = Credit(lot_id=0, public_id=uuid.UUID(int=0))  # the credit that the entry being written brings itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    source: Side
    destination: Side
    amount_minor: int
    credit: Credit | None  # of other units than credit there are no lots


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A row that belongs to the entry and is written with it: its lot, the term of a hold, a conversion."""

    table: str
    columns: dict[str, Any]


def new_lot(
    *,
    learner: Learner,
    issuer: Organization,
    kind_of_credit: str,
    source: str,
    field_code: str,
    level: int | None,
    amount_minor: int,
    earned_on: date,
    valid_until: date | None,
    course_key: str,
) -> Part:
    """Return the lot of an entry that brings new credit."""
    return Part(
        table="credits_lot",
        columns={
            "learner_id": learner.pk,
            "issuer_id": issuer.pk,
            "kind_of_credit": str(kind_of_credit),
            "source": str(source),
            "field_code": field_code,
            "level": level,
            "amount_minor": amount_minor,
            "earned_on": earned_on,
            "valid_until": valid_until,
            "course_key": course_key,
        },
    )


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
class Head:
    """What is true while the locks are held."""

    account_ids: dict[Key, int]
    standings: dict[int, Standing]  # of the bounded accounts
    first_id: int | None  # the entry this idempotency key has posted already
    first_body_hash: bytes
    sequence: int  # of the learner's newest entry; 0 for none
    hash: bytes | None
    recorded_at: datetime | None


TAKE = "SELECT * FROM credits_take(%s, %s, %s::bigint[], %s::bigint[], %s, %s, %s)"  # migrations/0003_take.sql

OPEN = """
    INSERT INTO credits_account
        (learner_id, organization_id, unit, purpose, kind_of_credit, balance_min, balance_max, opened_at)
    VALUES {rows} ON CONFLICT DO NOTHING
"""

ENTRY = """
    WITH entry AS (
        INSERT INTO credits_journalentry
            (public_id, reason, learner_id, sequence, occurred_at, recorded_at, actor_id, idempotency_key, body_hash,
             snapshot, reverses_id, reversal_part, ends_id, request_id, prev_hash, hash)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
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
    # One order for all, so that two who open the same accounts do not wait for each other.
    missing = sorted((key for key, row in zip(keys, rows, strict=True) if row[0] is None), key=repr)
    if missing:
        _open(missing, now)
        rows = _take(learner, idempotency_key, keys)
    first_id, first_body_hash, sequence, last_hash, recorded_at = rows[0][5:]
    return Head(
        account_ids={key: row[0] for key, row in zip(keys, rows, strict=True)},
        standings={
            account_id: Standing(position=position or 0, balance=balance or 0, minor_min=minor_min, minor_max=minor_max)
            for account_id, minor_min, minor_max, position, balance, *_head in rows
            if minor_min is not None or minor_max is not None
        },
        first_id=first_id,
        first_body_hash=bytes(first_body_hash or b""),
        sequence=sequence or 0,
        hash=bytes(last_hash) if last_hash else None,
        recorded_at=recorded_at,
    )


def first_answer(head: Head, body_hash: bytes) -> JournalEntry | None:
    """
    Return the entry this key has posted, if it has; the same question gets the same answer.

    :raises KeyReused: if it posted something else.
    """
    if head.first_id is None:
        return None
    if head.first_body_hash != body_hash:
        raise KeyReused(_("This has already been recorded with other content."))
    return JournalEntry.objects.get(pk=head.first_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An entry as it will be written; the rest follows from where the chain and the balances stand."""

    reason: Reason
    learner: Learner
    moves: Sequence[Move]
    occurred_at: datetime
    actor: Learner | None
    idempotency_key: str
    body_hash: bytes
    snapshot: dict[str, Any]
    parts: Sequence[Part] = field(default=())
    reverses: JournalEntry | None = None
    reversal_part: int | None = None
    ends: JournalEntry | None = None
    request: LedgerRequest | None = None


def write(head: Head, draft: Draft, *, now: datetime) -> JournalEntry:
    """
    Insert the entry, its parts and its postings at the end of the learner's chain; return the entry.

    :raises BalanceOutOfBounds: if an account would leave its bounds.
    :raises KeyReused: if another learner's entry took the key meanwhile.
    """
    entry = _entry(head, draft, now)
    legs: list[Any] = []
    for move in draft.moves:
        legs += [*_leg(head, move.source, -move.amount_minor), *_leg(head, move.destination, move.amount_minor)]
        legs += [move.amount_minor, move.credit and move.credit.lot_id]
    statement = ENTRY.format(
        rows=", ".join([ROW] * len(draft.moves)),
        parts="".join(
            PART.format(
                number=number,
                table=part.table,
                columns=", ".join(part.columns),
                values=", ".join(["%s"] * len(part.columns)),
            )
            for number, part in enumerate(draft.parts)
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            statement, [*_row(entry), *(value for part in draft.parts for value in part.columns.values()), *legs]
        )
        row = cursor.fetchone()
    if row is None:
        raise KeyReused(_("This has already been recorded with other content."))
    entry.pk = row[0]
    entry._state.adding = False
    entry._state.db = connection.alias
    return entry


def _entry(head: Head, draft: Draft, now: datetime) -> JournalEntry:
    """Return the entry at its place in the chain, with its hash; not yet written."""
    public_id = uuid.uuid4()
    sequence = head.sequence + 1
    recorded_at = max(now, head.recorded_at or now)  # two clocks may differ; a chain does not run backwards
    form = chain.entry_form(
        public_id=public_id,
        reason=str(draft.reason),
        learner=draft.learner.ledger_number,
        sequence=sequence,
        occurred_at=draft.occurred_at,
        recorded_at=recorded_at,
        actor=draft.actor and draft.actor.ledger_number,
        idempotency_key=draft.idempotency_key,
        body_hash=draft.body_hash,
        reverses=draft.reverses and draft.reverses.public_id,
        ends=draft.ends and draft.ends.public_id,
        request=draft.request and draft.request.public_id,
        snapshot=draft.snapshot,
        postings=[
            chain.posting_form(
                source=move.source.form,
                destination=move.destination.form,
                unit=str(move.source.unit),
                kind_of_credit=str(move.source.kind_of_credit),
                amount_minor=move.amount_minor,
                lot=move.credit and (public_id if move.credit is NEW else move.credit.public_id),
            )
            for move in draft.moves
        ],
    )
    return JournalEntry(
        public_id=public_id,
        reason=draft.reason,
        learner=draft.learner,
        sequence=sequence,
        occurred_at=draft.occurred_at,
        recorded_at=recorded_at,
        actor=draft.actor,
        idempotency_key=draft.idempotency_key,
        body_hash=draft.body_hash,
        snapshot=draft.snapshot,
        reverses=draft.reverses,
        reversal_part=draft.reversal_part,
        ends=draft.ends,
        request=draft.request,
        prev_hash=head.hash,
        hash=chain.link(form, head.hash),
    )


def _row(entry: JournalEntry) -> list[Any]:
    """Return the entry's values in the order of ``ENTRY``."""
    return [
        entry.public_id,
        str(entry.reason),
        entry.learner_id,
        entry.sequence,
        entry.occurred_at,
        entry.recorded_at,
        entry.actor_id,
        entry.idempotency_key,
        entry.body_hash,
        chain.canonical(entry.snapshot).decode(),
        entry.reverses_id,
        entry.reversal_part,
        entry.ends_id,
        entry.request_id,
        entry.prev_hash,
        entry.hash,
    ]


def amount(minor: int) -> int:
    """
    Return ``minor`` if it is an amount: a positive integer, neither a fraction nor a truth value.

    :raises ValueError: if it is none; a mistake of the caller, not of a person.
    """
    if type(minor) is not int or not 0 < minor <= AMOUNT_MINOR_MAX:
        raise ValueError(f"{minor!r} is not an amount")
    return minor


def _leg(head: Head, side: Side, change: int) -> tuple[int, int | None, int | None]:
    account_id = head.account_ids[side.key]
    standing = head.standings.get(account_id)
    return (account_id, *(standing.move(change) if standing else (None, None)))


def _take(learner: Learner, idempotency_key: str, keys: Sequence[Key]) -> list[tuple[Any, ...]]:
    columns = [list(column) for column in zip(*keys, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [learner.pk, idempotency_key, *columns])
        return list(cursor.fetchall())


def _open(keys: Sequence[Key], now: datetime) -> None:
    values: list[Any] = []
    for key in keys:
        bound = BOUNDS[Purpose(key[3])]
        values += [*key, bound.minor_min, bound.minor_max, now]
    row = "(%s, %s, %s, %s, %s, %s, %s, %s)"
    with connection.cursor() as cursor:
        cursor.execute(OPEN.format(rows=", ".join([row] * len(keys))), values)
