"""Accounts opened at a counter: those one may see there."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet, Value
from django.utils import timezone

from learners.models import Learner, Organization, Registration
from learners.models.folding import NameKey, VnFold, fold
from learners.permissions import Actor, is_staff_of
from learners.queries.likeness import YEARS_APART_MAX, Known, may_be_one

ALIKE_LOOKED_AT_MAX = 60  # of one name, the newest; more say nothing
ALIKE_SHOWN_MAX = 5


def at_counter(organization: Organization, actor: Actor) -> QuerySet[Registration]:
    """
    Return whom the organization has registered, newest first, for its staff; for everybody else nobody.

    An account merged into another is not among them: whatever is done to it is done to the kept one, which may be
    somebody's the organization has never seen.
    """
    if not is_staff_of(actor, organization):
        return Registration.objects.none()
    return (
        organization.registrations.select_related(
            "learner__place", "learner__birth_year_confirmed_by", "registered_by", "organization"
        )
        .filter(learner__closed_at__isnull=True, learner__merged_into__isnull=True)
        .order_by("-registered_at", "-pk")
    )


def named(registrations: QuerySet[Registration], words: str) -> QuerySet[Registration]:
    """Keep those whose name has each of the words, with or without diacritics."""
    for word in words.split():
        registrations = registrations.alias(folded=VnFold("learner__full_name")).filter(folded__contains=fold(word))
    return registrations


def alike(organization: Organization, actor: Actor, known: Known) -> Sequence[Registration]:
    """
    Return whom the organization has registered and who may be the person now before it, newest first; two queries.

    Only those ``at_counter``: that somebody has a record elsewhere is nobody's business here.
    """
    named_so = Q(key=NameKey(Value(known.full_name)))
    born = Q()
    if known.birth_year is not None:
        around = (known.birth_year - YEARS_APART_MAX, known.birth_year + YEARS_APART_MAX)
        born = Q(learner__birth_year__range=around) | Q(learner__birth_year__isnull=True)
    here = at_counter(organization, actor).alias(key=NameKey("learner__full_name")).filter(named_so, born)
    found = [row for row in here[:ALIKE_LOOKED_AT_MAX] if may_be_one(known, Known.of(row.learner))]
    return found[:ALIKE_SHOWN_MAX]


def of_today(organization: Organization, *, now: datetime) -> int:
    """Return how many accounts the organization has opened on this Vietnamese day."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return organization.registrations.filter(
        registered_at__gte=midnight, registered_at__lt=midnight + timedelta(days=1)
    ).count()


def was_registered(learner: Learner) -> bool:
    """Return whether a counter has opened this account, so that one there knows the person."""
    return Registration.objects.filter(learner=learner).exists()
