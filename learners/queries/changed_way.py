"""Ways that were changed or removed: what a link to the old one leads to, and what was objected to lately."""

from datetime import datetime
from hashlib import sha256

from learners import rules
from learners.models import ChangedWay, Learner
from learners.queries.learner import account_ids, of_now
from learners.queries.ways import addresses


def by_token(token: str) -> ChangedWay | None:
    """Return what this token objects to, whether it still may or not."""
    found = ChangedWay.objects.filter(link_hash=sha256(token.encode()).hexdigest())
    return found.select_related("learner").first()


def is_over(changed: ChangedWay, *, now: datetime) -> bool:
    """Return whether nobody can object any more: it is too late, it is back already, or the account is closed."""
    learner = of_now(changed.learner)
    if now >= changed.changed_at + rules.CHANGED_WAY_OBJECTED_WITHIN or learner.closed_at is not None:
        return True
    return any(each.address == changed.address for each in addresses(learner))


def objected_lately(learner: Learner, *, now: datetime) -> ChangedWay | None:
    """Return the change that the old address has objected to a short time ago: whose the record is is not certain."""
    since = now - rules.CHANGED_WAY_HELD_BACK
    objected = ChangedWay.objects.filter(learner__in=account_ids(learner), objected_at__gt=since)
    return objected.order_by("-objected_at").first()
