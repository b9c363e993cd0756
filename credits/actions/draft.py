"""An entry before it is written: what moves between which accounts, and what will be said of it for life."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from credits.choices import Purpose, Reason, Unit
from credits.models import JournalEntry, LedgerRequest, chain
from credits.rules import AMOUNT_MINOR_MAX
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


COLUMNS = (
    "public_id",
    "reason",
    "learner_id",
    "sequence",
    "occurred_at",
    "recorded_at",
    "actor_id",
    "idempotency_key",
    "body_hash",
    "snapshot",
    "reverses_id",
    "reversal_part",
    "ends_id",
    "request_id",
    "prev_hash",
    "hash",
)


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
    snapshot_written: chain.Canonical | None = None  # the same, where its body hash needed it already
    parts: Sequence[Part] = field(default=())
    reverses: JournalEntry | None = None
    reversal_part: int | None = None
    ends: JournalEntry | None = None
    request: LedgerRequest | None = None

    @property
    def said(self) -> chain.Canonical:
        return self.snapshot_written or chain.written(self.snapshot)

    def form(
        self, *, public_id: uuid.UUID, sequence: int, recorded_at: datetime, snapshot: chain.Canonical
    ) -> dict[str, Any]:
        """Return the object that is hashed, once the entry has its number and its place."""
        return chain.entry_form(
            public_id=public_id,
            reason=str(self.reason),
            learner=self.learner.ledger_number,
            sequence=sequence,
            occurred_at=self.occurred_at,
            recorded_at=recorded_at,
            actor=self.actor and self.actor.ledger_number,
            idempotency_key=self.idempotency_key,
            body_hash=self.body_hash,
            reverses=self.reverses and self.reverses.public_id,
            ends=self.ends and self.ends.public_id,
            request=self.request and self.request.public_id,
            snapshot=snapshot,
            postings=[
                chain.posting_form(
                    source=move.source.form,
                    destination=move.destination.form,
                    unit=str(move.source.unit),
                    kind_of_credit=str(move.source.kind_of_credit),
                    amount_minor=move.amount_minor,
                    lot=move.credit and (public_id if move.credit is NEW else move.credit.public_id),
                )
                for move in self.moves
            ],
        )

    def values(
        self,
        *,
        public_id: uuid.UUID,
        sequence: int,
        recorded_at: datetime,
        snapshot: Any,
        prev_hash: bytes | None,
        hash: bytes,  # noqa: A002 -- the column's name
    ) -> list[Any]:
        """Return the row that is written, in the order of ``COLUMNS``."""
        return [
            public_id,
            str(self.reason),
            self.learner.pk,
            sequence,
            self.occurred_at,
            recorded_at,
            self.actor and self.actor.pk,
            self.idempotency_key,
            self.body_hash,
            snapshot,
            self.reverses and self.reverses.pk,
            self.reversal_part,
            self.ends and self.ends.pk,
            self.request and self.request.pk,
            prev_hash,
            hash,
        ]


def amount(minor: int) -> int:
    """
    Return ``minor`` if it is an amount: a positive integer, neither a fraction nor a truth value.

    :raises ValueError: if it is none; a mistake of the caller, not of a person.
    """
    if type(minor) is not int or not 0 < minor <= AMOUNT_MINOR_MAX:
        raise ValueError(f"{minor!r} is not an amount")
    return minor
