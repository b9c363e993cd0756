"""Enrolments: take a place on a run, give it up."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses import emails, permissions
from courses.actions import offering
from courses.actions.obstacle import (
    AgeNotSaid,
    BuildsOnAnother,
    CourseNotPublished,
    EnrollmentClosed,
    JustJoinedTheList,
    NeedsApproval,
    NotYetOpen,
    OutsideAge,
    OwnClass,
    RunCancelled,
    RunIsFull,
    UnableToEnroll,
    obstacle,
)
from courses.choices import EnrollmentState
from courses.models import CourseRun, Enrollment, EnrollmentGroup
from courses.queries import standing, waiting
from courses.queries.enrollment import key_of_taken
from learners.actions import message
from learners.choices import MessageKind
from learners.models import Learner

__all__ = [
    "AgeNotSaid",
    "BuildsOnAnother",
    "CourseNotPublished",
    "EnrollmentClosed",
    "JustJoinedTheList",
    "NeedsApproval",
    "NotYetOpen",
    "OutsideAge",
    "OwnClass",
    "RunCancelled",
    "RunIsFull",
    "UnableToEnroll",
    "UnableToWithdraw",
    "enroll",
    "obstacle",
    "take_away",
    "withdraw",
]


class UnableToWithdraw(Exception):
    """The place cannot be given up; the message is written for the learner."""


@transaction.atomic
def enroll(
    *,
    learner: Learner,
    run: CourseRun,
    now: datetime,
    tell: bool = True,
    helper: Learner | None = None,
    at_the_door: bool = False,
    group: EnrollmentGroup | None = None,
) -> Enrollment:
    """
    Give a learner a place on a run and return the enrolment.

    Idempotent: who already holds a seat gets the same enrolment back. Locks the run before it counts, so two learners
    cannot take the last seat; the database would refuse it too. A seat kept for the learner by an offer is taken with
    it, and the learner waits for no other class of the course any more; what they asked the organization for in this
    run ends. Queues the confirmation in the same transaction unless ``tell`` is false (who is approved gets another
    letter, and the seeded demonstration world none); it names the helper who did it, if one did (``helping.py``).
    ``at_the_door``: they came, or take back that they would not; enrolment may have closed, all else is asked as of
    everybody. The place says with which group they came, that they take it with (``group_seats.py``) or have waited
    with.

    :raises RunIsFull: if no seat is left, or those that are belong to people who wait.
    :raises UnableToEnroll: one of its other kinds, if the run does not take this learner now.
    """
    run, runs = _locked(learner, run)
    seen = standing.of(learner, run, now=now)
    if seen.waits and not runs:
        raise JustJoinedTheList(_("You have just joined the waiting list on another page. Open this page again."))
    if seen.has_place:
        return run.enrollments.holding_seat().get(learner=learner)
    if reason := obstacle(learner=learner, run=run, now=now, at_the_door=at_the_door, seen=seen):
        if isinstance(reason, RunIsFull):
            raise RunIsFull(_("Somebody has just taken the last seat. Other classes of this course may have room."))
        raise reason
    request = waiting.open_request(learner, run.version.course_id) if seen.waits else None
    freed = offering.end_request(request, taken=run, now=now) if request else []
    offering.regroup([request], now=now)
    if group is None and request is not None:
        group = request.group
    enrollment = Enrollment.objects.create(learner=learner, run=run, group=group, enrolled_at=now)
    if seen.has_asked:
        offering.end_asked([learner.pk], run, now=now)
    # A group that has one less to wait with needs fewer seats, in whichever of its lines.
    for run_id in runs if request is not None and request.group_id else freed:
        offering.offer_free_seats(runs[run_id], now=now)
    if tell:
        message.queue(
            kind=MessageKind.ENROLLED,
            key=f"enrolled:{enrollment.pk}",
            data=emails.enrolled(enrollment, helper=helper),
            recipient=learner,
            now=now,
        )
    return enrollment


def _locked(learner: Learner, run: CourseRun) -> tuple[CourseRun, dict[int, CourseRun]]:
    """
    Return the run, locked; with every run the learner waits for when they wait for a class of this course.

    Who does not wait takes the lock of the run alone, so that a rush on one class holds up no other.
    """
    course_id = run.version.course_id
    if waiting.open_request(learner, course_id) is None:
        return offering.lock_runs([run.pk])[run.pk], {}
    offering.lock_line(course_id)
    request = waiting.open_request(learner, course_id)
    chosen = request.choices.filter(ended_at__isnull=True).values_list("run", flat=True) if request else []
    runs = offering.lock_runs([run.pk, *chosen])
    return runs[run.pk], runs


@transaction.atomic
def withdraw(
    *, enrollment: Enrollment, now: datetime, helper: Learner | None = None, account_closes: bool = False
) -> Enrollment:
    """
    Give up the place and return the enrolment; the seat is free at once, or is offered to who waits for it.

    Idempotent. What is in the record stays. Reminders not sent yet are dropped. ``account_closes``: nothing of the
    learner goes on, not even what is over. Locks the course's waiting lists, the run and the enrolment.

    :raises UnableToWithdraw: if the course is completed, the enrolment ended in another way, or the class is over.
    """
    enrollment, is_new = _end(enrollment, now=now, even_past=account_closes)
    if is_new:
        message.queue(
            kind=MessageKind.WITHDRAWN,
            key=f"withdrawn:{enrollment.pk}",
            data=emails.withdrawn(enrollment, now=now, helper=helper),
            recipient=enrollment.learner,
            now=now,
        )
    return enrollment


@transaction.atomic
def take_away(*, enrollment: Enrollment, actor: Learner, reason: str, now: datetime) -> Enrollment:
    """
    Give a place up in the learner's stead, for the organization, and return the enrolment: somebody phones in.

    Who did it and why stays with the enrolment; the learner is told of both the organization and the reason. Otherwise
    as ``withdraw``: idempotent, a place given up meanwhile stays given up by its learner.

    :raises UnableToWithdraw: if the actor does not speak for the organization, the place is the actor's own, or there
        is no place to give up.
    """
    if not permissions.may_submit(actor, enrollment.run.version.course.provider):
        raise UnableToWithdraw(_("Only a manager of the organisation gives up the place of somebody else."))
    if enrollment.learner_id == actor.pk:
        raise UnableToWithdraw(_("This is your own place: you give it up on its own page."))
    enrollment, is_new = _end(enrollment, now=now, by=actor, reason=reason)
    if is_new:
        message.queue(
            kind=MessageKind.PLACE_TAKEN,
            key=key_of_taken(enrollment),
            data=emails.place_taken(enrollment, now=now),
            recipient=enrollment.learner,
            address=message.phone_of(enrollment.learner),
            now=now,
        )
    return enrollment


def _end(
    enrollment: Enrollment, *, now: datetime, by: Learner | None = None, reason: str = "", even_past: bool = False
) -> tuple[Enrollment, bool]:
    """Return the enrolment with its place given up, and whether that is new."""
    offering.lock_line(enrollment.run.version.course_id)
    run = offering.lock_runs([enrollment.run_id])[enrollment.run_id]
    enrollment = (
        Enrollment.objects.select_for_update(of=["self"], no_key=True)
        .select_related("run__version__course__provider")  # not the learner: a merge may change whose it is meanwhile
        .get(pk=enrollment.pk)
    )
    if enrollment.state == EnrollmentState.WITHDRAWN:
        return enrollment, False
    if enrollment.state != EnrollmentState.ENROLLED:
        raise UnableToWithdraw(_("This enrolment has already ended, so there is no place to give up."))
    if run.is_past(now=now) and not even_past:  # or nobody would ever have been absent
        raise UnableToWithdraw(_("This class has ended, so there is no place to give up any more."))
    enrollment.state, enrollment.withdrawn_at = EnrollmentState.WITHDRAWN, now
    enrollment.withdrawn_by, enrollment.withdraw_reason = by, reason
    enrollment.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "withdraw_reason"])
    message.drop(key_prefix=f"class_tomorrow:{enrollment.pk}:")
    message.drop(key_prefix=f"coming_asked:{enrollment.pk}:")
    offering.offer_free_seats(run, now=now)
    return enrollment, True
