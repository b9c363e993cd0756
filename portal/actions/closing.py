"""
Closing accounts whose waiting time is over.

First the person leaves: places, wishes, reports, each as if they did it themselves, in transactions of their own. Then
one transaction closes the account, empties it in all apps and writes the certificate: whatever else is under way, a
letter, an export, an award, comes before it and is emptied with the rest, or after it and finds a closed account.
"""

from collections import Counter
from datetime import datetime

from django.db import transaction

from courses.actions import erasure as of_courses
from credits.actions import erasure as of_credits
from learners.actions import erasure as of_learners
from learners.models import AccountClosing, Learner
from learners.queries import closing as queries
from learners.queries.learner import accounts_merged_into
from portal.exports.certificate import certificate


def close_due(*, now: datetime) -> int:
    """Close the accounts whose time has come; return how many. Safe to run twice or in two workers at once."""
    closed = 0
    for key in list(queries.due(now=now).values_list("pk", flat=True)):
        learner = AccountClosing.objects.select_related("learner").get(pk=key).learner
        of_courses.leave(learner=learner, now=now)
        of_credits.leave(learner=learner, now=now)
        closed += _erase(key, now=now)
    return closed


@transaction.atomic
def _erase(key: int, *, now: datetime) -> bool:
    """
    Empty the person of one closing; False when it was stopped meanwhile or is done.

    With all accounts that have been merged into theirs: those keep a name and a way in of their own.

    Locks the learner against every row that would point to them (FOR UPDATE): none appears while this goes on.
    """
    closing = AccountClosing.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=key).first()
    if closing is None or closing.stopped_at is not None or closing.erased_at is not None:
        return False
    learner = Learner.objects.select_for_update().get(pk=closing.learner_id)
    emptied: Counter[str] = Counter()
    for account in (learner, *accounts_merged_into(learner)):
        emptied.update(of_learners.erase(learner=account, now=now))
        emptied.update(of_courses.erase(learner=account))
        emptied.update(of_credits.erase(learner=account))
    closing.erased_at = now
    closing.certificate = certificate(closing, learner, emptied=dict(emptied), now=now)
    closing.save(update_fields=["erased_at", "certificate"])
    return True
