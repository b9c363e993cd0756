"""Attendance: the instructor or the manager says who came; a correction is a new record."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from courses.actions import attendance_entry, completion
from courses.choices import AttendanceMethod, AttendanceStatus
from courses.models import AttendanceRecord, ClassSession, Enrollment
from courses.models.enrollment import SEAT_HOLDING
from courses.queries import attendance as queries
from courses.rules import ATTENDANCE_INSTRUCTOR_DAYS, ATTENDANCE_OPENS_MINUTES_BEFORE, MARKS_PER_PLACE_MAX
from learners import permissions
from learners.models import Learner


class UnableToMark(Exception):
    """The attendance was not recorded; the message is written for whoever keeps the roster."""


class NotTheirClass(UnableToMark):
    pass


class NotStarted(UnableToMark):
    pass


class SessionCancelled(UnableToMark):
    pass


class OwnAttendance(UnableToMark):
    pass


class TooManyMarks(UnableToMark):
    pass


class NotOnRoster(UnableToMark):
    pass


class TooLate(UnableToMark):
    pass


class ReasonMissing(UnableToMark):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """What became of a sheet."""

    changed: int
    clashes: list[AttendanceRecord]  # what somebody said after the sheet was shown; it was left as it is


def mark(
    *,
    class_session: ClassSession,
    marks: Mapping[int, AttendanceStatus],
    actor: Learner,
    now: datetime,
    reason: str = "",
    method: AttendanceMethod = AttendanceMethod.ROSTER,
) -> int:
    """Record who came, whatever is on record by now; return how many changed. Otherwise as ``mark_sheet``."""
    marked = mark_sheet(
        class_session=class_session, marks=marks, actor=actor, now=now, reason=reason, method=method, seen={}
    )
    return marked.changed


@transaction.atomic
def mark_sheet(
    *,
    class_session: ClassSession,
    marks: Mapping[int, AttendanceStatus],
    seen: Mapping[int, int],
    actor: Learner,
    now: datetime,
    reason: str = "",
    method: AttendanceMethod = AttendanceMethod.ROSTER,
) -> Marked:
    """
    Record who came to a class session, then complete the enrolments whose rule is now met.

    ``marks`` holds statuses by enrolment id, ``seen`` the entries that the sheet was shown with (0: none). All or
    nothing, but for rows of which somebody has said something else since: these are left, and returned. Idempotent: a
    status already on record adds no entry; a different one supersedes it. Credit whose rule is met no more is asked
    back (``completion.reconsider``). Locks the enrolments by id. Eleven queries, and some for each enrolment
    completed or in doubt.

    :raises UnableToMark: one of its kinds, if this actor may not mark these people now.
    """
    completion.lock_for_asking(marks.keys())
    enrollments = completion.lock(marks.keys())
    class_session = ClassSession.objects.get(pk=class_session.pk)  # it may just have been moved or cancelled
    check(class_session=class_session, actor=actor, now=now, reason=reason)
    _check_roster(enrollments, class_session=class_session, marks=marks, actor=actor)
    counting = attendance_entry.current(class_session, marks.keys())
    differs = [key for key, status in sorted(marks.items()) if key not in counting or counting[key].status != status]
    clashes = {key for key in differs if key in counting and seen.get(key, counting[key].pk) != counting[key].pk}
    said = [
        attendance_entry.Said(
            enrollment_id=key, status=marks[key], marked_at=attendance_entry.after(counting.get(key), now)
        )
        for key in differs
        if key not in clashes
    ]
    if said and min(attendance_entry.room_left(class_session, [each.enrollment_id for each in said]).values()) < 1:
        raise TooManyMarks(too_many_marks())
    attendance_entry.add(
        class_session=class_session, said=said, counting=counting, method=method, actor=actor, now=now, reason=reason
    )
    changed = {each.enrollment_id for each in said}
    settle(enrollments, changed=changed, class_session=class_session, actor=actor, now=now, reason=reason)
    return Marked(changed=len(said), clashes=[counting[key] for key in sorted(clashes)])


def settle(
    enrollments: list[Enrollment],
    *,
    changed: Collection[int],
    class_session: ClassSession,
    actor: Learner,
    now: datetime,
    reason: str,
) -> None:
    """
    Bring completions in line with what is on record now, under the locks of the enrolments.

    Credit is asked back where something changed; what is met is completed of all of them: a class cancelled or a
    provider verified meanwhile may have met a rule too.
    """
    why = reason or _("Attendance at class session %(number)s was corrected.") % {"number": class_session.position}
    corrected = [enrollment for enrollment in enrollments if enrollment.pk in changed]
    completion.reconsider(enrollments=corrected, others=enrollments, actor=actor, reason=why, now=now)
    completion.complete_all_met(enrollments=enrollments, actor=actor, now=now)


def opens_at(class_session: ClassSession) -> datetime:
    """Return the moment from which a class session may be marked."""
    return class_session.starts_at - timedelta(minutes=ATTENDANCE_OPENS_MINUTES_BEFORE)


def needs_reason(class_session: ClassSession, *, now: datetime) -> bool:
    """Return whether it is so late that only a manager may mark, and must say why."""
    return now >= class_session.ends_at + timedelta(days=ATTENDANCE_INSTRUCTOR_DAYS)


def check(*, class_session: ClassSession, actor: Learner, now: datetime, reason: str) -> None:
    """
    Refuse unless the actor may say now who came to this class session.

    :raises UnableToMark: one of its kinds.
    """
    run = queries.runs_staffed_by(actor).select_related("version__course__provider").filter(pk=class_session.run_id)
    if not (its := run.first()):
        raise NotTheirClass(_("Only those who teach this class, or manage its organisation, mark its attendance."))
    if class_session.cancelled_at is not None or its.cancelled_at is not None:
        raise SessionCancelled(_("This class was cancelled, so there is no attendance to mark."))
    if now < opens_at(class_session):
        raise NotStarted(_("This class has not begun yet."))
    if needs_reason(class_session, now=now):
        if not permissions.is_manager(actor, its.version.course.provider):
            raise TooLate(_("More than a week has passed. Only a manager of the organisation can still change this."))
        if not reason.strip():
            raise ReasonMissing(_("More than a week has passed, so say briefly why this is marked only now."))


def _check_roster(
    enrollments: list[Enrollment], *, class_session: ClassSession, marks: Mapping[int, AttendanceStatus], actor: Learner
) -> None:
    on_roster = {
        enrollment.pk
        for enrollment in enrollments
        if enrollment.run_id == class_session.run_id and enrollment.state in SEAT_HOLDING
    }
    if on_roster != set(marks):
        raise NotOnRoster(_("Somebody on this page has left the class. Look at the list again; nothing was saved."))
    if any(enrollment.learner_id == actor.pk for enrollment in enrollments):
        raise OwnAttendance(own_attendance())


def own_attendance() -> str:
    """Return what is said to who would mark themself."""
    return _("Nobody marks their own attendance. Ask another instructor or the manager.")


def too_many_marks() -> str:
    """Return what is said where there are as many entries about somebody at a class session as there may be."""
    return _("There are %(count)s entries about this person at this class session already, which is the most.") % {
        "count": MARKS_PER_PLACE_MAX.count_max
    }
