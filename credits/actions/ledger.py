"""
Award credit: what a completed course is worth, out of its issuer's account into the learner's.

Every act of the ledger is idempotent by its key and what was asked: the same question gets the first answer and writes
nothing, another question under the same key is refused. Each locks the learner, then all bounded accounts by id; call
it last in a transaction that holds locks of its own (organization → course run → enrollment → learner → accounts).
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from credits.actions.posting import (
    NEW,
    BalanceOutOfBounds,
    Draft,
    KeyReused,
    Move,
    Side,
    UnableToPost,
    amount,
    first_answer,
    new_lot,
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

    @property
    def course_key(self) -> str:
        return f"course:{self.course_id}"


@transaction.atomic
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

    Idempotent by key: the same award returns the first entry. Who asked and when are no part of what was asked.
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
    (move,) = draft.moves
    head = take(learner=learner, sides=[move.source, move.destination], idempotency_key=idempotency_key, now=now)
    return first_answer(head, draft.body_hash) or write(head, draft, now=now)


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
    content: dict[str, Any] = {
        "type": "award",
        **asdict(snapshot),
        "source": str(snapshot.source),
        "course_key": snapshot.course_key,
        "valid_until": valid_until and valid_until.isoformat(),
    }
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
                "snapshot": content,
            }
        ),
        snapshot=content,
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
