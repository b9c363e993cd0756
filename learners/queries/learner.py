"""Learners, found by what they sign in with or by their ledger number."""

from uuid import UUID

from learners.choices import Way
from learners.models import Learner
from learners.models.address import is_phone


def by_address(address: str) -> Learner | None:
    """Return the learner with this folded e-mail address or number, or None."""
    return Learner.objects.filter(**{way_of(address): address}).first()


def way_of(address: str) -> Way:
    """Return which kind of way a folded address is; its value is the column it stands in."""
    return Way.PHONE if is_phone(address) else Way.EMAIL


def by_ledger_number(number: UUID) -> Learner | None:
    """Return the learner the ledger knows by this number, or None."""
    return Learner.objects.filter(ledger_number=number).first()
