"""A learner's secret calendar address: a new one, and none any more."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses.emails.calendar import calendar_made
from courses.models import CalendarFeed
from courses.queries import calendar_feed as queries
from courses.rules import CALENDAR_TOKEN_BYTES
from learners.actions import telling
from learners.choices import MessageKind
from learners.models import Learner


class MadeMeanwhile(Exception):
    """The address it was to be made instead of is not the one there is; the message is for the learner."""


@transaction.atomic
def renew(*, learner: Learner, now: datetime, instead_of: int | None = None) -> str:
    """
    Return the secret part of a new address; the one before leads nowhere from now on. Locks the learner.

    The learner is told, wherever they are reached: it outlives the session it was made in.

    :raises MadeMeanwhile: if ``instead_of`` is not the address there is: a page sent twice ends no address just made.
    """
    Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    feed = queries.open_of(learner)
    if (feed.pk if feed else None) != instead_of:
        raise MadeMeanwhile(_("The address was made just now, and is shown once only. You can make another one here."))
    end(learner=learner, now=now)
    token = secrets.token_urlsafe(CALENDAR_TOKEN_BYTES)
    feed = CalendarFeed.objects.create(learner=learner, token_hash=queries.hash_of(token), created_at=now)
    telling.tell(
        learner=learner,
        kind=MessageKind.CALENDAR_MADE,
        key=f"calendar:{feed.pk}",
        data=calendar_made(learner=learner, now=now),
        now=now,
    )
    return token


@transaction.atomic
def end(*, learner: Learner, now: datetime) -> bool:
    """End the learner's address; False when there was none. Idempotent."""
    Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    return bool(CalendarFeed.objects.filter(learner=learner, ended_at=None).update(ended_at=now))
