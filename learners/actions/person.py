"""One person with several accounts: locked together, for what is judged of the person and not of one account."""

from collections.abc import Iterable

from django.db import transaction

from learners.models import Learner
from learners.queries.learner import account_ids


class _JoinedOrLeft(Exception):
    """Between our question and our locks an account was merged with one of the person's, or unmerged."""


def lock(learner: Learner) -> list[Learner]:
    """
    Lock all accounts of this person, in the order of their ids, and return them in that order.

    A merge and its undo lock two of them, so until the commit no account joins or leaves. To be called before any
    other lock on a learner is taken.
    """
    while True:
        try:
            with transaction.atomic():
                return _lock(learner)
        except (
            _JoinedOrLeft
        ):  # its savepoint is rolled back and with it the locks: they are taken in order or not at all
            continue


def kept(accounts: Iterable[Learner]) -> Learner:
    """Return, of all accounts of one person, the one that stands for them now."""
    return next(each for each in accounts if each.merged_into_id is None)


def _lock(learner: Learner) -> list[Learner]:
    ids = account_ids(learner)
    locked = list(Learner.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    if account_ids(learner) != ids:
        raise _JoinedOrLeft
    return locked
