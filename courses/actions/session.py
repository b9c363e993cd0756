"""
Class sessions of a planned run: moved, cancelled, added; whoever has a place is told once, at once.

Each act locks the run, those enrolled and the session, in this order, before it looks: whoever marks attendance locks
enrolments first, and then looks at the session again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import permissions
from courses.actions import completion, offering, session_notice
from courses.choices import EnrollmentState, RunKind, SessionChangeKind
from courses.models import ClassSession, CourseRun, Enrollment, SessionChange
from courses.queries import completion as progress
from courses.queries import session as sessions
from courses.rules import FIRST_DAY_AHEAD_DAYS_MAX, SESSIONS_MAX
from learners.models import Learner


class UnableToChange(Exception):
    """The class sessions stay as they are; the message is written for who teaches or manages the class."""


class NotTheirClass(UnableToChange):
    pass


class RunIsCancelled(UnableToChange):
    pass


class NotOnSetDates(UnableToChange):
    pass


class AlreadyCancelled(UnableToChange):
    pass


class AlreadyMarked(UnableToChange):
    pass


class AlreadyBegun(UnableToChange):
    pass


class NothingChanges(UnableToChange):
    pass


class NotInTime(UnableToChange):
    """In the past, or too far ahead."""


class TooManySessions(UnableToChange):
    pass


class SomebodyHasCompleted(UnableToChange):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """When a class session is held from now on, and what else to know of it, such as the room."""

    starts_at: datetime
    ends_at: datetime
    note: str = ""


@transaction.atomic
def move(
    *, session: ClassSession, actor: Learner, to: Held, reason: str, now: datetime, creation_key: UUID | None = None
) -> SessionChange:
    """
    Hold a class session at another time, or in another room, and return the change; everybody concerned is told.

    Idempotent by ``creation_key``. Reminders of the old time that have not left are dropped.

    :raises UnableToChange: one of its kinds, if this actor may not, or the session cannot be moved there now.
    """
    work, session = _lock_session(session, actor, creation_key)
    if work.done:
        return work.done
    _refuse_what_is_over(session)
    if session.starts_at <= now:
        raise AlreadyBegun(_("This class session has begun, so it cannot be moved. It can be cancelled."))
    if (session.starts_at, session.ends_at, session.note) == (to.starts_at, to.ends_at, to.note):
        raise NothingChanges(_("This is when and where the class is held already."))
    _refuse_time(to, now)
    change = _write(session, SessionChangeKind.MOVED, actor, to=to, reason=reason, now=now, key=creation_key)
    _settle(work, now)
    session_notice.tell(change, run=work.run, places=work.places, now=now)
    return change


@transaction.atomic
def cancel(
    *,
    session: ClassSession,
    actor: Learner,
    reason: str,
    now: datetime,
    instead: Held | None = None,
    creation_key: UUID | None = None,
) -> SessionChange:
    """
    Cancel a class session, hold another at the end to make up for it if one is named, and return the cancellation.

    One letter tells of both. Idempotent by ``creation_key``. A session that was never held can be cancelled after its
    time as well: it counts for nobody, and who has come to enough of the others has completed the course.

    :raises UnableToChange: one of its kinds.
    """
    work, session = _lock_session(session, actor, creation_key)
    if work.done:
        return work.done
    _refuse_what_is_over(session)
    if instead is not None:
        _refuse_time(instead, now)
    change = _write(session, SessionChangeKind.CANCELLED, actor, to=None, reason=reason, now=now, key=creation_key)
    made_up = _add(work.run, actor, to=instead, reason=reason, now=now, makes_up_for=change) if instead else None
    _settle(work, now)
    _refuse_undoing(work.places)
    session_notice.tell(change, run=work.run, places=work.places, now=now, made_up=made_up)
    completion.complete_all_met(enrollments=work.places, actor=actor, now=now)
    return change


@transaction.atomic
def add(
    *, run: CourseRun, actor: Learner, to: Held, reason: str, now: datetime, creation_key: UUID | None = None
) -> SessionChange:
    """
    Hold one more class session, and return the change; everybody concerned is told. Idempotent by ``creation_key``.

    :raises SomebodyHasCompleted: if somebody has completed the course who would not have with one more session.
    :raises UnableToChange: one of its other kinds.
    """
    work = _lock(run, actor, creation_key)
    if work.done:
        return work.done
    if run.kind != RunKind.DATED:
        raise NotOnSetDates(_("Everybody learns at their own pace here: there are no class sessions."))
    _refuse_time(to, now)
    change = _add(work.run, actor, to=to, reason=reason, now=now, key=creation_key)
    _settle(work, now)
    _refuse_undoing(work.places)
    session_notice.tell(change, run=work.run, places=work.places, now=now)
    return change


# Locks


@dataclass(slots=True, kw_only=True)
class _Locked:
    run: CourseRun
    session: ClassSession | None
    places: list[Enrollment]  # of those who are told
    done: SessionChange | None  # what this page has done already
    closes_as_it_begins: bool  # enrolment, with the first session


def _lock(run: CourseRun, actor: Learner, key: UUID | None, session: ClassSession | None = None) -> _Locked:
    """Return what is to be changed, locked and as it then is."""
    if not permissions.may_change_sessions(actor, run):
        raise NotTheirClass(_("Only those who teach this class, or manage its organisation, change its sessions."))
    run = offering.lock_runs([run.pk])[run.pk]
    places = completion.lock(run.enrollments.holding_seat().values_list("pk", flat=True))
    if session is not None:
        # Not NO KEY: whoever is writing down attendance just now is waited for.
        session = ClassSession.objects.select_for_update().get(pk=session.pk)
        session.run = run
    done = SessionChange.objects.filter(creation_key=key, changed_by=actor).first() if key else None
    if not done and run.cancelled_at is not None:
        raise RunIsCancelled(_("This class has been cancelled."))
    first = run.class_sessions.filter(cancelled_at=None).order_by("starts_at").first()
    return _Locked(
        run=run,
        session=session,
        places=[place for place in places if place.state in sessions.TOLD],
        done=done,
        closes_as_it_begins=first is not None and run.enrollment_closes_at == first.starts_at,
    )


def _lock_session(session: ClassSession, actor: Learner, key: UUID | None) -> tuple[_Locked, ClassSession]:
    run = CourseRun.objects.select_related("version__course__provider").get(pk=session.run_id)
    work = _lock(run, actor, key, session)
    assert work.session is not None
    return work, work.session


# Refusals


def _refuse_what_is_over(session: ClassSession) -> None:
    if session.cancelled_at is not None:
        raise AlreadyCancelled(_("This class session has been cancelled already."))
    if session.attendance_records.exists():
        raise AlreadyMarked(_("Attendance is on record for this class session, so it stays as it was held."))


def _refuse_time(to: Held, now: datetime) -> None:
    if to.starts_at <= now:
        raise NotInTime(_("This time is past. Write one that is still ahead."))
    if to.starts_at > now + timedelta(days=FIRST_DAY_AHEAD_DAYS_MAX):
        raise NotInTime(_("This day is more than two years away. Check the year."))


def _refuse_undoing(places: list[Enrollment]) -> None:
    """Look, after the change, whether all who have completed the course still have."""
    completed = [place for place in places if place.state == EnrollmentState.COMPLETED]
    if not all(each.is_met for each in progress.progress(completed).values()):
        raise SomebodyHasCompleted(
            _("Somebody has completed this course with the sessions there are, so none can be added any more.")
        )


# What is written


def _write(
    session: ClassSession,
    kind: SessionChangeKind,
    actor: Learner,
    *,
    to: Held | None,
    reason: str,
    now: datetime,
    key: UUID | None,
    makes_up_for: SessionChange | None = None,
) -> SessionChange:
    is_new = kind == SessionChangeKind.ADDED
    change = SessionChange(
        class_session=session,
        number=session.revision + 1,
        kind=kind,
        reason=reason,
        note=to.note if to else "",
        starts_at_before=None if is_new else session.starts_at,
        ends_at_before=None if is_new else session.ends_at,
        starts_at=to.starts_at if to else None,
        ends_at=to.ends_at if to else None,
        changed_by=actor,
        changed_at=now,
        creation_key=key,
        makes_up_for=makes_up_for,
    )
    session.revision, session.changed_at = change.number, now
    if to is None:
        session.cancelled_at = now
    else:
        session.starts_at, session.ends_at, session.note = to.starts_at, to.ends_at, to.note
    session.save(update_fields=["starts_at", "ends_at", "note", "cancelled_at", "revision", "changed_at"])
    change.save()
    return change


def _add(
    run: CourseRun,
    actor: Learner,
    *,
    to: Held,
    reason: str,
    now: datetime,
    key: UUID | None = None,
    makes_up_for: SessionChange | None = None,
) -> SessionChange:
    positions = list(run.class_sessions.values_list("position", flat=True))
    if len(positions) >= SESSIONS_MAX.count_max:
        raise TooManySessions(_("A run has at most %(count)s class sessions.") % {"count": SESSIONS_MAX.count_max})
    session = ClassSession.objects.create(
        run=run, position=max(positions, default=0) + 1, starts_at=to.starts_at, ends_at=to.ends_at, note=to.note
    )
    added = SessionChangeKind.ADDED
    return _write(session, added, actor, to=to, reason=reason, now=now, key=key, makes_up_for=makes_up_for)


def _settle(work: _Locked, now: datetime) -> None:
    """
    Bring the run's first and last day up to its sessions.

    Enrolment that was to close as the first session starts still does, unless it has closed.
    """
    run = work.run
    held = list(run.class_sessions.filter(cancelled_at=None).order_by("starts_at").values_list("starts_at", flat=True))
    if not held:
        return
    if work.closes_as_it_begins and run.enrollment_closes_at is not None and now < run.enrollment_closes_at:
        run.enrollment_closes_at = max(held[0], run.enrollment_opens_at + timedelta(seconds=1))
    run.starts_on, run.ends_on = timezone.localdate(held[0]), timezone.localdate(held[-1])
    run.save(update_fields=["starts_on", "ends_on", "enrollment_closes_at"])
