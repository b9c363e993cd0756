"""Ways that staff have written down as reaching nobody any more: those that wait, and those that can be given back."""

from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from learners import rules
from learners.models import DeadWay, Learner
from learners.queries.colleague import nobody_else_works_there


def waiting(learner: Learner) -> QuerySet[DeadWay]:
    """Return what nobody else has confirmed yet."""
    asked = DeadWay.objects.filter(learner=learner, confirmed_at__isnull=True, undone_at__isnull=True)
    return asked.select_related("learner", "asked_by", "organization").order_by("asked_at", "pk")


def for_curators(*, now: datetime) -> QuerySet[DeadWay]:
    """
    Return what waits at counters where nobody else works who could confirm it, the oldest first.

    Not of an account that was merged into another: what opens it opens that one (decision 0240).
    """
    asked = DeadWay.objects.filter(confirmed_at__isnull=True, undone_at__isnull=True, learner__merged_into__isnull=True)
    alone = nobody_else_works_there(asked, "asked_by", on=timezone.localdate(now))
    return alone.select_related("learner", "asked_by", "organization").order_by("asked_at", "pk")


def given_back(learner: Learner, *, now: datetime) -> QuerySet[DeadWay]:
    """Return what was taken off and can still be given back, the newest first."""
    return _taken_off(now).filter(learner=learner)


def claimed_since(learner: Learner, *, now: datetime) -> DeadWay | None:
    """
    Return what can still be given back of a record that was claimed anew since: whose it is now is not certain.

    Of an account that was merged into this one too: what was put in its place may open this one now.
    """
    taken = _taken_off(now).filter(learner__claims__claimed_at__gt=F("confirmed_at"))
    return taken.filter(Q(learner=learner) | Q(learner__merged_into=learner)).first()


def _taken_off(now: datetime) -> QuerySet[DeadWay]:
    since = now - rules.DEAD_WAY_GIVEN_BACK
    taken = DeadWay.objects.filter(confirmed_at__gt=since, undone_at__isnull=True)
    return taken.select_related("learner", "asked_by", "confirmed_by", "organization").order_by("-confirmed_at", "-pk")
