"""What letters say of a class session that was moved, cancelled or added, or is held behind another link."""

from django.utils import translation
from django.utils.translation import gettext as _

from courses.choices import SessionChangeKind
from courses.emails.words import link, moment, where
from courses.models import ClassSession, CourseRun, Enrollment, SessionChange
from learners import formats
from learners.models import Learner


def session_changed(
    change: SessionChange,
    learner: Learner,
    *,
    run: CourseRun,
    place: Enrollment | None,
    made_up: SessionChange | None = None,
) -> dict[str, str]:
    """
    Return what the message of this kind of change says to somebody with a place, or a seat kept for them (no place).

    No query once the run's course and place are loaded.
    """
    language = learner.language
    with translation.override(language):
        said = {
            "course": run.version.title,
            "session_title": _("session %(number)s") % {"number": change.class_session.position},
            "reason": change.reason.rstrip(" ."),
            "link": link("courses:enrollment", place.public_id) if place else link("courses:my_waiting"),
        }
        if change.starts_at_before is not None:
            said["old_date"] = formats.day(change.starts_at_before, language)
            said["old_time"] = formats.clock(change.starts_at_before)
        if change.starts_at is not None:
            said["date"], said["time"] = formats.day(change.starts_at, language), formats.clock(change.starts_at)
            said["venue"], said["room"] = where(run), change.note.rstrip(" .")
        if change.kind == SessionChangeKind.CANCELLED and made_up is not None and made_up.starts_at is not None:
            parts = (moment(made_up.starts_at, language), made_up.note.rstrip(" ."))
            said["made_up"] = ", ".join(part for part in parts if part)
        return said


def meeting_changed(
    session: ClassSession, learner: Learner, *, run: CourseRun, place: Enrollment | None
) -> dict[str, str]:
    """Return what the MEETING_CHANGED message says of the next class session; the meeting's link is in no letter."""
    assert place is not None
    language = learner.language
    with translation.override(language):
        return {
            "course": run.version.title,
            "session_title": _("session %(number)s") % {"number": session.position},
            "date": formats.day(session.starts_at, language),
            "time": formats.clock(session.starts_at),
            "link": link("courses:enrollment", place.public_id),
        }
