"""What is done about groups each minute: those nobody gathers any more end, and those nobody speaks for."""

from datetime import datetime

from courses.actions import group
from courses.models import EnrollmentGroup
from courses.queries import group as queries
from courses.rules import GROUPS_PER_BATCH
from learners.actions import one_by_one


def look_after(*, now: datetime) -> int:
    """
    End the groups whose time is over, with their links, and let who waits with a leader that has gone wait on alone.

    Return how many were. Safe to run as often as one likes; one that fails holds up no other.

    :raises one_by_one.SomeFailed: when all have been tried.
    """
    keys = queries.due(now=now, limit=GROUPS_PER_BATCH)
    return one_by_one.each(keys, lambda key: _end(key, now), what="groups")


def _end(key: int, now: datetime) -> bool:
    return group.disband(group=EnrollmentGroup.objects.get(pk=key), now=now, only_due=True) is not None
