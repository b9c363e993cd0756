"""
Award credit: what a completed course is worth, out of its issuer's account into the learner's.

Every act of the ledger is idempotent by its key and what was asked: the same question gets the first answer and writes
nothing, another question under the same key is refused. Each locks the learner, then all bounded accounts by id; call
it last in a transaction that holds locks of its own (organization → course run → enrollment → learner → accounts).
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from credits.actions.posting import (
    NEW,
    BalanceOutOfBounds,
    Draft,
    KeyReused,
    Move,
    Side,
    UnableToPost,
    amount,
    entry_of,
    first_answer,
    new_lot,
    posted_already,
    take,
    write,
)
from credits.choices import KindOfCredit, LotSource, Purpose, Reason, Unit
from credits.models import JournalEntry, chain
from learners.models import Learner, Organization

__all__ = ["Award", "BalanceOutOfBounds", "KeyReused", "UnableToPost", "award"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """What was awarded, on which evidence, under which rule: kept with the entry as it was that day, for life."""

    title_vi: str
    title_en: str
    provider_vi: str
    provider_en: str
    source: LotSource
    field_code: str
    field_vi: str
    field_en: str
    level: int | None
    notional_minutes: int
    evidence: dict[str, object]  # JSON without fractions; counts and ids, never a name or a number of a person
    rule: str
    rule_source: str
    course_id: int
    version_number: int
    run_id: int
    syllabus_digest: str = ""  # SHA-256, of what the version taught, as a stranger can fetch it

    @property
    def content(self) -> dict[str, Any]:
        """What is kept of it, as JSON."""
        said = {name: getattr(self, name) for name in self.__slots__}  # asdict copies, at ten times the cost
        if not self.syllabus_digest:
            del said["syllabus_digest"]
        return {"type": "award", **said, "source": str(self.source), "course_key": self.course_key}

    @property
    def course_key(self) -> str:
        return f"course:{self.course_id}"


def award(
    *,
    learner: Learner,
    issuer: Organization,
    amount_minor: int,
    kind_of_credit: str,
    occurred_at: datetime,
    actor: Learner | None,
    idempotency_key: str,
    snapshot: Award,
    now: datetime,
    valid_until: date | None = None,
) -> JournalEntry:
    """
    Post credit from the issuer to the learner and return the entry; ``amount_minor`` in hundredths of a credit.

    Idempotent by key: the same award returns the first entry. Who asked and when are no part of what was asked. One
    statement, which is a transaction of its own unless one is open.

    ``valid_until`` is the last day on which the credit may be used; None, as a rule, is for life.

    :raises KeyReused: if the key has posted another award.
    """
    draft = award_draft(
        learner=learner,
        issuer=issuer,
        amount_minor=amount_minor,
        kind_of_credit=kind_of_credit,
        occurred_at=occurred_at,
        actor=actor,
        idempotency_key=idempotency_key,
        snapshot=snapshot,
        valid_until=valid_until,
    )
    public_id = uuid.uuid4()
    written = _write(draft, public_id, now)
    if written.first_id is not None:
        return posted_already(written.first_id, bytes(written.first_body_hash), draft.body_hash)
    if not written.is_open:
        return _first_award(draft, now)
    if written.entry_id is None:
        raise KeyReused(_("This has already been recorded with other content."))
    return entry_of(
        draft,
        written.entry_id,
        draft.values(
            public_id=public_id,
            sequence=written.sequence,
            recorded_at=written.recorded_at,
            snapshot=draft.snapshot,
            prev_hash=written.prev_hash and bytes(written.prev_hash),
            hash=bytes(written.hash),
        ),
    )


@transaction.atomic
def _first_award(draft: Draft, now: datetime) -> JournalEntry:
    """Award where an account is still to be opened: the way of every other act, which opens it under the locks."""
    (move,) = draft.moves
    head = take(
        learner=draft.learner,
        sides=[move.source, move.destination],
        idempotency_key=draft.idempotency_key,
        now=now,
    )
    return first_answer(head, draft.body_hash) or write(head, draft, now=now)


WRITE = "SELECT * FROM credits_award(%s, %s, %s, %s, %s, %s, %s, %s)"  # migrations/0017_award.sql


class Written(NamedTuple):
    """What the database answers; which of it is there says how it went (migrations/0017_award.sql)."""

    entry_id: int | None
    sequence: int
    recorded_at: datetime
    prev_hash: bytes | None
    hash: bytes
    first_id: int | None
    first_body_hash: bytes
    is_open: bool


def _write(draft: Draft, public_id: uuid.UUID, now: datetime) -> Written:
    form = draft.form(public_id=public_id, sequence=0, recorded_at=now, snapshot=draft.said)
    (lot,) = draft.parts
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE,
            [
                list(chain.cut(form)),
                draft.idempotency_key,
                lot.columns["kind_of_credit"],
                draft.learner.pk,
                lot.columns["issuer_id"],
                draft.actor.pk if draft.actor else None,
                lot.columns["earned_on"],
                now,
            ],
        )
        return Written(*cursor.fetchone())


def award_draft(
    *,
    learner: Learner,
    issuer: Organization,
    amount_minor: int,
    kind_of_credit: str,
    occurred_at: datetime,
    actor: Learner | None,
    idempotency_key: str,
    snapshot: Award,
    valid_until: date | None,
) -> Draft:
    """Return the entry of an award, with its lot, before it has a place in the chain."""
    kind = KindOfCredit(kind_of_credit)
    content = {**snapshot.content, "valid_until": valid_until and valid_until.isoformat()}
    written = chain.written(content)
    return Draft(
        reason=Reason.COURSE_COMPLETION,
        learner=learner,
        moves=[
            Move(
                source=Side(unit=Unit.CREDIT, purpose=Purpose.ISSUED, kind_of_credit=kind, organization=issuer),
                destination=Side(unit=Unit.CREDIT, purpose=Purpose.EARNED, kind_of_credit=kind, learner=learner),
                amount_minor=amount(amount_minor),
                credit=NEW,
            )
        ],
        occurred_at=occurred_at,
        actor=actor,
        idempotency_key=idempotency_key,
        body_hash=chain.digest(
            {
                "amount_minor": amount_minor,
                "issuer": str(issuer.public_id),
                "kind_of_credit": str(kind),
                "learner": str(learner.ledger_number),
                "occurred_at": chain.moment(occurred_at),
                "reason": str(Reason.COURSE_COMPLETION),
                "snapshot": written,
            }
        ),
        snapshot=content,
        snapshot_written=written,
        parts=[
            new_lot(
                learner=learner,
                issuer=issuer,
                kind_of_credit=kind,
                source=snapshot.source,
                field_code=snapshot.field_code,
                level=snapshot.level,
                amount_minor=amount_minor,
                earned_on=timezone.localdate(occurred_at),
                valid_until=valid_until,
                course_key=snapshot.course_key,
            )
        ],
    )
