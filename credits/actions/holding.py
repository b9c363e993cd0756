"""
Set credit aside, give it back, or use it: a hold ends once, at the latest when its time is over.

While it is set aside it can be used for nothing else. A hold that is used is given back and used in one transaction.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from credits.actions.application import Use, refuse_if_frozen, use
from credits.actions.moving import Amounts, found, moves, refuse_if_over, sides, written
from credits.actions.posting import Draft, Part, UnableToPost, first_answer, take, write
from credits.choices import Ending, Purpose, Reason
from credits.models import Hold, JournalEntry, LedgerRequest, chain
from credits.queries.lot import lapsed_holds
from credits.rules import HOLD_DAYS_MAX, POLICY
from learners.models import Learner

logger = structlog.get_logger("credits.holding")
LAPSES_PER_RUN_MAX = 50  # so that what is recorded together is recorded at about the same moment


class HoldHasEnded(UnableToPost):
    """What was set aside has been given back or used already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What credit is set aside for, as the learner reads it."""

    title_vi: str
    title_en: str
    rule: str
    rule_source: str = POLICY


@transaction.atomic
def hold(
    *,
    learner: Learner,
    amounts: Amounts,
    expires_at: datetime,
    actor: Learner | None,
    idempotency_key: str,
    snapshot: Held,
    now: datetime,
) -> JournalEntry:
    """
    Set these amounts of these lots aside until ``expires_at`` and return the entry. Idempotent by key.

    :raises NotEnoughOfLot: if less of a lot is ready.
    :raises KeyReused: if the key has posted something else.
    """
    head = take(
        learner=learner,
        sides=sides(learner, [Purpose.EARNED, Purpose.HELD], amounts),
        idempotency_key=idempotency_key,
        now=now,
    )
    content: dict[str, Any] = {
        "type": "hold",
        "title_vi": snapshot.title_vi,
        "title_en": snapshot.title_en,
        "rule": snapshot.rule,
        "rule_source": snapshot.rule_source,
        "expires_at": chain.moment(expires_at),
    }
    body_hash = chain.digest(
        {"amounts": _by_lot(amounts), "learner": str(learner.ledger_number), "reason": "HOLD", "snapshot": content}
    )
    if first := first_answer(head, body_hash):
        return first
    recorded_at = head.recorded(now)
    if not recorded_at < expires_at <= recorded_at + timedelta(days=HOLD_DAYS_MAX):
        raise ValueError(f"{expires_at} is no end of a hold made at {recorded_at}")
    refuse_if_frozen(learner)
    lots = found(learner, amounts, at=Purpose.EARNED)
    refuse_if_over(lots, now=recorded_at)
    return write(
        head,
        Draft(
            reason=Reason.HOLD,
            learner=learner,
            moves=moves(lots, source=(learner, Purpose.EARNED), destination=(learner, Purpose.HELD)),
            occurred_at=now,
            actor=actor,
            idempotency_key=idempotency_key,
            body_hash=body_hash,
            snapshot={**content, "lots": written(lots)},
            parts=[
                Part(
                    table="credits_hold",
                    columns={
                        "learner_id": learner.pk,
                        "amount_minor": sum(amounts.values()),
                        "expires_at": expires_at,
                    },
                )
            ],
        ),
        now=now,
    )


@transaction.atomic
def release(
    *, hold: JournalEntry, actor: Learner | None, now: datetime, request: LedgerRequest | None = None
) -> JournalEntry:
    """
    Give back what was set aside and return the entry. Idempotent: a hold is released once.

    ``request`` is the reversal that takes its credit back: the entry tells its number, but is no act of two persons.

    :raises HoldHasEnded: if it has been used, or its time was over.
    """
    return _end(hold, how=Ending.RELEASED, actor=actor, request=request, now=now)


@transaction.atomic
def apply_hold(
    *, hold: JournalEntry, amounts: Amounts, actor: Learner | None, idempotency_key: str, snapshot: Use, now: datetime
) -> JournalEntry:
    """
    Use these amounts of what was set aside, give the rest back, and return the entry of the use. Idempotent by key.

    :raises HoldHasEnded: if it has been given back, or used under another key, or its time is over.
    :raises NotEnoughOfLot: if more of a lot is asked for than was set aside.
    """
    _end(hold, how=Ending.APPLIED, used_under=idempotency_key, actor=actor, now=now)
    return use(
        learner=_learner(hold),
        amounts=amounts,
        set_aside_by=hold,
        actor=actor,
        idempotency_key=idempotency_key,
        snapshot=snapshot,
        now=now,
    )


def lapse_due(*, now: datetime) -> int:
    """
    Give back some of what was set aside for too long; return how many holds. To be called until that is none.

    Safe to run twice or in two workers at once.
    """
    lapsed = 0
    for due in lapsed_holds(now=now, limit=LAPSES_PER_RUN_MAX):
        entry = JournalEntry.objects.select_related("learner").get(pk=due.entry_id)
        try:
            with transaction.atomic():
                _end(entry, how=Ending.LAPSED, actor=None, now=now)
        except HoldHasEnded:  # somebody used it or gave it back between our question and our lock
            continue
        except OperationalError as reason:  # somebody holds its lock: the others go on, this one comes next time
            logger.warning("credit set aside did not come back yet", hold=due.entry_id, reason=str(reason))
            continue
        lapsed += 1
    return lapsed


def _end(
    hold: JournalEntry,
    *,
    how: Ending,
    actor: Learner | None,
    now: datetime,
    used_under: str | None = None,
    request: LedgerRequest | None = None,
) -> JournalEntry:
    learner = _learner(hold)
    key = f"release:{hold.public_id}"
    amounts = dict(hold.postings.values_list("lot_id", "amount_minor"))
    head = take(
        learner=learner,
        sides=sides(learner, [Purpose.EARNED, Purpose.HELD], amounts),
        idempotency_key=key,
        now=now,
    )
    body_hash = chain.digest({"ends": str(hold.public_id), "how": str(how), "used_under": used_under})
    if head.first_id is not None and head.first_body_hash != body_hash:
        raise HoldHasEnded(_("This credit is no longer set aside."))
    if first := first_answer(head, body_hash):
        return first
    set_aside = Hold.objects.get(pk=hold.pk)
    if how == Ending.APPLIED and now >= set_aside.expires_at:
        raise HoldHasEnded(_("This credit is no longer set aside."))
    lots = found(learner, amounts, at=Purpose.HELD)
    return write(
        head,
        Draft(
            reason=Reason.RELEASE,
            learner=learner,
            moves=moves(lots, source=(learner, Purpose.HELD), destination=(learner, Purpose.EARNED)),
            occurred_at=min(now, set_aside.expires_at) if how == Ending.LAPSED else now,
            actor=actor,
            idempotency_key=key,
            body_hash=body_hash,
            snapshot={
                "type": "release",
                "how": str(how),
                "title_vi": hold.snapshot["title_vi"],
                "title_en": hold.snapshot["title_en"],
                "rule": hold.snapshot["rule"],
                "rule_source": hold.snapshot["rule_source"],
                "lots": written(lots),
                **({"reversal_request": str(request.public_id)} if request else {}),
            },
            ends=hold,
        ),
        now=now,
    )


def _learner(hold: JournalEntry) -> Learner:
    if hold.reason != Reason.HOLD or hold.learner is None:
        raise ValueError(f"entry {hold.pk} sets nothing aside")
    return hold.learner


def _by_lot(amounts: Amounts) -> list[list[int]]:
    return [[lot_id, amounts[lot_id]] for lot_id in sorted(amounts)]
