"""Say by the room's code that one is there: oneself, once, for the class session whose code it is."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses.actions import attendance_entry, completion
from courses.choices import AttendanceMethod, AttendanceStatus
from courses.models import AttendanceRecord, ClassSession
from courses.queries import attendance, room
from courses.rules import ROOM_SCAN_KEPT
from learners.models import Learner


class WrongCode(Exception):
    """No class of this learner shows this code now; the message is for them."""


@transaction.atomic
def check_in(*, learner: Learner, typed: str, now: datetime, seen_at: datetime | None = None) -> AttendanceRecord:
    """
    Record the learner as present by the code their room shows, and return the entry that counts.

    ``seen_at`` is when their browser scanned it, signed out: then it counts if it was right at that moment, and signing
    in took no longer than ``ROOM_SCAN_KEPT``. Idempotent; what is on record already stays, whatever it says: only who
    keeps the roster corrects it. Locks the enrolment.

    :raises WrongCode: if no class of theirs shows this code, its time is over, or they keep the roster of that class.
    """
    moment = now if seen_at is None or not now - ROOM_SCAN_KEPT <= seen_at <= now else seen_at
    found = room.meant(learner, typed, now=moment)
    if found is None:
        raise WrongCode(_("No class of yours shows this code now. It changes every half minute: look again."))
    session, place = found
    if attendance.runs_staffed_by(learner).filter(pk=session.run_id).exists():  # the code is on their own screen
        raise WrongCode(_("Nobody marks their own attendance. Ask another instructor or the manager."))
    (enrollment,) = completion.lock([place.pk])
    session = ClassSession.objects.select_related("run").get(pk=session.pk)  # it may just have been moved or cancelled
    counting = attendance_entry.current(session, [enrollment.pk])
    if enrollment.learner_id != learner.pk or not room.is_open(session, now=moment):
        raise WrongCode(_("No class of yours shows this code now. It changes every half minute: look again."))
    if enrollment.pk in counting:
        return counting[enrollment.pk]
    said = attendance_entry.Said(enrollment_id=enrollment.pk, status=AttendanceStatus.PRESENT, marked_at=moment)
    (record,) = attendance_entry.add(
        class_session=session,
        said=[said],
        counting=counting,
        method=AttendanceMethod.ROOM,
        actor=learner,
        now=now,
    )
    completion.complete_all_met(enrollments=[enrollment], actor=learner, now=now)
    return record
