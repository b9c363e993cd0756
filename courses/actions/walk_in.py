"""Walk-ins: written down at the door, claimed by phone number or card, or struck off; emptied when nobody claims."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from courses.actions import approval, attendance, attendance_entry, completion, enrollment, obstacle, offering
from courses.choices import AttendanceMethod, AttendanceStatus, FigureName
from courses.models import ClassSession, CourseRun, Enrollment, WalkIn
from courses.queries import attendance_figure
from courses.queries.attendance import runs_staffed_by
from courses.queries.walk_in import claimable_by, is_named
from courses.rules import WALK_INS_MAX
from learners.models import Learner, address

NAME_CHARACTERS_MAX = 120


class UnableToClaim(Exception):
    """Nothing was claimed; the message is for who wanted to."""


class NotTheirs(UnableToClaim):
    pass


class WrongName(UnableToClaim):
    pass


class Struck(UnableToClaim):
    """It was written down by mistake, as staff say."""


class NoSeat(UnableToClaim):
    """No place is possible now; ``may_be_said``: it is once the learner says something of themself."""

    def __init__(self, words: str, *, may_be_said: bool = False) -> None:
        super().__init__(words)
        self.may_be_said = may_be_said


class TooManyWalkIns(attendance.UnableToMark):
    pass


@transaction.atomic
def record(
    *,
    class_session: ClassSession,
    full_name: str,
    phone: str = "",
    actor: Learner,
    now: datetime,
    method: AttendanceMethod = AttendanceMethod.ROSTER,
    reason: str = "",
    mark_id: uuid.UUID | None = None,
) -> WalkIn:
    """
    Write down that somebody without a place came, and return it. Locks the class session.

    Two may have one name; under one ``mark_id``, which a form has of its own, a name is written down once.

    :raises attendance.UnableToMark: if the actor may not mark this class session now, or nobody is named.
    """
    class_session = attendance_entry.lock_session(class_session)  # it may just have been cancelled
    attendance.check(class_session=class_session, actor=actor, now=now, reason=reason)
    said = prepared(
        class_session,
        mark_id=mark_id or uuid.uuid4(),
        full_name=full_name,
        phone=phone,
        actor=actor,
        method=method,
        at=now,
        now=now,
    )
    before = WalkIn.objects.filter(mark_id=said.mark_id).first()
    if before and (before.class_session_id, before.full_name) == (class_session.pk, said.full_name):
        if said.phone and not before.phone:  # back to the form, for the number that was forgotten
            before.phone = said.phone
            before.save(update_fields=["phone"])
        return before
    if before:
        said.mark_id = uuid.uuid4()  # a form that came back by the browser's way, with another name in it
    if room_left(class_session) < 1:
        raise TooManyWalkIns(too_many())
    said.save()
    return said


def prepared(
    class_session: ClassSession,
    *,
    mark_id: uuid.UUID,
    full_name: str,
    phone: str,
    actor: Learner,
    method: AttendanceMethod,
    at: datetime,
    now: datetime,
) -> WalkIn:
    """
    Return a walk-in that is not saved. A number that is none is left out: the name is what was come for.

    :raises attendance.UnableToMark: if there is no name.
    """
    written = full_name.encode(errors="ignore").decode()  # half an emoji, as a phone cuts one, is no letter
    name = " ".join(written.replace("\0", "").split())[:NAME_CHARACTERS_MAX]
    if not any(letter.isalpha() for letter in name):
        raise attendance.UnableToMark(_("Write the name of the person who came."))
    return WalkIn(
        mark_id=mark_id,
        class_session=class_session,
        full_name=name,
        phone=address.fold_phone(phone[:40]),
        method=method,
        recorded_by=actor,
        recorded_at=now,
        marked_at=at,
    )


def room_left(class_session: ClassSession) -> int:
    """Return how many more may be written down for a locked class session; one query."""
    return max(0, WALK_INS_MAX.count_max - WalkIn.objects.filter(class_session=class_session).count())


def too_many() -> str:
    """Return what is said where a class session has as many walk-ins as it may."""
    return _("At most %(count)s people without a place are written down for one class session.") % {
        "count": WALK_INS_MAX.count_max
    }


@transaction.atomic
def claim(*, walk_in: WalkIn, learner: Learner, now: datetime) -> Enrollment:
    """
    Let the person whose number it is have a walk-in, and return the enrolment it is part of.

    Whoever has no place in the run takes one as everybody does: a seat others wait for is not theirs, and the terms of
    the class hold. Only that enrolment may have closed: they were there. Idempotent. Locks the course's waiting lists
    and the run.

    :raises NotTheirs: if it is not in ``queries.walk_in.claimable_by``.
    :raises Struck: if it was struck off in that moment.
    :raises NoSeat: if they cannot have a place; what was written down stays, and is claimed once they can.
    """
    if not claimable_by(learner, now=now).filter(pk=walk_in.pk).exists():
        raise NotTheirs(_("This was not written down for your telephone number, or it is too long ago."))
    return _give(walk_in, learner, giver=None, now=now)


def claim_by_name(*, class_session: ClassSession, name: str, learner: Learner, now: datetime) -> Enrollment:
    """
    Let a person have what was written down at one class session for their number and this name; otherwise as ``claim``.

    The number alone is not enough: a phone is shared, and what one of a family came to is not another's.

    :raises WrongName: if nobody of that name was written down for their number.
    :raises UnableToClaim: one of its other kinds.
    """
    theirs = claimable_by(learner, now=now).filter(class_session=class_session)
    meant = next((each for each in theirs if is_named(each, name)), None)
    if meant is None:
        raise WrongName(_("Nobody of this name was written down there for your number. Type it as it was said."))
    return claim(walk_in=meant, learner=learner, now=now)


@transaction.atomic
def give(*, walk_in: WalkIn, learner: Learner, actor: Learner, now: datetime) -> Enrollment:
    """
    Let somebody who showed their card have a walk-in of a class ``actor`` keeps the roster of; otherwise as ``claim``.

    Where the organization decides who comes and one yes is enough, giving is that yes.

    :raises NotTheirs: if the actor does not keep that roster, or would give it to themself.
    :raises Struck: if it was struck off.
    :raises NoSeat: if they cannot have a place.
    """
    if actor == learner:
        raise NotTheirs(attendance.own_attendance())
    _refuse_unless_kept_by(walk_in, actor)
    return _give(walk_in, learner, giver=actor, now=now)


@transaction.atomic
def strike(*, walk_in: WalkIn, actor: Learner, now: datetime) -> WalkIn:
    """
    Strike off what was written down by mistake, and return it; nobody can claim it then. Idempotent. Locks the walk-in.

    :raises NotTheirs: if the actor does not keep that roster, or somebody has claimed it.
    """
    walk_in = _kept_by(walk_in, actor)
    if walk_in.enrollment is not None:
        raise NotTheirs(_("Somebody has claimed this already."))
    if walk_in.struck_at is None:
        walk_in.struck_at, walk_in.struck_by = now, actor
        walk_in.save(update_fields=["struck_at", "struck_by"])
    return walk_in


@transaction.atomic
def put_back(*, walk_in: WalkIn, actor: Learner) -> WalkIn:
    """
    Put back what was struck off, and return it. Idempotent. Locks the walk-in.

    :raises NotTheirs: if the actor does not keep that roster.
    """
    walk_in = _kept_by(walk_in, actor)
    walk_in.struck_at, walk_in.struck_by = None, None
    walk_in.save(update_fields=["struck_at", "struck_by"])
    return walk_in


def _kept_by(walk_in: WalkIn, actor: Learner) -> WalkIn:
    _refuse_unless_kept_by(walk_in, actor)
    return _locked(walk_in)


def _refuse_unless_kept_by(walk_in: WalkIn, actor: Learner) -> None:
    if not runs_staffed_by(actor).filter(pk=walk_in.class_session.run_id).exists():
        raise NotTheirs(_("Only those who teach this class, or manage its organisation, do this for others."))


def _locked(walk_in: WalkIn) -> WalkIn:
    return WalkIn.objects.select_for_update(no_key=True, of=["self"]).select_related("recorded_by").get(pk=walk_in.pk)


def _give(walk_in: WalkIn, learner: Learner, *, giver: Learner | None, now: datetime) -> Enrollment:
    session = walk_in.class_session
    offering.lock_line(session.run.version.course_id)
    run = offering.lock_runs([session.run_id])[session.run_id]
    walk_in = _locked(walk_in)
    if walk_in.struck_at is not None:
        raise Struck(_("Staff have struck this off as written down by mistake."))
    if walk_in.enrollment is not None:
        if walk_in.enrollment.learner_id == learner.pk:
            return walk_in.enrollment
        raise NotTheirs(_("Somebody has claimed this already."))
    if walk_in.recorded_by_id == learner.pk or run.run_instructors.filter(learner=learner).exists():
        raise NotTheirs(attendance.own_attendance())
    place = run.enrollments.holding_seat().filter(learner=learner).first() or _seat(run, learner, giver, now=now)
    walk_in.claimed_at, walk_in.enrollment = now, place
    walk_in.save(update_fields=["claimed_at", "enrollment"])
    (place,) = completion.lock([place.pk])
    session = ClassSession.objects.get(pk=session.pk)  # it may just have been cancelled
    counting = attendance_entry.current(session, [place.pk])
    if place.pk not in counting and session.cancelled_at is None and run.cancelled_at is None:
        said = attendance_entry.Said(
            enrollment_id=place.pk, status=AttendanceStatus.PRESENT, marked_at=walk_in.marked_at
        )
        attendance_entry.add(
            class_session=session,
            said=[said],
            counting=counting,
            method=AttendanceMethod.CLAIMED,
            actor=walk_in.recorded_by,
            now=now,
        )
        completion.complete_all_met(enrollments=[place], actor=walk_in.recorded_by, now=now)
    return place


def _seat(run: CourseRun, learner: Learner, giver: Learner | None, *, now: datetime) -> Enrollment:
    if giver is not None:
        approval.approve_at_the_door(learner=learner, run=run, actor=giver, now=now)
    try:
        return enrollment.enroll(learner=learner, run=run, now=now, at_the_door=True)
    except obstacle.RunIsFull as reason:
        raise NoSeat(
            _("The seats are taken, or kept for those who wait. What you came to stays written down; ask for a seat.")
        ) from reason
    except obstacle.UnableToEnroll as reason:
        said = _("%(obstacle)s What you came to stays written down.") % {"obstacle": reason}
        raise NoSeat(said, may_be_said=obstacle.may_be_said(reason)) from reason


def empty_old(*, now: datetime) -> int:
    """Empty names and numbers that were kept long enough, claimed or not; return how many. Idempotent."""
    days = attendance_figure.value(FigureName.WALK_IN_DAYS)
    old = WalkIn.objects.filter(recorded_at__lt=now - timedelta(days=days)).exclude(full_name="")
    return old.update(full_name="", phone="")
