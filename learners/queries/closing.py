"""Closings of accounts: one that waits, those whose time has come, one by its token."""

from collections.abc import Collection
from datetime import datetime
from hashlib import sha256

from django.db.models import Q, QuerySet
from django.utils import timezone

from learners.choices import OrganizationStatus, Role
from learners.models import AccountClosing, Learner, Membership, Organization
from learners.queries.colleague import nobody_else_works_there
from learners.queries.learner import accounts_merged_into

MANAGING = Q(role=Role.MANAGER, ended_at__isnull=True)
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


def _managed_by(accounts: Collection[Learner]) -> QuerySet[Organization]:
    held = Membership.objects.filter(MANAGING, learner__in=accounts)
    return Organization.objects.filter(pk__in=held.values("organization"), status=OrganizationStatus.VERIFIED)


def left_without_manager(learner: Learner, *, is_due: bool = False) -> list[Organization]:
    """
    Return the verified organizations that nobody would manage once the learner has left.

    Another of their own accounts is nobody else, and neither is who has asked to leave too; when the time has come
    (``is_due``) only those are left out whose leaving has begun, so that of two the one who is first may go.
    """
    own = [learner, *accounts_merged_into(learner)]
    managed = list(_managed_by(own).order_by("pk"))
    stay = _managed_without(own, managed, is_due=is_due)
    return [organization for organization in managed if organization.pk not in stay]


def is_last_manager(learner: Learner, organization: Organization) -> bool:
    """Return whether nobody would manage the organization, verified or not, once the learner does so no longer."""
    return organization.pk not in _managed_without([learner, *accounts_merged_into(learner)], [organization])


def _managed_without(own: Collection[Learner], managed: Collection[Organization], *, is_due: bool = False) -> set[int]:
    """
    Return the ids of those of the organizations that somebody else than these accounts manages and stays.

    A role left behind with an account that was merged into another is nobody's: whoever signs in is the other.
    """
    held = Membership.objects.filter(MANAGING, organization__in=managed, learner__merged_into=None)
    others = [(each.organization_id, each.learner) for each in held.exclude(learner__in=own).select_related("learner")]
    closings = AccountClosing.objects.filter(stopped_at__isnull=True, learner__in={who.pk for _where, who in others})
    if is_due:
        closings = closings.filter(leaving_at__isnull=False)
    leaving = set(closings.values_list("learner", flat=True))
    return {where for where, who in others if who.is_active and who.pk not in leaving}
