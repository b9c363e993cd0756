"""Addresses and numbers said to be lost: those that are open, due, wait for a curator, and those replaced lately."""

from datetime import datetime

from django.db.models import QuerySet

from learners import rules
from learners.choices import Way
from learners.models import Learner, LostWay
from learners.queries import added_way, changed_way, dead_way, lost_second_step
from learners.queries.learner import account_ids
from learners.queries.ways import Reached


def open_now() -> QuerySet[LostWay]:
    return LostWay.objects.filter(stopped_at__isnull=True, done_at__isnull=True)


def of_learner(learner: Learner) -> LostWay | None:
    """Return what the person has asked for and has not ended."""
    return open_now().filter(learner__in=account_ids(learner)).first()


def last_of(learner: Learner) -> LostWay | None:
    """Return what the person asked for last, however it ended."""
    return LostWay.objects.filter(learner__in=account_ids(learner)).order_by("-asked_at", "-pk").first()


def for_curators() -> QuerySet[LostWay]:
    """Return what waits for a curator, the first or the second, the oldest first."""
    waiting = open_now().filter(confirmed_at__isnull=True)
    return waiting.select_related("learner", "vouched_by").order_by("asked_at", "pk")


def due(*, now: datetime) -> QuerySet[LostWay]:
    return open_now().filter(due_at__lte=now).order_by("due_at", "pk")


def replaced_lately(learner: Learner, *, now: datetime) -> LostWay | None:
    """Return by what a way was replaced a short time ago: whose the record is now is not certain."""
    since = now - rules.LOST_WAY_HELD_BACK
    done = LostWay.objects.filter(learner__in=account_ids(learner), done_at__gt=since)
    return done.order_by("-done_at").first()


def may_be_lost(learner: Learner, *, now: datetime) -> list[Reached]:
    """
    Return the addresses of which the person may say that they are lost.

    None while something else makes it uncertain whose the record is: it would take a way out of that.
    """
    uncertain = (
        dead_way.claimed_since(learner, now=now)
        or lost_second_step.taken_off_lately(learner, now=now)
        or replaced_lately(learner, now=now)
        or changed_way.objected_lately(learner, now=now)
        or added_way.held(learner, now=now)
    )
    return [] if uncertain else added_way.own_addresses(learner, now=now)


def has_room(learner: Learner, lost: Reached, new_kind: Way) -> bool:
    """Return whether the new one takes the place of this one, or an empty one, of the learner, and of no other."""
    return (lost.account.pk == learner.pk and lost.kind == new_kind) or not getattr(learner, new_kind)


def is_anothers(learner: Learner, address: str, kind: Way) -> bool:
    """Return whether another person's record is opened with it."""
    return Learner.objects.filter(**{kind.value: address}).exclude(pk__in=account_ids(learner)).exists()
