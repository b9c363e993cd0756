"""What letters say of a review or a reply that was hidden, and of the decision."""

from django.utils import translation
from django.utils.translation import gettext as _

from courses.choices import ModerationKind
from courses.emails.words import link
from courses.models import (
    ModerationDecision,
)
from learners.models import Learner


def review_hidden(decision: ModerationDecision) -> dict[str, str]:
    """Return what the REVIEW_HIDDEN message says, in the author's language."""
    enrollment = decision.feedback.request.enrollment
    with translation.override(enrollment.learner.language):
        return {
            "course": enrollment.run.version.title,
            "reason": str(decision.get_reason_display()),
            "note": decision.note.rstrip(" ."),
            "link": link("courses:my_review", enrollment.public_id),
        }


def review_decided(decision: ModerationDecision) -> dict[str, str]:
    """Return what the REVIEW_DECIDED message says, in the author's language."""
    enrollment = decision.feedback.request.enrollment
    with translation.override(enrollment.learner.language):
        shown, stays = _("your review is shown again"), _("your review stays hidden")
        return {
            "course": enrollment.run.version.title,
            "outcome": shown if decision.kind == ModerationKind.SHOWN else stays,
            "note": decision.note.rstrip(" ."),
            "link": link("courses:my_review", enrollment.public_id),
        }


def reply_hidden(decision: ModerationDecision, reader: Learner) -> dict[str, str]:
    """Return what the REPLY_HIDDEN message says to somebody of the organization."""
    with translation.override(reader.language):
        return {
            "course": decision.feedback.request.enrollment.run.version.title,
            "reason": str(decision.get_reason_display()),
            "note": decision.note.rstrip(" ."),
            "link": link("courses:desk_review", *_at_desk(decision)),
        }


def reply_decided(decision: ModerationDecision, reader: Learner) -> dict[str, str]:
    """Return what the REPLY_DECIDED message says to somebody of the organization."""
    with translation.override(reader.language):
        shown, stays = _("your reply is shown again"), _("your reply stays hidden")
        return {
            "course": decision.feedback.request.enrollment.run.version.title,
            "outcome": shown if decision.kind == ModerationKind.SHOWN else stays,
            "note": decision.note.rstrip(" ."),
            "link": link("courses:desk_review", *_at_desk(decision)),
        }


def _at_desk(decision: ModerationDecision) -> tuple[object, object]:
    return decision.feedback.course.provider.public_id, decision.feedback.public_id
