"""Memberships: who works in an organisation, in which role."""

from datetime import datetime

from django.db import transaction

from learners.choices import Role
from learners.models import Learner, Membership, Organization


@transaction.atomic
def admit(*, organization: Organization, learner: Learner, role: Role, now: datetime) -> Membership:
    """
    Give a learner a role in an organization and return the membership. Idempotent while the membership lasts.

    Who may ask for it is decided at the door; the first manager comes with the registration.
    """
    membership, _is_new = Membership.objects.get_or_create(
        organization=organization, learner=learner, role=role, ended_at=None, defaults={"started_at": now}
    )
    return membership
