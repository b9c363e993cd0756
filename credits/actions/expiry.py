"""Let credit expire whose last day has passed: it moves to what is expired, never away. As a rule no credit expires."""

from datetime import datetime, time, timedelta

import structlog
from django.db import OperationalError, transaction
from django.utils import timezone

from credits.actions.moving import moves, sides, written
from credits.actions.posting import Draft, take, write
from credits.choices import Purpose, Reason
from credits.models import Account, JournalEntry, chain
from credits.queries import lot as lots_queries
from learners.models import Learner

logger = structlog.get_logger("credits.expiry")
EXPIRIES_PER_RUN_MAX = 50  # so that what is recorded together is recorded at about the same moment


def expire_due(*, now: datetime) -> int:
    """
    Let some of what is over expire; return how many entries were written. To be called until that is none.

    Running twice, in parallel or late gives the same entries: the key names the lot and how much of it had expired
    before, so that what came back later (a reversed use) expires too.
    """
    written_entries = 0
    for lot_id, learner_id in lots_queries.over(today=timezone.localdate(now), limit=EXPIRIES_PER_RUN_MAX):
        learner = Learner.objects.get(pk=learner_id)
        try:
            written_entries += _expire(learner=learner, lot_id=lot_id, now=now) is not None
        except OperationalError as reason:  # somebody holds its lock: the others go on, this one comes next time
            logger.warning("credit did not expire yet", lot=lot_id, reason=str(reason))
    return written_entries


@transaction.atomic
def _expire(*, learner: Learner, lot_id: int, now: datetime) -> JournalEntry | None:
    key = f"expiry:{lot_id}:{_expiries_before(lot_id)}"
    head = take(
        learner=learner, sides=sides(learner, [Purpose.EARNED, Purpose.EXPIRED], [lot_id]), idempotency_key=key, now=now
    )
    (lot,) = lots_queries.standing(learner, lot_ids=[lot_id])
    if head.first_id is not None or not lot.earned or lot.valid_until is None:
        return None  # another worker came first, or it has been used meanwhile
    amounts = [(lot, lot.earned)]
    over_since = timezone.make_aware(datetime.combine(lot.valid_until + timedelta(days=1), time.min))
    body_hash = chain.digest(
        {"lot": str(lot.public_id), "reason": str(Reason.EXPIRY), "valid_until": f"{lot.valid_until}"}
    )
    return write(
        head,
        Draft(
            reason=Reason.EXPIRY,
            learner=learner,
            moves=moves(amounts, source=(learner, Purpose.EARNED), destination=(learner, Purpose.EXPIRED)),
            occurred_at=max(over_since, _ready_since(lot_id, learner)),
            actor=None,
            idempotency_key=key,
            body_hash=body_hash,
            snapshot={
                "type": "expiry",
                "title_vi": lot.snapshot["title_vi"],
                "title_en": lot.snapshot["title_en"],
                "rule": f"valid until {lot.valid_until}",
                "rule_source": str(lot.snapshot.get("validity_source", lot.snapshot["rule_source"])),
                "lots": written(amounts),
            },
        ),
        now=now,
    )


def _ready_since(lot_id: int, learner: Learner) -> datetime:
    """Return when the newest of this credit became ready here: it does not expire before, in no account of the past."""
    ready = Account.objects.filter(learner=learner, purpose=Purpose.EARNED)
    brought = JournalEntry.objects.filter(postings__lot_id=lot_id, postings__destination__in=ready)
    newest: datetime = brought.latest("occurred_at").occurred_at
    return newest


def _expiries_before(lot_id: int) -> int:
    return JournalEntry.objects.filter(reason=Reason.EXPIRY, postings__lot_id=lot_id).count()
