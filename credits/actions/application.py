"""Use credit for something: it moves from what is ready to what is used, lot by lot, once."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from credits.actions.moving import Amounts, NotEnoughOfLot, found, moves, refuse_if_over, sides, written
from credits.actions.posting import Draft, UnableToPost, first_answer, take, write
from credits.choices import Purpose, Reason
from credits.models import Freeze, JournalEntry, chain
from credits.permissions import accounts_of
from learners.models import Learner


class LedgerIsFrozen(UnableToPost):
    """No credit leaves this ledger for now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What credit was used for, as the learner reads it, and under which rule."""

    title_vi: str
    title_en: str
    provider_vi: str  # who gives what it was used for
    provider_en: str
    rule: str
    rule_source: str
    detail: dict[str, object]  # JSON without fractions, naming nobody


@transaction.atomic
def use(
    *,
    learner: Learner,
    amounts: Amounts,
    actor: Learner | None,
    idempotency_key: str,
    snapshot: Use,
    now: datetime,
    set_aside_by: JournalEntry | None = None,
) -> JournalEntry:
    """
    Use these amounts of these lots and return the entry. Idempotent by key.

    ``set_aside_by`` is the hold whose credit is used (``holding.apply_hold``): no more of a lot than it set aside.

    :raises NotEnoughOfLot: if less of a lot is ready.
    :raises NoLongerValid: if the last day of a lot has passed.
    :raises LedgerIsFrozen: if no credit may leave this ledger.
    :raises KeyReused: if the key has posted something else.
    """
    head = take(
        learner=learner,
        sides=sides(learner, [Purpose.EARNED, Purpose.APPLIED], amounts),
        idempotency_key=idempotency_key,
        now=now,
    )
    content: dict[str, Any] = {"type": "use", **asdict(snapshot)}
    body_hash = chain.digest(
        {
            "amounts": [[lot_id, amounts[lot_id]] for lot_id in sorted(amounts)],
            "hold": set_aside_by and str(set_aside_by.public_id),
            "learner": str(learner.ledger_number),
            "reason": str(Reason.APPLICATION),
            "snapshot": content,
        }
    )
    if first := first_answer(head, body_hash):
        return first
    refuse_if_frozen(learner)
    if set_aside_by is not None:
        set_aside = dict(set_aside_by.postings.values_list("lot_id", "amount_minor"))
        if any(minor > set_aside.get(lot_id, 0) for lot_id, minor in amounts.items()):
            raise NotEnoughOfLot(_("More was asked for than had been set aside."))
    lots = found(learner, amounts, at=Purpose.EARNED)
    refuse_if_over(lots, now=head.recorded(now))
    return write(
        head,
        Draft(
            reason=Reason.APPLICATION,
            learner=learner,
            moves=moves(lots, source=(learner, Purpose.EARNED), destination=(learner, Purpose.APPLIED)),
            occurred_at=now,
            actor=actor,
            idempotency_key=idempotency_key,
            body_hash=body_hash,
            snapshot={**content, "lots": written(lots)},
        ),
        now=now,
    )


def refuse_if_frozen(learner: Learner) -> None:
    """
    A freeze is of the person, in whichever of their accounts it stands: it waits for the locks of all of them.

    :raises LedgerIsFrozen: if the ledger is frozen; true until the commit when asked under the learner's lock.
    """
    if Freeze.objects.filter(learner__in=accounts_of(learner), lifted__isnull=True).exists():
        raise LedgerIsFrozen(_("This record is frozen: for now no credit can be used. Ask the helpline why."))
