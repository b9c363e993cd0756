"""
What the ledger does: award credit, reverse an entry.

Each act is idempotent by its key and what was asked: the same question gets the first answer and writes nothing,
another question under the same key is refused. Each locks the learner, then all bounded accounts by id; call it last
in a transaction that holds locks of its own (organization → course run → enrollment → learner → accounts).
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from credits.actions.posting import (
    BalanceOutOfBounds,
    KeyReused,
    Move,
    Side,
    UnableToPost,
    amount,
    first_answer,
    side_of,
    take,
    write,
)
from credits.choices import KindOfCredit, Purpose, Reason, Unit
from credits.models import JournalEntry, chain
from learners.models import Learner, Organization

__all__ = [
    "AlreadyReversed",
    "Award",
    "BalanceOutOfBounds",
    "KeyReused",
    "NotReversible",
    "UnableToPost",
    "award",
    "reverse",
]


class AlreadyReversed(UnableToPost):
    """Nothing is left of the entry to reverse."""


class NotReversible(UnableToPost):
    """A reversal stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """What was awarded, on which evidence, under which rule: kept with the entry as it was that day, for life."""

    title_vi: str
    title_en: str
    provider_vi: str
    provider_en: str
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
) -> JournalEntry:
    """
    Post credit from the issuer to the learner and return the entry; ``amount_minor`` in hundredths of a credit.

    Idempotent by key: the same award returns the first entry. Who asked and when are no part of what was asked.

    :raises KeyReused: if the key has posted another award.
    """
    unit, kind = Unit.CREDIT, KindOfCredit(kind_of_credit)
    source = Side(unit=unit, purpose=Purpose.ISSUED, kind_of_credit=kind, organization=issuer)
    destination = Side(unit=unit, purpose=Purpose.EARNED, kind_of_credit=kind, learner=learner)
    content: dict[str, Any] = {"type": "award", **asdict(snapshot)}
    body_hash = chain.digest(
        {
            "amount_minor": amount(amount_minor),
            "issuer": str(issuer.public_id),
            "kind_of_credit": str(kind),
            "learner": str(learner.ledger_number),
            "occurred_at": chain.moment(occurred_at),
            "reason": str(Reason.COURSE_COMPLETION),
            "snapshot": content,
        }
    )
    head = take(learner=learner, sides=[source, destination], idempotency_key=idempotency_key, now=now)
    if first := first_answer(head, body_hash):
        return first
    return write(
        head,
        reason=Reason.COURSE_COMPLETION,
        learner=learner,
        moves=[Move(source=source, destination=destination, amount_minor=amount_minor)],
        occurred_at=occurred_at,
        actor=actor,
        idempotency_key=idempotency_key,
        body_hash=body_hash,
        snapshot=content,
        now=now,
    )


@transaction.atomic
def reverse(
    *, entry: JournalEntry, reason: str, actor: Learner | None, idempotency_key: str, now: datetime
) -> JournalEntry:
    """
    Answer a whole entry by its mirror and return the mirror; ``reason`` is shown to the learner.

    Idempotent by key. The mistake and its answer both stay in the statement.

    :raises NotReversible: if the entry is itself a reversal.
    :raises AlreadyReversed: if it has been reversed under another key.
    :raises BalanceOutOfBounds: if the learner no longer holds what would be taken back.
    :raises KeyReused: if the key has posted something else.
    """
    learner = entry.learner
    if entry.reverses_id is not None or learner is None:
        raise NotReversible(_("A reversal cannot be reversed. Record the right entry anew."))
    content = {"type": "reversal", "reason": reason}
    body_hash = chain.digest({"reverses": str(entry.public_id), "snapshot": content})
    postings = entry.postings.select_related(
        "source__learner", "source__organization", "destination__learner", "destination__organization"
    ).order_by("pk")
    mirror = [
        Move(
            source=side_of(posting.destination), destination=side_of(posting.source), amount_minor=posting.amount_minor
        )
        for posting in postings
    ]
    sides = [side for move in mirror for side in (move.source, move.destination)]
    head = take(learner=learner, sides=sides, idempotency_key=idempotency_key, now=now)
    if first := first_answer(head, body_hash):
        return first
    if JournalEntry.objects.filter(reverses=entry).exists():
        raise AlreadyReversed(_("This entry has already been reversed."))
    return write(
        head,
        reason=Reason.REVERSAL,
        learner=learner,
        moves=mirror,
        occurred_at=now,
        actor=actor,
        idempotency_key=idempotency_key,
        body_hash=body_hash,
        snapshot=content,
        now=now,
        reverses=entry,
    )
