"""What letters say about wishes."""

from datetime import date

from django.conf import settings
from django.utils import translation

from courses.emails.words import commune, link, where
from courses.models import (
    CourseRun,
    Wish,
    WishVoice,
)
from learners import formats


def wish_opened(wish: Wish, run: CourseRun, *, language: str) -> dict[str, str]:
    """Return what the WISH_OPENED message says; no query once the run's course, place and sessions are loaded."""
    version = run.version
    first = next((session for session in run.class_sessions.all() if session.cancelled_at is None), None)
    with translation.override(language):
        return {
            "wish": wish.topic,
            "place": commune(wish),
            "org": version.course.provider.name,
            "course": version.title,
            "date": formats.day(first.starts_at, language) if first else "",
            "time": formats.clock(first.starts_at) if first else "",
            "venue": where(run),
            "link": f"{settings.SITE_URL}{version.get_absolute_url()}",
        }


def wish_still_wanted(voice: WishVoice, *, deadline: date) -> dict[str, str]:
    """Return what the WISH_STILL_WANTED message says, in the language of who asked."""
    language = voice.learner.language
    with translation.override(language):
        return {
            "wish": voice.wish.topic,
            "place": commune(voice.wish),
            "date": formats.day_plain(voice.asked_at, language),
            "deadline": formats.day_plain(deadline, language),
            "link": link("courses:my_wishes"),
        }
