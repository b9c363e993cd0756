"""What the letter says that asks who is still coming."""

from datetime import datetime

from django.utils import translation

from courses.emails.words import link, where
from courses.models import ComingQuestion
from courses.queries import coming
from learners import formats


def coming_asked(question: ComingQuestion, begins: datetime) -> dict[str, str]:
    """Return what the COMING_ASKED message says; its links answer without signing in."""
    run, language = question.enrollment.run, question.enrollment.learner.language
    with translation.override(language):
        return {
            "course": run.version.title,
            "date": formats.day(begins, language),
            "time": formats.clock(begins),
            "venue": where(run),
            "link": link("courses:coming_yes", coming.token(question, coming.YES)),
            "decline_link": link("courses:coming_no", coming.token(question, coming.NO)),
        }
