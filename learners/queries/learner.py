"""Learners, found by what they sign in with or by their ledger number."""

from uuid import UUID

from learners.choices import Way
from learners.models import Learner
from learners.models.address import is_phone


def by_address(address: str) -> Learner | None:
    """Return the learner who comes in by this folded e-mail address or number, or None."""
    found = Learner.objects.filter(**{way_of(address): address}).first()
    return of_now(found) if found else None


def way_of(address: str) -> Way:
    """Return which kind of way a folded address is; its value is the column it stands in."""
    return Way.PHONE if is_phone(address) else Way.EMAIL


def of_now(learner: Learner) -> Learner:
    """Return the account this person's accounts have become one in: this one, unless it was merged into another."""
    while learner.merged_into is not None:  # merges form no circle: who is merged away is no longer kept
        learner = learner.merged_into
    return learner


def accounts_merged_into(learner: Learner) -> list[Learner]:
    """Return the accounts that have become this one, those that were merged into them too."""
    found = list(Learner.objects.filter(merged_into=learner).order_by("pk"))
    return found + [each for merged in found for each in accounts_merged_into(merged)]


def by_ledger_number(number: UUID) -> Learner | None:
    """Return the learner the ledger knows by this number, or None."""
    return Learner.objects.filter(ledger_number=number).first()
