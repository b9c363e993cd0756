"""Closings of accounts: one that waits, those whose time has come, one by its token."""

from datetime import datetime
from hashlib import sha256

from django.db.models import Exists, OuterRef, QuerySet

from learners.choices import OrganizationStatus, Role
from learners.models import AccountClosing, Learner, Membership, Organization


def waiting(learner: Learner) -> AccountClosing | None:
    return AccountClosing.objects.filter(learner=learner, stopped_at__isnull=True, erased_at__isnull=True).first()


def due(*, now: datetime) -> QuerySet[AccountClosing]:
    """Return the closings whose waiting time is over, the oldest first."""
    return AccountClosing.objects.filter(stopped_at__isnull=True, erased_at__isnull=True, due_at__lte=now).order_by(
        "due_at", "pk"
    )


def by_token(token: str) -> AccountClosing | None:
    return AccountClosing.objects.filter(token_hash=sha256(token.encode()).hexdigest()).first()


def left_without_manager(learner: Learner) -> list[Organization]:
    """Return the verified organizations that nobody but the learner manages."""
    managing = Membership.objects.filter(role=Role.MANAGER, ended_at__isnull=True)
    others = managing.filter(organization=OuterRef("pk")).exclude(learner=learner)
    mine = managing.filter(learner=learner).values("organization")
    return list(
        Organization.objects.filter(~Exists(others), pk__in=mine, status=OrganizationStatus.VERIFIED).order_by("pk")
    )
