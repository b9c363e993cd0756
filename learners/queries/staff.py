"""Who works in an organization, and who has been invited to."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import QuerySet

from learners.choices import Role
from learners.models import Membership, Organization, StaffInvitation
from learners.models.folding import sort_key
from learners.queries import card

RUN_OUT_SHOWN = timedelta(days=14)  # how long an invitation is listed that nobody has taken up in time
_ORDER = {role: place for place, role in enumerate(Role)}


def working_in(organization: Organization) -> list[Membership]:
    """
    Return the roles held in the organization now, managers first, then by name; one query.

    Not what a merge has left behind with an account nobody signs in to any more.
    """
    held = organization.memberships.filter(ended_at=None, learner__is_active=True, learner__merged_into=None)
    held = held.select_related("learner")
    return sorted(held, key=lambda each: (_ORDER[Role(each.role)], sort_key(each.learner.full_name), each.pk))


def ever_in(organization: Organization) -> QuerySet[Membership]:
    """Return the roles anybody has or had in the organization, with who and where."""
    return organization.memberships.select_related("organization", "learner")


def open_of(organization: Organization, *, now: datetime) -> QuerySet[StaffInvitation]:
    """Return the invitations whose codes give somebody a role now, the newest first."""
    return _waiting().filter(organization=organization, code_ends_at__gt=now).order_by("-invited_at", "-pk")


def listed(organization: Organization, *, now: datetime) -> QuerySet[StaffInvitation]:
    """Return those a manager sees: the open ones, and those that have run out lately, the newest first."""
    shown = _waiting().filter(organization=organization, code_ends_at__gt=now - RUN_OUT_SHOWN)
    return shown.select_related("invited_by").order_by("-invited_at", "-pk")


def forgotten(*, now: datetime) -> QuerySet[StaffInvitation]:
    """Return those that ran out so long ago that nobody is shown for whom they were."""
    return _waiting().filter(code_ends_at__lte=now - RUN_OUT_SHOWN).exclude(for_words="")


def waiting_for(code: str, *, now: datetime) -> QuerySet[StaffInvitation]:
    """Return the invitation whose code this is, while it can be taken up."""
    return _waiting().filter(code_hash__in=list(code_hashes(code)), code_ends_at__gt=now)


def code_hashes(code: str) -> Iterator[str]:
    """Return what may be stored of a code, newest key first."""
    return card.keyed_each("staff", code)


def _waiting() -> QuerySet[StaffInvitation]:
    return StaffInvitation.objects.filter(taken_up_at__isnull=True, taken_back_at__isnull=True)


def has_another(membership: Membership) -> bool:
    """Return whether the person holds another role in the same organization now."""
    held = Membership.objects.filter(organization=membership.organization_id, learner=membership.learner_id)
    return held.filter(ended_at__isnull=True).exclude(pk=membership.pk).exists()
