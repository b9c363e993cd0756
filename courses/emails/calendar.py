"""What the letter says that tells of a new calendar address."""

from datetime import datetime

from django.conf import settings
from django.utils import translation

from courses.emails.words import link
from learners import formats
from learners.models import Learner


def calendar_made(*, learner: Learner, now: datetime) -> dict[str, str]:
    """Return what the CALENDAR_MADE message says; the address itself stands in no letter."""
    with translation.override(learner.language):
        return {
            "date": formats.day(now, learner.language),
            "time": formats.clock(now),
            "link": link("courses:my_calendar"),
            "help_phone": settings.HELPLINE,
        }
