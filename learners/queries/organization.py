"""Organisations: which of them an actor may see, works in, or manages."""

from datetime import date

from django.db.models import Q, QuerySet

from learners.choices import OrganizationStatus, Role
from learners.models import Learner, Membership, Organization
from learners.permissions import Actor, is_curator


def verified(*, on: date, path: str = "") -> Q:
    """Return the condition of being verified on a day (``Organization.is_verified``); ``path`` leads to it: ``x__``."""
    return Q((f"{path}status", OrganizationStatus.VERIFIED), (f"{path}verified_until__gte", on))


def visible_to(actor: Actor) -> QuerySet[Organization]:
    """Return the verified organisations, those the actor works in, and for a curator all of them."""
    organizations = Organization.objects.select_related("place__parent")
    if is_curator(actor):
        return organizations
    return organizations.filter(Q(status=OrganizationStatus.VERIFIED) | Q(pk__in=worked_in_by(actor).values("pk")))


def complained_about_by(actor: Actor) -> QuerySet[Organization]:
    """Return the organisations the actor may complain about: those they see, and all that have ever been verified."""
    seen = visible_to(actor).values("pk")
    return Organization.objects.filter(Q(verified_at__isnull=False) | Q(pk__in=seen))


def worked_in_by(actor: Actor) -> QuerySet[Organization]:
    """Return the organisations in which the actor holds any role now, by name."""
    if not isinstance(actor, Learner) or not actor.is_active:
        return Organization.objects.none()
    held = Membership.objects.filter(learner=actor, ended_at__isnull=True)
    return (
        Organization.objects.filter(pk__in=held.values("organization"))
        .select_related("place__parent")
        .order_by("name_vi", "pk")
    )


def members(organization: Organization, *, roles: tuple[Role, ...] = ()) -> QuerySet[Learner]:
    """Return the people who hold one of ``roles`` (any, when none is named) in the organization now, by name."""
    held = organization.memberships.filter(ended_at__isnull=True)
    if roles:
        held = held.filter(role__in=roles)
    return Learner.objects.filter(pk__in=held.values("learner"), is_active=True).order_by("full_name", "pk")


def waiting() -> int:
    """Return how many organisations wait for their first verification."""
    return Organization.objects.filter(status=OrganizationStatus.REGISTERED).count()
