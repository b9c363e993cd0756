"""Ways that were changed or removed: what a link to the old one leads to, and what was objected to lately."""

from datetime import datetime
from hashlib import sha256

from learners import rules
from learners.models import ChangedWay, Learner
from learners.queries.learner import account_ids, of_now
from learners.queries.ways import Reached, addresses


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


def objecting(learner: Learner, *, until: datetime) -> list[ChangedWay]:
    """Return what has objected by a moment and is not back, the first that was taken off before the others."""
    known = {each.address for each in addresses(learner)}
    when = {"objected_at__gt": until - rules.CHANGED_WAY_KEPT, "objected_at__lte": until}
    objected = ChangedWay.objects.filter(learner__in=account_ids(learner), **when).exclude(address="")
    return [each for each in objected.order_by("changed_at", "pk") if each.address not in known]


def doubted(learner: Learner, objecting: list[ChangedWay]) -> list[Reached]:
    """
    Return the addresses of the person that were proved about when those were taken off, or since.

    Whoever took a record over proved one of their own first, and may have waited before the other went. The one the
    account was opened with is none of those.
    """
    if not objecting:
        return []
    since = objecting[0].changed_at - rules.CHANGED_WAY_DOUBTED
    proved = [(each, getattr(each.account, f"{each.kind.value}_verified_at")) for each in addresses(learner)]
    return [each for each, at in proved if at is not None and at >= since and at != each.account.created_at]
