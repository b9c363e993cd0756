"""The organisations of the demonstration world, registered by their managers and verified by the curator."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from learners.actions import membership, organization
from learners.choices import Role
from learners.models import Learner, Organization, Place
from learners.rules import VERIFIED_YEARS
from portal.actions.demo.world import Provider

MARK_VI, MARK_EN = " (minh họa)", " (demonstration)"
REGISTERED = timedelta(days=420)  # ago
VERIFIED = timedelta(days=415)
REGISTERED_LATELY = timedelta(days=2)  # the one that still waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """An organisation with who speaks for it and who teaches where nobody is named."""

    organization: Organization
    manager: Learner
    instructor: Learner
    is_new: bool


def register(provider: Provider, *, manager: Learner, instructor: Learner, curator: Learner, now: datetime) -> Body:
    """Return the organisation, registered, staffed and, unless it is to wait, verified; found again by its name."""
    name_vi = provider.name_vi + MARK_VI
    known = Organization.objects.filter(name_vi=name_vi, is_demonstration=True).first()
    if known is not None:
        return Body(organization=known, manager=manager, instructor=instructor, is_new=False)
    registered_at = now - (REGISTERED if provider.is_verified else REGISTERED_LATELY)
    made = organization.register(
        learner=manager,
        particulars=organization.Particulars(
            kind=provider.kind,
            name_vi=name_vi,
            name_en=provider.name_en + MARK_EN,
            place=Place.objects.get(pk=provider.place_code),
            description_vi=provider.description_vi,
            description_en=provider.description_en,
            address=provider.address,
            phone=provider.phone,
            opening_hours_vi=provider.opening_hours_vi,
            opening_hours_en=provider.opening_hours_en,
        ),
        now=registered_at,
        is_demonstration=True,
    )
    membership.admit(organization=made, learner=instructor, role=Role.INSTRUCTOR, now=registered_at)
    if provider.is_verified:
        verified_on = timezone.localdate(now - VERIFIED)
        made = organization.verify(
            organization=made,
            curator=curator,
            until=verified_on.replace(year=verified_on.year + VERIFIED_YEARS, day=min(verified_on.day, 28)),
            now=now - VERIFIED,
        )
    return Body(organization=made, manager=manager, instructor=instructor, is_new=True)
