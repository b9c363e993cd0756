"""Second steps said to be lost: those that are open, due, wait for a curator, and those taken off lately."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet

from learners import rules
from learners.models import Learner, LostSecondStep


def open_now() -> QuerySet[LostSecondStep]:
    return LostSecondStep.objects.filter(stopped_at__isnull=True, done_at__isnull=True)


def of_learner(learner: Learner) -> LostSecondStep | None:
    """Return what the person has asked for and has not ended."""
    return open_now().filter(Q(learner=learner) | Q(learner__merged_into=learner)).first()


def for_curators() -> QuerySet[LostSecondStep]:
    """Return what waits for a curator, the first or the second, the oldest first."""
    waiting = open_now().filter(confirmed_at__isnull=True)
    return waiting.select_related("learner", "vouched_by").order_by("asked_at", "pk")


def due(*, now: datetime) -> QuerySet[LostSecondStep]:
    return open_now().filter(due_at__lte=now).order_by("due_at", "pk")


def taken_off_lately(learner: Learner, *, now: datetime) -> LostSecondStep | None:
    """Return by what the second step was taken off a short time ago: whose the record is now is not certain."""
    since = now - rules.SECOND_STEP_HELD_BACK
    taken = LostSecondStep.objects.filter(Q(learner=learner) | Q(learner__merged_into=learner), done_at__gt=since)
    return taken.order_by("-done_at").first()


def is_used_since(accounts: list[Learner], since: datetime) -> bool:
    """Return whether any of it, said to be lost then, was used after all."""
    return bool(Authenticator.objects.filter(user__in=accounts, last_used_at__gt=since).exists())
