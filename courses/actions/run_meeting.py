"""Where a class meets online."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses import emails, permissions
from courses.actions import offering, session_notice
from courses.models import CourseRun
from courses.queries import session as sessions
from learners.choices import MessageKind
from learners.models import Learner


class UnableToLink(Exception):
    """The link stays as it is; the message is written for who teaches or manages the class."""


class NotTheirClass(UnableToLink):
    pass


class NotOnline(UnableToLink):
    pass


@transaction.atomic
def link(*, run: CourseRun, actor: Learner, url: str, now: datetime) -> CourseRun:
    """
    Say where a class meets online ("": nowhere yet) and return the run. Idempotent.

    Calendars are told by the revision. Who has a place is told when another link than the one they may have kept
    leads to a class session that is on or soon; the letter leads to the page that has the link.

    :raises NotTheirClass: if the actor neither teaches it nor manages its organization.
    :raises NotOnline: if it meets in a place only.
    """
    if not permissions.may_change_sessions(actor, run):
        raise NotTheirClass(_("Only those who teach this class, or manage its organisation, change its sessions."))
    run = offering.lock_runs([run.pk])[run.pk]
    if not run.meets_online:
        raise NotOnline(_("This class meets in a place, not online."))
    if run.meeting_url != url:
        had_one = bool(run.meeting_url or run.meeting_revision)
        run.meeting_url, run.meeting_changed_at = url, now
        run.meeting_revision += 1
        run.save(update_fields=["meeting_url", "meeting_changed_at", "meeting_revision"])
        if url and had_one:
            _tell(run, now)
    return run


def _tell(run: CourseRun, now: datetime) -> None:
    """Tell those with a place of the link, where the next class session is soon; about five queries."""
    next_one = run.class_sessions.filter(cancelled_at=None, ends_at__gt=now).order_by("starts_at").first()
    if run.cancelled_at is not None or next_one is None or not session_notice.is_soon(next_one.starts_at, now):
        return
    places = run.enrollments.filter(state__in=sessions.TOLD).select_related("learner").order_by("pk")
    session_notice.queue(
        MessageKind.MEETING_CHANGED,
        [(place.learner, place) for place in places],
        key=lambda learner: f"meeting_changed:{run.pk}:{run.meeting_revision}:{learner.pk}:",
        data=lambda learner, place: emails.meeting_changed(next_one, learner, run=run, place=place),
        now=now,
        expires_at=next_one.ends_at,
        at_once=True,
    )
