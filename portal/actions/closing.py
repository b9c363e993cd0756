"""
Closing accounts whose waiting time is over.

First it is written down that the closing has begun: from then on nobody stops it. Then the person leaves: places,
wishes, reports, each as if they did it themselves, in transactions of their own. Then one transaction closes the
account, empties it in all apps and writes the certificate: whatever else is under way, a letter, an export, an award,
comes before it and is emptied with the rest, or after it and finds a closed account.
"""

from collections import Counter
from datetime import datetime
from itertools import takewhile
from time import monotonic

from django.db import transaction

from courses.actions import erasure as of_courses
from credits.actions import erasure as of_credits
from learners.actions import closing as asking
from learners.actions import erasure as of_learners
from learners.actions import one_by_one
from learners.models import AccountClosing, Learner
from learners.queries import closing as queries
from learners.queries.learner import accounts_merged_into
from portal.exports.certificate import certificate

SECONDS_PER_RUN_MAX = 200  # a task is asked to stop after 240


def close_due(*, now: datetime) -> int:
    """
    Close the accounts whose time has come; return how many. Safe to run twice or in two workers at once.

    What was asked for at a counter and confirmed by nobody lapses.

    One that cannot be closed holds up no other. Stops after ``SECONDS_PER_RUN_MAX``; the next run finds the others.

    :raises one_by_one.SomeFailed: when all have been tried, if some could not be closed.
    """
    asking.lapse(now=now)
    closings = {closing.public_id: closing for closing in queries.due(now=now).select_related("learner")}
    stops_at = monotonic() + SECONDS_PER_RUN_MAX
    in_time = takewhile(lambda _public_id: monotonic() < stops_at, closings)
    return one_by_one.each(in_time, lambda public_id: _close(closings[public_id], now=now), what="closings")


def _close(closing: AccountClosing, *, now: datetime) -> bool:
    if not asking.begin(closing=closing, now=now):
        return False
    for account in _accounts(closing.learner):
        of_courses.leave(learner=account, now=now)
        of_credits.leave(learner=account, now=now)
    return _erase(closing, now=now)


def _accounts(learner: Learner) -> list[Learner]:
    """All accounts of the person, by their ids: those merged into theirs keep a name and a way in of their own."""
    return sorted([learner, *accounts_merged_into(learner)], key=lambda account: account.pk)


@transaction.atomic
def _erase(closing: AccountClosing, *, now: datetime) -> bool:
    """
    Empty the person of one closing that has begun; False when it is done, or another worker is at it.

    Locks their accounts against every row that would point to them (FOR UPDATE): none appears while this goes on.
    """
    rows = AccountClosing.objects.select_for_update(no_key=True, skip_locked=True)
    found = rows.filter(pk=closing.pk, leaving_at__isnull=False, erased_at__isnull=True).first()
    if found is None:
        return False
    ids = [account.pk for account in _accounts(found.learner)]
    emptied: Counter[str] = Counter()
    for account in list(Learner.objects.select_for_update().filter(pk__in=ids).order_by("pk")):
        name = account.full_name  # until the next line
        emptied.update(of_learners.erase(learner=account, now=now))
        emptied.update(of_courses.erase(learner=account, name=name, now=now))
        emptied.update(of_credits.erase(learner=account))
    found.erased_at = now
    found.certificate = certificate(found, found.learner, emptied=dict(emptied), now=now)
    found.save(update_fields=["erased_at", "certificate"])
    return True
