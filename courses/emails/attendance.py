"""What letters say about an objection to attendance."""

from django.utils import translation
from django.utils.translation import gettext as _

from courses.emails.words import link
from courses.models import AttendanceObjection
from learners import formats
from learners.models import Learner


def objection_to_answer(objection: AttendanceObjection, manager: Learner) -> dict[str, str]:
    """Return what the OBJECTION_TO_ANSWER message says; nobody's name leaves by it."""
    provider = objection.enrollment.run.version.course.provider
    with translation.override(manager.language):
        return {
            **_about(objection, manager.language),
            "org": provider.name,
            "deadline": formats.day(objection.due_on, manager.language),
            "link": link("courses:attendance_objection", provider.public_id, objection.public_id),
        }


def objection_answered(objection: AttendanceObjection) -> dict[str, str]:
    """Return what the OBJECTION_ANSWERED message says, in the learner's language."""
    language = objection.enrollment.learner.language
    with translation.override(language):
        return {
            **_about(objection, language),
            "outcome": objection.get_outcome_display(),
            "reason": objection.answer,
            "link": link("courses:attendance_history", objection.enrollment.public_id),
        }


def _about(objection: AttendanceObjection, language: str) -> dict[str, str]:
    session = objection.class_session
    figures = {"number": session.position, "day": formats.day(session.starts_at, language)}
    return {
        "course": objection.enrollment.run.version.title,
        "session_title": _("session %(number)s, %(day)s") % figures,
    }
