"""
How an entry is written: lock, read, decide, insert. The use cases are in ``ledger.py``; nobody else calls this.

Every action of the ledger goes the same way, in READ COMMITTED: ``take`` locks the learner, then all bounded accounts
it will touch by id, and only then reads where the chain and the balances stand; ``write`` inserts the entry and its
postings in one statement. Four round trips with the two that open and commit. The rows are written in SQL because a
model instance a row costs four times the statement (PERFORMANCE.md, 6).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from credits.choices import Purpose, Reason, Unit
from credits.models import Account, JournalEntry, chain
from credits.rules import AMOUNT_MINOR_MAX, BOUNDS
from learners.models import Learner, Organization


class UnableToPost(Exception):
    """The ledger refuses; the message is written for the person who asked."""


class KeyReused(UnableToPost):
    """The key has posted something else."""


class BalanceOutOfBounds(UnableToPost):
    """An account would leave its bounds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """An account, named by whose it is and what it holds; it is opened when first used."""

    unit: Unit
    purpose: Purpose
    kind_of_credit: str
    learner: Learner | None = None
    organization: Organization | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        owners = (self.learner and self.learner.pk, self.organization and self.organization.pk)
        return (*owners, str(self.unit), str(self.purpose), str(self.kind_of_credit))

    @property
    def form(self) -> dict[str, str]:
        return chain.side(
            learner=self.learner and self.learner.ledger_number,
            organization=self.organization and self.organization.public_id,
            purpose=str(self.purpose),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    source: Side
    destination: Side
    amount_minor: int


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

    account_ids: dict[tuple[Any, ...], int]
    standings: dict[int, Standing]  # of the bounded accounts
    first_id: int | None  # the entry this idempotency key has posted already
    first_body_hash: bytes
    sequence: int  # of the learner's newest entry; 0 for none
    hash: bytes | None
    recorded_at: datetime | None


# The learner's row first; then, because the accounts are found through it, the accounts.
LOCK = """
    WITH person AS MATERIALIZED (
        SELECT id FROM learners_learner WHERE id = %s FOR NO KEY UPDATE
    ), account AS MATERIALIZED (
        SELECT a.* FROM credits_account a, person WHERE {sides}
    ), locked AS MATERIALIZED (
        SELECT a.id FROM credits_account a
        WHERE a.id IN (SELECT id FROM account WHERE balance_min IS NOT NULL OR balance_max IS NOT NULL)
        ORDER BY a.id FOR NO KEY UPDATE
    )
    SELECT id, learner_id, organization_id, unit, purpose, kind_of_credit, balance_min, balance_max,
        (SELECT count(*) FROM locked)
    FROM account
"""
SIDE = "({owner} = %s AND a.unit = %s AND a.purpose = %s AND a.kind_of_credit = %s)"

OPEN = """
    INSERT INTO credits_account
        (learner_id, organization_id, unit, purpose, kind_of_credit, balance_min, balance_max, opened_at)
    VALUES {rows} ON CONFLICT DO NOTHING
"""

READ = """
    SELECT first.id, first.body_hash, last.sequence, last.hash, last.recorded_at, leg.account_id, leg.position,
        leg.balance
    FROM (SELECT 1) AS always
    LEFT JOIN credits_journalentry first ON first.idempotency_key = %s
    LEFT JOIN LATERAL (
        SELECT sequence, hash, recorded_at FROM credits_journalentry
        WHERE learner_id = %s ORDER BY sequence DESC LIMIT 1
    ) last ON true
    LEFT JOIN LATERAL (
        SELECT a.id AS account_id, newest.position, newest.balance FROM unnest(%s::bigint[]) AS a(id)
        CROSS JOIN LATERAL (
            SELECT * FROM (
                (SELECT source_position AS position, source_balance AS balance FROM credits_posting
                    WHERE source_id = a.id ORDER BY source_position DESC LIMIT 1)
                UNION ALL
                (SELECT destination_position, destination_balance FROM credits_posting
                    WHERE destination_id = a.id ORDER BY destination_position DESC LIMIT 1)
            ) side ORDER BY position DESC LIMIT 1
        ) newest
    ) leg ON true
"""

INSERT = """
    WITH entry AS (
        INSERT INTO credits_journalentry
            (public_id, reason, learner_id, sequence, occurred_at, recorded_at, actor_id, idempotency_key, body_hash,
             snapshot, reverses_id, reversal_part, prev_hash, hash)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (idempotency_key) DO NOTHING
        RETURNING id
    )
    INSERT INTO credits_posting
        (entry_id, source_id, source_position, source_balance, destination_id, destination_position,
         destination_balance, amount_minor)
    SELECT entry.id, move.* FROM entry, (VALUES {rows}) AS move RETURNING entry_id
"""
ROW = "(%s::bigint, %s::bigint, %s::bigint, %s::bigint, %s::bigint, %s::bigint, %s::bigint)"


def take(*, learner: Learner, sides: Sequence[Side], idempotency_key: str, now: datetime) -> Head:
    """
    Lock the learner and every bounded account of ``sides``; return where they stand.

    Accounts that do not exist yet are opened; two who open the same one at once get the same one.
    """
    accounts = _lock(learner, sides)
    missing = sorted({side.key for side in sides} - accounts.keys(), key=repr)  # one order for all: no deadlock
    if missing:
        _open(missing, now)
        accounts = _lock(learner, sides)
    bounded = {row[0]: row for row in accounts.values() if row[6] is not None or row[7] is not None}
    with connection.cursor() as cursor:
        cursor.execute(READ, [idempotency_key, learner.pk, list(bounded)])
        rows = cursor.fetchall()
    first_id, first_body_hash, sequence, last_hash, recorded_at = rows[0][:5]
    newest = {row[5]: row[6:] for row in rows}
    return Head(
        account_ids={key: row[0] for key, row in accounts.items()},
        standings={
            pk: Standing(
                position=newest.get(pk, (0, 0))[0],
                balance=newest.get(pk, (0, 0))[1],
                minor_min=row[6],
                minor_max=row[7],
            )
            for pk, row in bounded.items()
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


def write(
    head: Head,
    *,
    reason: Reason,
    learner: Learner,
    moves: Sequence[Move],
    occurred_at: datetime,
    actor: Learner | None,
    idempotency_key: str,
    body_hash: bytes,
    snapshot: dict[str, Any],
    now: datetime,
    reverses: JournalEntry | None = None,
) -> JournalEntry:
    """
    Insert the entry and its postings at the end of the learner's chain; return the entry.

    :raises BalanceOutOfBounds: if an account would leave its bounds.
    :raises KeyReused: if another learner's entry took the key meanwhile.
    """
    public_id = uuid.uuid4()
    sequence = head.sequence + 1
    recorded_at = max(now, head.recorded_at or now)  # two clocks may differ; a chain does not run backwards
    form = chain.entry_form(
        public_id=public_id,
        reason=str(reason),
        learner=learner.ledger_number,
        sequence=sequence,
        occurred_at=occurred_at,
        recorded_at=recorded_at,
        actor=actor and actor.ledger_number,
        idempotency_key=idempotency_key,
        body_hash=body_hash,
        reverses=reverses and reverses.public_id,
        snapshot=snapshot,
        postings=[
            chain.posting_form(
                source=move.source.form,
                destination=move.destination.form,
                unit=str(move.source.unit),
                kind_of_credit=str(move.source.kind_of_credit),
                amount_minor=move.amount_minor,
            )
            for move in moves
        ],
    )
    entry = JournalEntry(
        public_id=public_id,
        reason=reason,
        learner=learner,
        sequence=sequence,
        occurred_at=occurred_at,
        recorded_at=recorded_at,
        actor=actor,
        idempotency_key=idempotency_key,
        body_hash=body_hash,
        snapshot=snapshot,
        reverses=reverses,
        reversal_part=1 if reverses else None,
        prev_hash=head.hash,
        hash=chain.link(form, head.hash),
    )
    values: list[Any] = [
        entry.public_id,
        str(entry.reason),
        learner.pk,
        entry.sequence,
        entry.occurred_at,
        entry.recorded_at,
        actor and actor.pk,
        entry.idempotency_key,
        entry.body_hash,
        chain.canonical(snapshot).decode(),
        reverses and reverses.pk,
        entry.reversal_part,
        entry.prev_hash,
        entry.hash,
    ]
    for move in moves:
        values += [*_leg(head, move.source, -move.amount_minor), *_leg(head, move.destination, move.amount_minor)]
        values.append(move.amount_minor)
    with connection.cursor() as cursor:
        cursor.execute(INSERT.format(rows=", ".join([ROW] * len(moves))), values)
        row = cursor.fetchone()
    if row is None:
        raise KeyReused(_("This has already been recorded with other content."))
    entry.pk = row[0]
    entry._state.adding = False
    entry._state.db = connection.alias
    return entry


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


def _lock(learner: Learner, sides: Sequence[Side]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    values: list[Any] = [learner.pk]
    conditions = []
    for learner_id, organization_id, unit, purpose, kind_of_credit in {side.key: None for side in sides}:
        conditions.append(SIDE.format(owner="a.learner_id" if learner_id else "a.organization_id"))
        values += [learner_id or organization_id, unit, purpose, kind_of_credit]
    with connection.cursor() as cursor:
        cursor.execute(LOCK.format(sides=" OR ".join(conditions)), values)
        return {tuple(row[1:6]): row for row in cursor.fetchall()}


def _open(keys: Sequence[tuple[Any, ...]], now: datetime) -> None:
    values: list[Any] = []
    for key in keys:
        bound = BOUNDS[Purpose(key[3])]
        values += [*key, bound.minor_min, bound.minor_max, now]
    row = "(%s, %s, %s, %s, %s, %s, %s, %s)"
    with connection.cursor() as cursor:
        cursor.execute(OPEN.format(rows=", ".join([row] * len(keys))), values)


def side_of(account: Account) -> Side:
    """Return the account as a side; its owner must be loaded."""
    return Side(
        unit=Unit(account.unit),
        purpose=Purpose(account.purpose),
        kind_of_credit=account.kind_of_credit,
        learner=account.learner,
        organization=account.organization,
    )
