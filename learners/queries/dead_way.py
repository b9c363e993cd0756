"""Ways that staff have written down as reaching nobody any more: those that wait, and those that can be given back."""

from datetime import datetime

from django.db.models import F, QuerySet
from django.utils import timezone

from learners import rules
from learners.models import DeadWay, Learner
from learners.queries.colleague import nobody_else_works_there


def waiting(learner: Learner) -> QuerySet[DeadWay]:
    """Return what nobody else has confirmed yet."""
    asked = DeadWay.objects.filter(learner=learner, confirmed_at__isnull=True, undone_at__isnull=True)
    return asked.select_related("learner", "asked_by", "organization").order_by("asked_at", "pk")


def for_curators(*, now: datetime) -> QuerySet[DeadWay]:
    """Return what waits at counters where nobody else works who could confirm it, the oldest first."""
    asked = DeadWay.objects.filter(confirmed_at__isnull=True, undone_at__isnull=True)
    alone = nobody_else_works_there(asked, "asked_by", on=timezone.localdate(now))
    return alone.select_related("learner", "asked_by", "organization").order_by("asked_at", "pk")


def given_back(learner: Learner, *, now: datetime) -> QuerySet[DeadWay]:
    """Return what was taken off and can still be given back, the newest first."""
    since = now - rules.DEAD_WAY_GIVEN_BACK
    taken = DeadWay.objects.filter(learner=learner, confirmed_at__gt=since, undone_at__isnull=True)
    return taken.select_related("learner", "asked_by", "confirmed_by", "organization").order_by("-confirmed_at", "-pk")


def claimed_since(learner: Learner, *, now: datetime) -> DeadWay | None:
    """Return what can still be given back of a record that was claimed anew since: whose it is now is not certain."""
    taken = given_back(learner, now=now).filter(learner__claims__claimed_at__gt=F("confirmed_at"))
    return taken.first()
