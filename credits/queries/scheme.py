"""Questions about other schemes of credit: which policy is in force, and what an amount is in it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from credits.models import SchemePolicy
from learners.models import Organization


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """An amount as another scheme writes it: rounded down, once, and kept nowhere."""

    hundredths: int
    policy: SchemePolicy


def policy(code: str, *, on: date, organization: Organization | None = None) -> SchemePolicy | None:
    """Return the policy of a scheme in force on a day: the organisation's own if it has one, else everybody's."""
    rows = _in_force(on).filter(scheme=code).filter(Q(organization=organization) | Q(organization__isnull=True))
    return max(rows, key=lambda row: row.organization_id is not None, default=None)


def open_policy(code: str, *, organization: Organization | None) -> SchemePolicy | None:
    """Return the policy no newer one has closed, of just this organisation or of everybody."""
    return SchemePolicy.objects.filter(scheme=code, organization=organization, valid_to__isnull=True).first()


def shown(hundredths: int, *, on: date) -> list[Converted]:
    """Return an amount in each scheme that is offered on the statement, by everybody's policies; one query."""
    rows = _in_force(on).filter(organization__isnull=True, scheme__is_shown=True).order_by("scheme_id")
    return [Converted(hundredths=in_scheme(hundredths, row), policy=row) for row in rows]


def in_scheme(hundredths: int, policy: SchemePolicy) -> int:
    """Return hundredths of a credit as hundredths of the scheme's unit, rounded down: there and back never gains."""
    return hundredths * policy.denominator // policy.numerator


def _in_force(on: date) -> QuerySet[SchemePolicy]:
    return SchemePolicy.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on
    ).select_related("scheme")
