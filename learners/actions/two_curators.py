"""Two curators who have spoken to somebody say so, one after the other: what is lost is given up after a while."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from learners.actions import one_by_one, person
from learners.models import Learner, LostSecondStep, LostWay
from learners.permissions import is_curator
from learners.queries.learner import account_ids

Row = TypeVar("Row", LostSecondStep, LostWay)


class UnableToHelp(Exception):
    """Everything stays; the message is for who stands before it."""


class OneOfTwo(UnableToHelp):
    """What one curator has said, the same one cannot confirm."""


@transaction.atomic
def vouch(*, row: Row, curator: Learner, waits: timedelta, tell: Callable[[Row], None], now: datetime) -> Row:
    """
    Say, as a curator who has spoken to the person, that it is theirs to ask; the second of two begins the wait.

    Then ``tell`` tells the person. Idempotent for the second. Locks all accounts of the person.

    :raises OneOfTwo: if the same curator has said so before.
    :raises UnableToHelp: if they are no curator, or the person, or it has ended meanwhile.
    """
    learner = person.kept(person.lock(row.learner))
    if not is_curator(curator) or curator.pk in account_ids(learner):
        raise UnableToHelp(_("Only a curator whom it is not about says this."))
    row = type(row)._default_manager.select_for_update(no_key=True).get(pk=row.pk)
    if row.stopped_at is not None:
        raise UnableToHelp(_("This has been stopped meanwhile. The person may ask again."))
    if row.confirmed_at is not None:
        return row
    if row.vouched_by is None:
        row.vouched_at, row.vouched_by = now, curator
        row.save(update_fields=["vouched_at", "vouched_by"])
        return row
    if row.vouched_by_id in account_ids(curator):
        raise OneOfTwo(_("You have said so yourself. Another curator speaks to the person and confirms it."))
    row.confirmed_at, row.confirmed_by, row.due_at = now, curator, now + waits
    row.save(update_fields=["confirmed_at", "confirmed_by", "due_at"])
    tell(row)
    return row


@transaction.atomic
def stop(*, open_now: QuerySet[Row], public_id: UUID, now: datetime) -> bool:
    """Leave everything as it is, by whoever was sent the link, and return whether that was done. Idempotent."""
    return bool(open_now.filter(public_id=public_id).update(stopped_at=now))


def carry_out(
    *,
    open_now: QuerySet[Row],
    due: QuerySet[Row],
    asked_for: timedelta,
    act: Callable[[int], bool],
    what: str,
    now: datetime,
) -> int:
    """
    Do ``act`` with each that has waited long enough and return how many; what nobody has confirmed in time lapses.

    Safe to run twice or in two workers at once: ``act`` locks the person and asks again. One that fails holds up no
    other.

    :raises one_by_one.SomeFailed: when all have been tried, if some failed.
    """
    open_now.filter(confirmed_at__isnull=True, asked_at__lt=now - asked_for).update(stopped_at=now)
    return one_by_one.each(list(due.values_list("pk", flat=True)), act, what=what)
