"""People who work in an organisation, and invitations to."""

from datetime import datetime

from learners.actions import membership
from learners.choices import Role
from learners.models import Organization, StaffInvitation
from tests.factories.counter import the_manager
from tests.factories.people import NOW


def an_invitation(
    organization: Organization, *, role: Role = Role.INSTRUCTOR, now: datetime = NOW
) -> tuple[StaffInvitation, str]:
    """Return an invitation its manager has made out, with its code."""
    return membership.invite(
        organization=organization, role=role, for_words="chị Lan, dạy vi tính", actor=the_manager(organization), now=now
    )
