"""Who else works at a counter: one confirms what another has written down; where there is no other, a curator."""

from datetime import date
from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet

from learners.choices import OrganizationStatus
from learners.models import Learner, Membership, Organization

Row = TypeVar("Row", bound=Model)


def works_alone(staff: Learner, organization: Organization) -> bool:
    """Return whether nobody else works in the organization now."""
    return not _working().filter(organization=organization).exclude(learner=staff).exists()


def nobody_else_works_there(rows: QuerySet[Row], asked_by: str, *, on: date) -> QuerySet[Row]:
    """Keep the rows of verified organizations in which, besides who wrote the row (``asked_by``), nobody works now."""
    others = _working().filter(organization=OuterRef("organization")).exclude(learner=OuterRef(asked_by))
    verified = {"organization__status": OrganizationStatus.VERIFIED, "organization__verified_until__gte": on}
    return rows.filter(~Exists(others), **verified)


def _working() -> QuerySet[Membership]:
    return Membership.objects.filter(ended_at__isnull=True, learner__is_active=True)
