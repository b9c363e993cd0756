"""Questions to the transfer register: who accepts which credit, on a day."""

from dataclasses import dataclass
from datetime import date

from django.db.models import CharField, F, Q, QuerySet, Value

from credits.models import Acceptance
from learners.choices import OrganizationStatus
from learners.models import Organization
from learners.models.folding import VnFold, fold

WORDS_MAX = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What is asked about: credit of one course."""

    course_key: str
    provider_id: int
    kind_of_credit: str
    field_code: str


def in_force(*, on: date) -> QuerySet[Acceptance]:
    """Return what is accepted on a day by organisations in good standing, newest first."""
    return (
        Acceptance.objects.filter(
            Q(until__isnull=True) | Q(until__gt=on),
            since__lte=on,
            organization__status=OrganizationStatus.VERIFIED,
        )
        .select_related("organization", "provider")
        .order_by("-since", "-pk")
    )


def search(text: str, *, on: date) -> QuerySet[Acceptance]:
    """Return what is accepted whose course, provider or accepting organisation has every word of the search."""
    found = in_force(on=on).annotate(
        provider_fold=VnFold("provider__name_vi"), organization_fold=VnFold("organization__name_vi")
    )
    for word in fold(text).split()[:WORDS_MAX]:
        found = found.filter(
            Q(title_fold__contains=word) | Q(provider_fold__contains=word) | Q(organization_fold__contains=word)
        )
    return found


def everything() -> QuerySet[Acceptance]:
    """Return the whole register with what has ended, oldest first, as it is published."""
    return Acceptance.objects.select_related("organization", "provider").order_by("since", "pk")


def of_credit(offered: Offered, *, on: date) -> QuerySet[Acceptance]:
    """Return what is accepted on a day of such credit; a row names the beginning of a field's code."""
    return (
        in_force(on=on)
        .annotate(asked_field=Value(offered.field_code, output_field=CharField()))
        .filter(
            Q(course_key="") | Q(course_key=offered.course_key),
            Q(provider__isnull=True) | Q(provider=offered.provider_id),
            Q(kind_of_credit="") | Q(kind_of_credit=offered.kind_of_credit),
            asked_field__startswith=F("field_code"),
        )
    )


def of_organization(organization: Organization) -> QuerySet[Acceptance]:
    """Return what an organisation accepts or has accepted, newest first."""
    return Acceptance.objects.filter(organization=organization).select_related("provider").order_by("-since", "-pk")
