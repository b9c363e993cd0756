"""Learners, found by what they sign in with or by their ledger number; and which accounts are one person."""

from uuid import UUID

from django.db import connection

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


_ACCOUNTS = """
    WITH RECURSIVE up(id, into_id) AS (
        SELECT id, merged_into_id FROM learners_learner WHERE id = %s
        UNION ALL
        SELECT l.id, l.merged_into_id FROM up JOIN learners_learner l ON l.id = up.into_id
    ), same(id) AS (
        SELECT id FROM up WHERE into_id IS NULL
        UNION ALL
        SELECT l.id FROM same JOIN learners_learner l ON l.merged_into_id = same.id
    )
    SELECT id FROM same
"""


def account_ids(learner: Learner) -> frozenset[int]:
    """Return the ids of all accounts of this person: the kept one and whatever was merged into it; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS, [learner.pk])
        return frozenset(row[0] for row in cursor.fetchall())


def accounts_of(learner: Learner) -> list[Learner]:
    """
    Return all accounts of this person, as they are now: the kept one first, then those merged into it by their ids.

    What opens one opens the kept one (``of_now``): whoever lists, ends or tells of a way in asks here.
    """
    found = Learner.objects.filter(pk__in=account_ids(learner))
    return sorted(found, key=lambda each: (each.merged_into_id is not None, each.pk))


def accounts_merged_into(learner: Learner) -> list[Learner]:
    """Return the accounts that have become this one, those that were merged into them too."""
    found = list(Learner.objects.filter(merged_into=learner).order_by("pk"))
    return found + [each for merged in found for each in accounts_merged_into(merged)]


def by_ledger_number(number: UUID) -> Learner | None:
    """Return the learner the ledger knows by this number, or None."""
    return Learner.objects.filter(ledger_number=number).first()
