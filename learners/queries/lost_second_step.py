"""Second steps said to be lost: those that are open, due, wait for a curator, and those taken off lately."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet

from learners import rules
from learners.choices import Way
from learners.models import Learner, LostSecondStep, Registration
from learners.queries import added_way
from learners.queries.learner import account_ids


def open_now() -> QuerySet[LostSecondStep]:
    return LostSecondStep.objects.filter(stopped_at__isnull=True, done_at__isnull=True)


def of_learner(learner: Learner) -> LostSecondStep | None:
    """Return what the person has asked for and has not ended."""
    return open_now().filter(learner__in=account_ids(learner)).first()


def for_curators() -> QuerySet[LostSecondStep]:
    """Return what waits for a curator, the first or the second, the oldest first."""
    waiting = open_now().filter(confirmed_at__isnull=True)
    return waiting.select_related("learner", "vouched_by").order_by("asked_at", "pk")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBy:
    """What the record itself says of where its owner is reached and who has met them; nothing that was asked with."""

    numbers: list[str]
    mails: list[str]
    registrations: list[Registration]


def known_by(learner: Learner, *, now: datetime, but: Collection[str] = ()) -> KnownBy:
    """
    Return by what a curator reaches and recognizes whose the record is.

    Not by an address or number that is held, of which one member of staff alone says whose it is, nor by ``but``.
    """
    ways = [each for each in added_way.own_addresses(learner, now=now) if each.address not in but]
    opened = Registration.objects.filter(learner__in=account_ids(learner))
    return KnownBy(
        numbers=[each.address for each in ways if each.kind == Way.PHONE],
        mails=[each.address for each in ways if each.kind == Way.EMAIL],
        registrations=list(opened.select_related("organization").order_by("registered_at", "pk")),
    )


def due(*, now: datetime) -> QuerySet[LostSecondStep]:
    return open_now().filter(due_at__lte=now).order_by("due_at", "pk")


def taken_off_lately(learner: Learner, *, now: datetime) -> LostSecondStep | None:
    """Return by what the second step was taken off a short time ago: whose the record is now is not certain."""
    since = now - rules.SECOND_STEP_HELD_BACK
    taken = LostSecondStep.objects.filter(learner__in=account_ids(learner), done_at__gt=since)
    return taken.order_by("-done_at").first()


def is_used_since(accounts: list[Learner], since: datetime) -> bool:
    """Return whether any of it, said to be lost then, was used after all, or another one set up: nobody is kept out."""
    theirs = Authenticator.objects.filter(user__in=accounts)
    return bool(theirs.filter(Q(last_used_at__gt=since) | Q(created_at__gt=since)).exists())
