"""Ways added in front of one member of staff, as long as nobody else has confirmed that they are the person's."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from learners.choices import Way
from learners.models import AddedWay, DeadWay, Learner
from learners.queries.colleague import nobody_else_works_there
from learners.queries.learner import account_ids
from learners.queries.ways import Reached, addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A way that is held, and the address it is, wherever a merge has put it."""

    added: AddedWay
    way: Reached


def held(learner: Learner, *, now: datetime) -> Held | None:
    """
    Return what opens the record for learning only, since one member of staff alone says whose it is; None is usual.

    In any account of the person: what was added to one that has become theirs may open this one now. What was taken
    off or replaced since holds nothing. Two queries; four where something was added in the last thirty days.
    """
    added = list(_open(now).filter(learner__in=account_ids(learner)))
    ways = addresses(learner) if added else []
    return next((Held(added=each, way=way) for each in added for way in ways if _is(each, way)), None)


def was_held(dead: DeadWay, *, now: datetime) -> bool:
    """Return whether what was taken off, and comes back, had been held when it was said to reach nobody."""
    return _open(now).filter(learner=dead.learner, kind=dead.kind, added_at__lte=dead.asked_at).exists()


def for_curators(*, now: datetime) -> QuerySet[AddedWay]:
    """
    Return what is held at counters where nobody else works who could confirm it, the oldest first.

    Not of an account that was merged into another: what opens it opens that one (decision 0240).
    """
    is_there = Q(kind=Way.EMAIL, learner__email_verified_at=F("added_at"))
    is_there |= Q(kind=Way.PHONE, learner__phone_verified_at=F("added_at"))
    added = _open(now).filter(is_there, learner__merged_into__isnull=True, learner__closed_at__isnull=True)
    return nobody_else_works_there(added, "added_by", on=timezone.localdate(now)).order_by("added_at", "pk")


def _open(now: datetime) -> QuerySet[AddedWay]:
    waiting = AddedWay.objects.filter(held_until__gt=now, confirmed_at__isnull=True, taken_off_at__isnull=True)
    return waiting.select_related("learner", "added_by", "organization").order_by("-added_at", "-pk")


def _is(added: AddedWay, way: Reached) -> bool:
    """Return whether this is the address that was added then: it was proved in the same moment."""
    return way.kind == added.kind and getattr(way.account, f"{way.kind}_verified_at") == added.added_at
