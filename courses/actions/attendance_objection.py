"""“I was there”: a learner confirms or objects to what is on record, and somebody answers by a day."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import emails
from courses.actions import attendance, attendance_entry, completion
from courses.choices import AttendanceMethod, AttendanceStatus, FigureName, ObjectionOutcome
from courses.models import (
    AttendanceConfirmation,
    AttendanceObjection,
    AttendanceRecord,
    ClassSession,
    CourseRun,
    Enrollment,
)
from courses.permissions import may_answer_objection, may_answer_objection_as_curator
from courses.queries import attendance_figure
from courses.queries.attendance_history import has_left_before, in_full, open_until
from courses.rules import OBJECTION_TEXT_MAX, OBJECTIONS_PER_SESSION_MAX
from learners.actions import message
from learners.choices import MessageKind, Role
from learners.models import Learner
from learners.queries import calendar
from learners.queries import organization as organizations


class UnableToObject(Exception):
    """Nothing was written down; the message is for the learner."""


class NotTheirs(UnableToObject):
    pass


class TooLate(UnableToObject):
    pass


class ClassCancelled(UnableToObject):
    pass


class ObjectedBefore(UnableToObject):
    pass


class SaysNothing(UnableToObject):
    pass


class UnableToAnswer(Exception):
    """Nothing was answered; the message is for who wanted to."""


class NotYoursToAnswer(UnableToAnswer):
    pass


class AnsweredBefore(UnableToAnswer):
    pass


class AnswerMissing(UnableToAnswer):
    pass


@transaction.atomic
def confirm(*, record: AttendanceRecord, learner: Learner, now: datetime) -> AttendanceConfirmation:
    """
    Write down that the learner finds an entry right, and return that. Idempotent. Locks the enrolment.

    It is about this entry alone: when another one follows, they are asked anew.

    :raises NotTheirs: if the entry is about somebody else, or counts no more.
    """
    (enrollment,) = completion.lock([record.enrollment_id])
    record = AttendanceRecord.objects.get(pk=record.pk)  # another one may just have followed it
    if enrollment.learner_id != learner.pk or record.superseded_at is not None:
        raise NotTheirs(_("This entry is not in your record, or another one has followed it."))
    return AttendanceConfirmation.objects.get_or_create(record=record, defaults={"confirmed_at": now})[0]


@transaction.atomic
def object_to(
    *,
    enrollment: Enrollment,
    class_session: ClassSession,
    said: AttendanceStatus,
    text: str,
    learner: Learner,
    now: datetime,
) -> AttendanceObjection:
    """
    Open a case about what is on record of one class session, or that nothing is, and return it.

    Idempotent while it is open: the same words return it. Managers get a letter; where none could answer, the curators
    have it at once. Locks the enrolment and the class session.

    :raises UnableToObject: one of its kinds.
    """
    (enrollment,) = completion.lock([enrollment.pk])
    class_session = attendance_entry.lock_session(class_session)
    if enrollment.learner_id != learner.pk or class_session.run_id != enrollment.run_id:
        raise NotTheirs(_("This class is not in your record."))
    before = AttendanceObjection.objects.filter(enrollment=enrollment, class_session=class_session)
    if waiting := before.filter(outcome="").first():
        if (waiting.said, waiting.text) == (said, text):
            return waiting
        raise ObjectedBefore(_("You have objected to this already, and an answer is on its way."))
    if before.count() >= OBJECTIONS_PER_SESSION_MAX:
        raise ObjectedBefore(_("You have objected to this class session as often as one may."))
    counting = attendance_entry.current(class_session, [enrollment.pk]).get(enrollment.pk)
    days = attendance_figure.value(FigureName.OBJECTION_DAYS)
    is_off = CourseRun.objects.filter(pk=class_session.run_id, cancelled_at__isnull=False).exists()
    if class_session.cancelled_at is not None or is_off:
        raise ClassCancelled(_("This class was cancelled, so nothing of it is written down any more."))
    if has_left_before(enrollment, class_session):
        raise TooLate(_("You had left the class by then, so nothing of it is in your record."))
    if class_session.starts_at > now or now >= open_until(class_session, counting, days=days):
        raise TooLate(_("One may object within %(days)s days of the entry, once the class has begun.") % {"days": days})
    if counting is not None and counting.status == said:
        raise SaysNothing(_("That is what is on record. Choose what is right instead."))
    if not text.strip():
        raise SaysNothing(_("Write in a sentence how it was, so that somebody can look into it."))
    provider = enrollment.run.version.course.provider
    managers = [
        each for each in organizations.members(provider, roles=(Role.MANAGER,)) if each.pk != enrollment.learner_id
    ]
    objection = AttendanceObjection.objects.create(
        enrollment=enrollment,
        class_session=class_session,
        record=counting,
        said=said,
        text=text.strip()[:OBJECTION_TEXT_MAX],
        opened_at=now,
        due_on=calendar.working_days_after(
            timezone.localdate(now), attendance_figure.value(FigureName.OBJECTION_ANSWER_DAYS)
        ),
        escalated_at=None if managers else now,
    )
    for manager in managers:
        message.queue(
            kind=MessageKind.OBJECTION_TO_ANSWER,
            key=f"objection_to_answer:{objection.pk}:{manager.pk}",
            data=emails.objection_to_answer(objection, manager),
            recipient=manager,
            now=now,
        )
    return objection


@transaction.atomic
def answer(
    *, objection: AttendanceObjection, outcome: ObjectionOutcome, text: str, actor: Learner, now: datetime
) -> AttendanceObjection:
    """
    Answer an objection and return it; accepted, what the learner says is on record by a correcting entry.

    Idempotent: the same answer by the same person changes nothing. The learner gets a letter. Locks the organisation,
    where credit may be asked back, and the enrolment.

    :raises NotYoursToAnswer: if it is about the actor, or is theirs neither as a manager nor as a curator.
    :raises AnsweredBefore: if it has another answer.
    :raises AnswerMissing: if it is refused without a reason.
    """
    completion.lock_for_asking([objection.enrollment_id])
    (enrollment,) = completion.lock([objection.enrollment_id])
    objection = in_full().select_for_update(of=["self"], no_key=True).get(pk=objection.pk)
    if not may_answer_objection(actor, objection) and not may_answer_objection_as_curator(actor, objection):
        raise NotYoursToAnswer(_("This objection is answered by a manager, and after its day by a curator."))
    if objection.outcome:
        if (objection.outcome, objection.answered_by_id) == (outcome, actor.pk):
            return objection
        raise AnsweredBefore(_("Somebody has answered this meanwhile. The first answer stays."))
    if not text.strip():
        raise AnswerMissing(_("Say what you found. The learner will read it."))
    objection.outcome, objection.answer = outcome, text.strip()[:OBJECTION_TEXT_MAX]
    objection.answered_by, objection.answered_at = actor, now
    objection.save(update_fields=["outcome", "answer", "answered_by", "answered_at"])
    if outcome == ObjectionOutcome.ACCEPTED:
        _correct(objection, enrollment, actor=actor, now=now)
    message.queue(
        kind=MessageKind.OBJECTION_ANSWERED,
        key=f"objection_answered:{objection.pk}",
        data=emails.objection_answered(objection),
        recipient=enrollment.learner,
        address=message.phone_of(enrollment.learner),
        now=now,
    )
    return objection


@transaction.atomic
def escalate_due(*, now: datetime) -> int:
    """Hand objections whose day has passed without an answer to the curators; return how many. Idempotent."""
    overdue = AttendanceObjection.objects.filter(outcome="", escalated_at=None, due_on__lt=timezone.localdate(now))
    return overdue.update(escalated_at=now)


def _correct(objection: AttendanceObjection, enrollment: Enrollment, *, actor: Learner, now: datetime) -> None:
    session = ClassSession.objects.get(pk=objection.class_session_id)
    if session.cancelled_at is not None:
        raise AnsweredBefore(_("This class was cancelled meanwhile, so nobody can have come to it."))
    counting = attendance_entry.current(session, [enrollment.pk])
    before = counting.get(enrollment.pk)
    if before is not None and before.status == objection.said:
        return  # somebody has corrected it meanwhile
    said = attendance_entry.Said(
        enrollment_id=enrollment.pk,
        status=AttendanceStatus(objection.said),
        marked_at=attendance_entry.after(before, now),
    )
    attendance_entry.add(
        class_session=session,
        said=[said],
        counting=counting,
        method=AttendanceMethod.DISPUTED,
        actor=actor,
        now=now,
        reason=objection.answer[:200],
    )
    attendance.settle(
        [enrollment], changed=[enrollment.pk], class_session=session, actor=actor, now=now, reason=objection.answer
    )
