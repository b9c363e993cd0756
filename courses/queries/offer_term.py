"""How long a seat is kept for somebody it is offered to."""

from datetime import datetime, timedelta

from django.utils import timezone

from courses.models import CourseRun
from courses.rules import DAY_BEGINS_HOUR, DAY_ENDS_HOUR, OFFER_TERMS


def deadline(run: CourseRun, *, now: datetime) -> datetime:
    """
    Return until when a seat offered at ``now`` is kept: the hours of ``OFFER_TERMS``, those of the night not counted.

    Shorter as the close of enrolment nears, and never beyond it.
    """
    closes_at = run.enrollment_closes_at
    left = None if closes_at is None else closes_at - now
    term = next(
        term for term in OFFER_TERMS if term.closes_within is None or (left is not None and left <= term.closes_within)
    )
    until = after_day_hours(now, timedelta(hours=term.day_hours))
    return until if closes_at is None else min(until, closes_at)


def after_day_hours(moment: datetime, length: timedelta) -> datetime:
    """Return the moment by which so much time of day, not of night, has passed since ``moment``; an aware datetime."""
    local = timezone.localtime(moment)
    while True:
        begins = local.replace(hour=DAY_BEGINS_HOUR, minute=0, second=0, microsecond=0)
        ends = local.replace(hour=DAY_ENDS_HOUR, minute=0, second=0, microsecond=0)
        local = max(local, begins)
        if local + length <= ends:
            return local + length
        length -= max(ends - local, timedelta())
        local = begins + timedelta(days=1)
