"""What letters say about a place in a class, and the credit it led to."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from courses.emails.words import done_by, link, moment, to_bring, where
from courses.models import (
    ClassSession,
    CourseRun,
    Enrollment,
)
from courses.queries import content
from courses.queries.completion import Progress
from courses.queries.enrollment import taught_by
from credits.queries import ledger
from learners import formats
from learners.models import Learner


def enrolled(enrollment: Enrollment, *, helper: Learner | None = None) -> dict[str, str]:
    """Return what the ENROLLED message says, in the learner's language."""
    run, language = enrollment.run, enrollment.learner.language
    version = run.version
    first = run.class_sessions.filter(cancelled_at=None).order_by("starts_at").first()
    unit = None if first else content.units(version).first()
    teachers = taught_by(run, on=timezone.localdate(enrollment.enrolled_at))
    with translation.override(language):
        return {
            "course": version.title,
            "date": formats.day(first.starts_at, language) if first else "",
            "time": formats.clock(first.starts_at) if first else "",
            "venue": where(run),
            "instructor": ", ".join(teachers),
            "bring": to_bring(version) if first else "",
            "first_unit": unit.title if unit else "",
            "credits": formats.credits(version.credit_hundredths, language),
            "deadline": _give_up_before(run, language),
            **done_by(helper),
            "link": link("courses:enrollment", enrollment.public_id),
        }


def withdrawn(enrollment: Enrollment, *, now: datetime, helper: Learner | None = None) -> dict[str, str]:
    """Return what the WITHDRAWN message says."""
    version, language = enrollment.run.version, enrollment.learner.language
    with translation.override(language):
        return {
            "course": version.title,
            "date": formats.day(now, language),
            **done_by(helper),
            "link": f"{settings.SITE_URL}{version.get_absolute_url()}",
        }


def place_taken(enrollment: Enrollment, *, now: datetime) -> dict[str, str]:
    """Return what the PLACE_TAKEN message says: that the organization has given the place up, and why."""
    version, language = enrollment.run.version, enrollment.learner.language
    with translation.override(language):
        return {
            "course": version.title,
            "org": version.course.provider.name,
            "date": formats.day(now, language),
            "reason": enrollment.withdraw_reason.rstrip(" ."),
            "link": link("courses:enrollment", enrollment.public_id),
        }


def credit_posted(enrollment: Enrollment, progress: Progress, *, now: datetime) -> dict[str, str]:
    """Return what the CREDIT_POSTED message says; the balance is the one after this award."""
    version, language = enrollment.run.version, enrollment.learner.language
    balance = ledger.balance(enrollment.learner).total
    with translation.override(language):
        return {
            "course": version.title,
            "credits": formats.credits(version.credit_hundredths, language),
            "hours": formats.credit_hours(version.credit_hundredths, language),
            "issuer": version.course.provider.name,
            "date": formats.day(now, language),
            "evidence": _evidence(progress),
            "balance_hours": formats.credit_hours(balance, language),
            "balance_credits": formats.credits(balance, language),
            "review_link": link("courses:my_review", enrollment.public_id),
            "link": link("credits:statement"),
        }


def class_tomorrow(enrollment: Enrollment, session: ClassSession) -> dict[str, str]:
    """Return what the CLASS_TOMORROW message says; costs no query once run, version and learner are loaded."""
    version, language = session.run.version, enrollment.learner.language
    with translation.override(language):
        return {
            "course": version.title,
            "session_title": _("session %(number)s") % {"number": session.position},
            "date": formats.day(session.starts_at, language),
            "time": formats.clock(session.starts_at),
            "venue": where(session.run),
            "directions": "",
            "bring": to_bring(version),
            "link": link("courses:enrollment", enrollment.public_id),
        }


def _evidence(progress: Progress) -> str:
    parts = []
    if progress.attendance_percent_min is not None:
        figures = {"done": progress.sessions_attended, "total": progress.sessions_total}
        parts.append(_("attended %(done)s of %(total)s classes") % figures)
    if progress.all_units:
        parts.append(
            _("read %(done)s of %(total)s units") % {"done": progress.units_read, "total": progress.units_total}
        )
    if progress.asks_result:
        parts.append(_("reached the result asked for"))
    if not progress.has_attended:
        parts.append(_("completed by the word of who teaches"))
    return ", ".join(parts)


def _give_up_before(run: CourseRun, language: str) -> str:
    """Return the last moment at which somebody else could still take the seat; empty when there is none."""
    if run.seats_max is None or run.enrollment_closes_at is None:
        return ""
    return moment(run.enrollment_closes_at, language)
