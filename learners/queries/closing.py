"""Closings of accounts: one that waits, those whose time has come, one by its token."""

from collections.abc import Collection
from datetime import datetime
from hashlib import sha256

from django.db.models import Q, QuerySet
from django.utils import timezone

from learners.choices import OrganizationStatus, Role
from learners.models import AccountClosing, Learner, Membership, Organization
from learners.queries.colleague import nobody_else_works_there
from learners.queries.learner import accounts_merged_into, of_now

ONE_OF_STAFF = Q(witnessed_by__isnull=False, confirmed_at__isnull=True)


def waiting(learner: Learner) -> AccountClosing | None:
    return AccountClosing.objects.filter(learner=learner, stopped_at__isnull=True, erased_at__isnull=True).first()


def due(*, now: datetime) -> QuerySet[AccountClosing]:
    """Return the closings whose waiting time is over, the oldest first; none that still needs a second person."""
    open_still = AccountClosing.objects.filter(stopped_at__isnull=True, erased_at__isnull=True, due_at__lte=now)
    return open_still.exclude(ONE_OF_STAFF).order_by("due_at", "pk")


def without_second(organization: Organization) -> QuerySet[AccountClosing]:
    """Return the closings asked for at the organization's counter that nobody else has confirmed, the oldest first."""
    asked = AccountClosing.objects.filter(ONE_OF_STAFF, organization=organization, stopped_at__isnull=True)
    return asked.select_related("learner").order_by("asked_at", "pk")


def for_curators(*, now: datetime) -> QuerySet[AccountClosing]:
    """Return the closings asked for at a counter where nobody else works who could confirm them, the oldest first."""
    asked = AccountClosing.objects.filter(ONE_OF_STAFF, stopped_at__isnull=True, due_at__gt=now)
    alone = nobody_else_works_there(asked, "witnessed_by", on=timezone.localdate(now))
    return alone.select_related("learner", "organization", "witnessed_by").order_by("asked_at", "pk")


def by_token(token: str) -> AccountClosing | None:
    found = AccountClosing.objects.filter(token_hash=sha256(token.encode()).hexdigest())
    return found.select_related("organization").first()


def managed_by(learner: Learner) -> QuerySet[Organization]:
    """Return the verified organizations the person manages, by whichever of their accounts."""
    return _managed_by([learner, *accounts_merged_into(learner)])


def left_without_manager(learner: Learner, *, is_due: bool = False) -> list[Organization]:
    """
    Return the verified organizations that nobody would manage once the learner has left.

    Another of their own accounts is nobody else, and neither is who has asked to leave too; when the time has come
    (``is_due``) only those are left out whose leaving has begun, so that of two the one who is first may go.
    """
    own = [learner, *accounts_merged_into(learner)]
    managed = list(_managed_by(own).order_by("pk"))
    held = _managing().filter(organization__in=managed).exclude(learner__in=own).select_related("learner__merged_into")
    others = [(each.organization_id, of_now(each.learner)) for each in held]
    closings = AccountClosing.objects.filter(stopped_at__isnull=True, learner__in={who.pk for _where, who in others})
    if is_due:
        closings = closings.filter(leaving_at__isnull=False)
    leaving = set(closings.values_list("learner", flat=True))
    stay = {where for where, who in others if who.is_active and who.pk not in leaving}
    return [organization for organization in managed if organization.pk not in stay]


def _managed_by(accounts: Collection[Learner]) -> QuerySet[Organization]:
    return Organization.objects.filter(pk__in=_managing().filter(learner__in=accounts).values("organization"))


def _managing() -> QuerySet[Membership]:
    return Membership.objects.filter(
        role=Role.MANAGER, ended_at__isnull=True, organization__status=OrganizationStatus.VERIFIED
    )
