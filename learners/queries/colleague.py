"""Who else works at a counter: one confirms what another has written down; where there is no other, a curator."""

from datetime import date
from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from learners.models import Learner, Membership, Organization
from learners.permissions import AT_COUNTER
from learners.queries.organization import verified

Row = TypeVar("Row", bound=Model)


def works_alone(staff: Learner, organization: Organization, person: Learner) -> bool:
    """Return whether nobody but the staff and the person they serve works at the counter of the organization now."""
    return not _working().filter(organization=organization).exclude(learner__in=[staff, person]).exists()


def nobody_else_works_there(rows: QuerySet[Row], asked_by: str, *, on: date) -> QuerySet[Row]:
    """
    Keep the rows of verified organizations in which nobody serves who could confirm them now.

    That is nobody besides who wrote the row (``asked_by``) and the ``learner`` it is about, nor the account that one of
    them has been merged into: they work there by that one since.
    """
    others = _working().filter(organization=OuterRef("organization"))
    for each in (asked_by, "learner"):
        kept = Coalesce(OuterRef(f"{each}__merged_into"), OuterRef(each))
        others = others.exclude(learner=OuterRef(each)).exclude(learner=kept)
    return rows.filter(~Exists(others), verified(on=on, path="organization__"))


def _working() -> QuerySet[Membership]:
    return Membership.objects.filter(ended_at__isnull=True, learner__is_active=True, role__in=AT_COUNTER)
