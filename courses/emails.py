"""What the courses' side says in its messages: each function returns a kind's placeholders, already formatted."""

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from courses.choices import ModerationKind, RunKind
from courses.models import (
    ClassSession,
    CourseRun,
    CourseVersion,
    Enrollment,
    ModerationDecision,
    Review,
    SeatOffer,
    WaitingChoice,
    WaitingRequest,
    Wish,
    WishVoice,
)
from courses.queries import content, offer_link, waiting, workspace
from courses.queries.completion import Progress
from courses.queries.enrollment import taught_by
from credits.queries import ledger
from learners import formats
from learners.choices import Language
from learners.models import Learner
from learners.queries import place as places


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
            "venue": _where(run),
            "instructor": ", ".join(teachers),
            "bring": _to_bring(version) if first else "",
            "first_unit": unit.title if unit else "",
            "credits": formats.credits(version.credit_hundredths, language),
            "deadline": _give_up_before(run, language),
            **_done_by(helper),
            "link": _link("courses:enrollment", enrollment.public_id),
        }


def withdrawn(enrollment: Enrollment, *, now: datetime, helper: Learner | None = None) -> dict[str, str]:
    """Return what the WITHDRAWN message says."""
    version, language = enrollment.run.version, enrollment.learner.language
    with translation.override(language):
        return {
            "course": version.title,
            "date": formats.day(now, language),
            **_done_by(helper),
            "link": f"{settings.SITE_URL}{version.get_absolute_url()}",
        }


def _done_by(helper: Learner | None) -> dict[str, str]:
    return {"helper": helper.full_name} if helper else {}


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
            "review_link": _link("courses:my_review", enrollment.public_id),
            "link": _link("credits:statement"),
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
            "venue": _where(session.run),
            "directions": "",
            "bring": _to_bring(version),
            "link": _link("courses:enrollment", enrollment.public_id),
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
    return ", ".join(parts)


def _where(run: CourseRun) -> str:
    """Return venue, commune and province in one line; empty when the class is online."""
    return ", ".join(part for part in (run.venue, places.place_after(run.venue, run.place)) if part)


def _to_bring(version: CourseVersion) -> str:
    """The sentence that names it ends with a full stop of its own."""
    return version.requirements.rstrip(" .")


def _give_up_before(run: CourseRun, language: str) -> str:
    """Return the last moment at which somebody else could still take the seat; empty when there is none."""
    if run.seats_max is None or run.enrollment_closes_at is None:
        return ""
    return _moment(run.enrollment_closes_at, language)


def _moment(value: datetime, language: str) -> str:
    clock, day = formats.clock(value), formats.day(value, language)
    return f"{clock} {day}" if language == Language.VI else f"{clock}, {day}"


def _link(name: str, *arguments: object) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=arguments)}"


def proposal_submitted(version: CourseVersion) -> dict[str, str]:
    """Return what the PROPOSAL_SUBMITTED message says, in the language of who submitted."""
    assert version.submitted_by is not None
    assert version.submitted_at is not None
    language = version.submitted_by.language
    with translation.override(language):
        return {
            "course": version.title,
            "org": version.course.provider.name,
            "deadline": formats.day(workspace.review_due_on(version.submitted_at), language),
            "link": _link("courses:proposal", version.course.provider.public_id, version.course_id),
        }


def proposal_returned(review: Review) -> dict[str, str]:
    """Return what the PROPOSAL_RETURNED message says, in the language of who submitted."""
    version = review.version
    assert version.submitted_by is not None
    with translation.override(version.submitted_by.language):
        return {
            "course": version.title,
            "points": review.reasons,
            "person": review.reviewer.full_name,
            "link": _link("courses:proposal", version.course.provider.public_id, version.course_id),
        }


def proposal_published(version: CourseVersion, *, earlier_classes: int) -> dict[str, str]:
    """Return what PROPOSAL_PUBLISHED says, in the language of who submitted; of open classes of versions before."""
    assert version.submitted_by is not None
    assert version.published_at is not None
    language = version.submitted_by.language
    with translation.override(language):
        return {
            "course": version.title,
            "date": formats.day(version.published_at, language),
            "version": str(version.number),
            "classes": formats.number(earlier_classes, language) if earlier_classes else "",
            "link": _link("courses:run_new", version.course.provider.public_id, version.course_id),
        }


def wish_opened(wish: Wish, run: CourseRun, *, language: str) -> dict[str, str]:
    """Return what the WISH_OPENED message says; no query once the run's course, place and sessions are loaded."""
    version = run.version
    first = next((session for session in run.class_sessions.all() if session.cancelled_at is None), None)
    with translation.override(language):
        return {
            "wish": wish.topic,
            "place": _commune(wish),
            "org": version.course.provider.name,
            "course": version.title,
            "date": formats.day(first.starts_at, language) if first else "",
            "time": formats.clock(first.starts_at) if first else "",
            "venue": _where(run),
            "link": f"{settings.SITE_URL}{version.get_absolute_url()}",
        }


def wish_still_wanted(voice: WishVoice, *, deadline: date) -> dict[str, str]:
    """Return what the WISH_STILL_WANTED message says, in the language of who asked."""
    language = voice.learner.language
    with translation.override(language):
        return {
            "wish": voice.wish.topic,
            "place": _commune(voice.wish),
            "date": formats.day_plain(voice.asked_at, language),
            "deadline": formats.day_plain(deadline, language),
            "link": _link("courses:my_wishes"),
        }


def review_hidden(decision: ModerationDecision) -> dict[str, str]:
    """Return what the REVIEW_HIDDEN message says, in the author's language."""
    enrollment = decision.feedback.request.enrollment
    with translation.override(enrollment.learner.language):
        return {
            "course": enrollment.run.version.title,
            "reason": str(decision.get_reason_display()),
            "note": decision.note.rstrip(" ."),
            "link": _link("courses:my_review", enrollment.public_id),
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
            "link": _link("courses:my_review", enrollment.public_id),
        }


def reply_hidden(decision: ModerationDecision, reader: Learner) -> dict[str, str]:
    """Return what the REPLY_HIDDEN message says to somebody of the organization."""
    with translation.override(reader.language):
        return {
            "course": decision.feedback.request.enrollment.run.version.title,
            "reason": str(decision.get_reason_display()),
            "note": decision.note.rstrip(" ."),
            "link": _link("courses:desk_review", *_at_desk(decision)),
        }


def reply_decided(decision: ModerationDecision, reader: Learner) -> dict[str, str]:
    """Return what the REPLY_DECIDED message says to somebody of the organization."""
    with translation.override(reader.language):
        shown, stays = _("your reply is shown again"), _("your reply stays hidden")
        return {
            "course": decision.feedback.request.enrollment.run.version.title,
            "outcome": shown if decision.kind == ModerationKind.SHOWN else stays,
            "note": decision.note.rstrip(" ."),
            "link": _link("courses:desk_review", *_at_desk(decision)),
        }


def _at_desk(decision: ModerationDecision) -> tuple[object, object]:
    return decision.feedback.course.provider.public_id, decision.feedback.public_id


def waiting_joined(request: WaitingRequest, choices: Sequence[WaitingChoice]) -> dict[str, str]:
    """Return what the WAITING_JOINED message says; of each class just chosen, the place in its line."""
    language = request.learner.language
    with translation.override(language):
        lines = [
            _("%(class)s: number %(place)s in line")
            % {"class": _when(choice.run, language), "place": waiting.place_in_line(choice)}
            for choice in choices
        ]
        return {
            "course": choices[0].run.version.title,
            "waiting_for": "\n".join(lines),
            "link": _link("courses:my_waiting"),
        }


def seat_offered(offer: SeatOffer) -> dict[str, str]:
    """Return what the SEAT_OFFERED message says; its links answer without signing in."""
    run, language = offer.run, offer.request.learner.language
    first = run.class_sessions.filter(cancelled_at=None).order_by("starts_at").first()
    with translation.override(language):
        return {
            "course": run.version.title,
            "date": formats.day(first.starts_at, language) if first else "",
            "time": formats.clock(first.starts_at) if first else "",
            "venue": _where(run),
            "deadline": _moment(offer.expires_at, language),
            "link": _link("courses:offer_accept", offer_link.token(offer, offer_link.ACCEPT)),
            "decline_link": _link("courses:offer_decline", offer_link.token(offer, offer_link.DECLINE)),
        }


def seat_offer_lapsed(offer: SeatOffer, *, still: Sequence[WaitingChoice]) -> dict[str, str]:
    """Return what the SEAT_OFFER_LAPSED message says, with the classes the learner still waits for."""
    version, language = offer.run.version, offer.request.learner.language
    with translation.override(language):
        return {
            "course": version.title,
            "deadline": _moment(offer.expires_at, language),
            "waiting_for": "\n".join(_when(choice.run, language) for choice in still),
            "link": f"{settings.SITE_URL}{version.get_absolute_url()}",
        }


def waiting_closed(learner: Learner, run: CourseRun) -> dict[str, str]:
    """Return what the WAITING_CLOSED message says."""
    with translation.override(learner.language):
        return {
            "course": run.version.title,
            "date": formats.day(run.starts_on, learner.language),
            "link": f"{settings.SITE_URL}{run.version.get_absolute_url()}",
        }


def _when(run: CourseRun, language: str) -> str:
    """Return a class in one line: its first day and where it meets."""
    day = formats.day(run.starts_on, language) if run.kind == RunKind.DATED else _("At your own pace")
    return f"{day}, {_where(run)}" if run.venue else day


def _commune(wish: Wish) -> str:
    return ", ".join(part for part in (str(wish.place), wish.place.parent.name if wish.place.parent else "") if part)
