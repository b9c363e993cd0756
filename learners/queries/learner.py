"""Learners, found by what they sign in with or by their ledger number."""

from uuid import UUID

from learners.models import Learner


def by_address(address: str) -> Learner | None:
    """Return the learner with this folded e-mail address, or None."""
    return Learner.objects.filter(email=address).first()


def by_ledger_number(number: UUID) -> Learner | None:
    """Return the learner the ledger knows by this number, or None."""
    return Learner.objects.filter(ledger_number=number).first()
