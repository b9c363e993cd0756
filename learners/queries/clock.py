"""How far this machine's clock is from the database's: every machine decides by its own, and all must agree."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone


class ClockApart(Exception):
    """This machine's clock is too far from the database's to decide by it; the message is for whoever keeps it."""


def apart() -> timedelta:
    """Return by how much this machine's clock is ahead of the database's; negative when it is behind. One query."""
    asked_at = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        there: datetime = cursor.fetchone()[0]
    answered_at = timezone.now()
    if asked_at <= there <= answered_at:  # a slow answer is no clock that is wrong
        return timedelta(0)
    return asked_at - there if there < asked_at else answered_at - there


def refuse_apart() -> None:
    """
    Let work begin only where the two clocks agree.

    :raises ClockApart: if they are further apart than ``CLOCKS_APART_MAX``.
    """
    if abs(ahead := apart()) > settings.CLOCKS_APART_MAX:
        raise ClockApart(f"this clock is {ahead.total_seconds():+.1f} s from the database's; set it by NTP")
