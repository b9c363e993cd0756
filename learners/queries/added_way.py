"""Ways added in front of one member of staff, or by a card staff printed, until a second says whose they are."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

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
    Return what opens the record for learning only, since not two of staff say whose it is; None is usual.

    In any account of the person: what was added to one that has become theirs may open this one now. What was taken
    off or replaced since holds nothing. Two queries; four where something was added in the last thirty days.
    """
    return next(iter(all_held(learner, now=now)), None)


def all_held(learner: Learner, *, now: datetime) -> list[Held]:
    """Return each that is held, as ``held``, the newest first: two accounts that became one may have brought two."""
    added = list(_open(now).filter(learner__in=account_ids(learner)))
    ways = addresses(learner) if added else []
    return [Held(added=each, way=way) for each in added for way in ways if _is(each, way)]


def own_addresses(learner: Learner, *, now: datetime) -> list[Reached]:
    """
    Return what opens the record in full: all its addresses but what is held.

    With one of these the person does themself what would else be done at a counter. Two queries; four or five where
    something was added in the last thirty days.
    """
    ways = addresses(learner)
    held_now = {each.way.address for each in all_held(learner, now=now)} if ways else set()
    return [each for each in ways if each.address not in held_now]


def know_the_pin(added: AddedWay, *staff: Learner) -> list[Learner]:
    """Return who of staff must not have printed the card whose PIN confirms this, in front of ``staff``."""
    return [each for each in (added.added_by, *staff) if each is not None]


def held_before(dead: DeadWay, *, now: datetime) -> AddedWay | None:
    """Return how what was taken off, and comes back, had been held when it was said to reach nobody; or None."""
    before = _open(now).filter(learner__in=account_ids(dead.learner), kind=dead.kind, added_at__lte=dead.asked_at)
    return before.first()


def for_curators(*, now: datetime) -> QuerySet[AddedWay]:
    """
    Return what is held at counters where nobody else works who could confirm it, the oldest first.

    Where it stands now: a merge may have put it into the account that is kept.
    """
    is_theirs = Q(pk=OuterRef("learner")) | Q(pk=OuterRef("learner__merged_into"))
    is_there = Q(email_verified_at=OuterRef("added_at")) | Q(phone_verified_at=OuterRef("added_at"))
    stands = Learner.objects.filter(is_theirs, is_there, closed_at__isnull=True)
    added = _open(now).filter(Exists(stands), added_by__isnull=False)
    return nobody_else_works_there(added, "added_by", on=timezone.localdate(now)).order_by("added_at", "pk")


def _open(now: datetime) -> QuerySet[AddedWay]:
    waiting = AddedWay.objects.filter(held_until__gt=now, confirmed_at__isnull=True, taken_off_at__isnull=True)
    return waiting.select_related("learner", "added_by", "organization").order_by("-added_at", "-pk")


def _is(added: AddedWay, way: Reached) -> bool:
    """Return whether this is the address that was added then: it was proved in the same moment."""
    return way.kind == added.kind and getattr(way.account, f"{way.kind}_verified_at") == added.added_at
