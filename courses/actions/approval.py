"""Requests for a place where the organization decides who comes: ask, take back, approve, refuse."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import emails
from courses.actions import enrollment, obstacle, offering, waiting
from courses.choices import PlaceDecision
from courses.models import CourseRun, PlaceRequest
from courses.queries import place_request as queries
from courses.queries import terms
from courses.queries import waiting as lines
from courses.rules import (
    PLACES_ASKED_A_DAY_MAX,
    PLACES_ASKED_MAX,
    PLACES_ASKED_OF_RUN_MAX,
    REFUSAL_LETTERS_MAX,
)
from learners.actions import message
from learners.choices import MessageKind
from learners.models import Learner

DAY = timedelta(days=1)


class UnableToAsk(Exception):
    """No place is asked for; the message is written for the learner."""


class UnableToDecide(Exception):
    """Nothing is decided; the message is written for who would decide."""


class NotYours(UnableToDecide):
    pass


class AnsweredAlready(UnableToDecide):
    pass


class ReasonMissing(UnableToDecide):
    pass


@transaction.atomic
def ask(*, learner: Learner, run: CourseRun, now: datetime, helper: Learner | None = None) -> PlaceRequest:
    """
    Ask the organization for a place and return the request. Idempotent: while one is open it is that one.

    The order of asking is the order of the lock of the run. The letter names the helper who did it, if one did.

    :raises UnableToAsk: if the run takes nobody now or not this learner, if nobody decides about it, or too often.
    """
    run = offering.lock_runs([run.pk])[run.pk]
    if earlier := queries.open_request(learner, run):
        return earlier
    if run.enrollments.holding_seat().filter(learner=learner).exists():
        raise UnableToAsk(_("You already have a place in this class."))
    if reason := obstacle.of_learner(learner, run, now=now):
        raise UnableToAsk(str(reason))
    if not obstacle.needs_approval(learner, run, now=now):
        raise UnableToAsk(_("Nobody needs to decide about it: you can enrol right away."))
    if (waits := lines.open_request(learner, run.version.course_id)) and waits.group_id:
        raise UnableToAsk(_("You wait for this course with your group. To wait for more classes, wait alone."))
    _refuse_too_many(learner, run, now)
    request = PlaceRequest.objects.create(learner=learner, run=run, asked_at=now, due_at=queries.due(run, now=now))
    message.queue(
        kind=MessageKind.PLACE_ASKED,
        key=f"place_asked:{request.pk}:",
        data=emails.place_asked(request, helper=helper),
        recipient=learner,
        address=message.phone_of(learner),
        now=now,
    )
    tell_deciders(request, stage="asked", now=now)
    return request


def _refuse_too_many(learner: Learner, run: CourseRun, now: datetime) -> None:
    asked = PlaceRequest.objects.filter(learner=learner)
    if asked.filter(run=run).count() >= PLACES_ASKED_OF_RUN_MAX.count_max:
        raise UnableToAsk(_("You have asked for this class several times. Talk to the organisation."))
    if asked.filter(outcome=queries.OPEN).count() >= PLACES_ASKED_MAX.count_max:
        raise UnableToAsk(_("Many of your requests are not answered yet. Take one back that you no longer need."))
    if asked.filter(asked_at__gt=now - DAY).count() >= PLACES_ASKED_A_DAY_MAX.count_max:
        raise UnableToAsk(_("You have asked for many places today. Ask for the next one tomorrow."))


def tell_deciders(request: PlaceRequest, *, stage: str, now: datetime, people: list[Learner] | None = None) -> None:
    """Write to who decides, once a day about a run and a stage, however many ask."""
    day = timezone.localdate(now)
    message.queue_all(
        kind=MessageKind.PLACE_TO_DECIDE,
        drafts=[
            message.Draft(
                recipient=person,
                key=f"place_to_decide:{request.run_id}:{stage}:{day}:{person.pk}:",
                data=emails.place_to_decide(request, person, stage=stage),
            )
            for person in (queries.deciders(request) if people is None else people)
        ],
        now=now,
    )


@transaction.atomic
def withdraw(*, request: PlaceRequest, now: datetime) -> PlaceRequest:
    """
    Take a request back, for who asked, and return it. Idempotent.

    :raises UnableToAsk: if it has been decided.
    """
    request = _locked(request)
    if request.outcome == PlaceDecision.WITHDRAWN:
        return request
    if request.outcome:
        raise UnableToAsk(_("This request has been decided meanwhile."))
    return close(request, PlaceDecision.WITHDRAWN, now=now)


@transaction.atomic
def approve(*, request: PlaceRequest, actor: Learner, now: datetime) -> PlaceRequest:
    """
    Say yes and return the request; the learner has a seat with it, or the turn of the day they asked in line.

    Where two decide, the first yes is kept and a manager is asked for the second. Idempotent. Locks the course's
    waiting lists and the run.

    :raises UnableToDecide: if the actor may not, it was decided otherwise, or the run does not take the learner now.
    """
    offering.lock_line(request.run.version.course_id)
    request = _locked(request)
    if request.outcome == PlaceDecision.APPROVED or request.first_by_id == actor.pk:
        return request
    _refuse_decision(request, actor)
    asked = terms.terms_of(request.run)
    if asked is not None and asked.approval_steps > 1 and request.first_by_id is None:
        request.first_by, request.first_at = actor, now
        request.save(update_fields=["first_by", "first_at"])
        tell_deciders(request, stage="second", now=now)
        return request
    request = close(request, PlaceDecision.APPROVED, actor=actor, now=now)
    try:
        place = enrollment.enroll(learner=request.learner, run=request.run, now=now, tell=False)
    except enrollment.RunIsFull:
        try:
            choice = waiting.put_in_line(learner=request.learner, run=request.run, turn=request.turn, now=now)
        except waiting.WaitsWithAGroup as reason:
            raise UnableToDecide(str(reason)) from reason
        _tell_approved(request, emails.approved_to_wait(request, choice), now=now)
    except enrollment.UnableToEnroll as reason:
        raise UnableToDecide(str(reason)) from reason
    else:
        _tell_approved(request, emails.approved(request, place), now=now)
    return request


def _tell_approved(request: PlaceRequest, data: dict[str, str], *, now: datetime) -> None:
    """One letter says that the request is approved and what follows from it: the place, or where they stand in line."""
    message.queue(
        kind=MessageKind.PLACE_APPROVED,
        key=f"place_approved:{request.pk}:",
        data=data,
        recipient=request.learner,
        address=message.phone_of(request.learner),
        now=now,
    )


@transaction.atomic
def refuse(*, request: PlaceRequest, actor: Learner, reason: str, now: datetime) -> PlaceRequest:
    """
    Say no, with the reason, and return the request; the learner is told. Idempotent.

    :raises UnableToDecide: if the actor may not, it was decided otherwise, or no reason is given.
    """
    request = _locked(request)
    if request.outcome == PlaceDecision.REFUSED:
        return request
    _refuse_decision(request, actor)
    if not reason:
        raise ReasonMissing(_("Write why, so that the learner understands it."))
    request = close(request, PlaceDecision.REFUSED, actor=actor, reason=reason[:REFUSAL_LETTERS_MAX], now=now)
    tell_refused(request, now=now)
    return request


def approve_at_the_door(*, learner: Learner, run: CourseRun, actor: Learner, now: datetime) -> None:
    """
    Write down the yes of who gives a place to somebody who came, where one yes is missing and enough.

    Inside a transaction that has locked the run. Idempotent: who has been approved is asked about no more.
    """
    asked = terms.terms_of(run)
    if asked is None or asked.approval_days is None or asked.approval_steps > 1:
        return
    if not obstacle.needs_approval(learner, run, now=now):
        return
    request = queries.open_request(learner, run) or PlaceRequest.objects.create(
        learner=learner, run=run, asked_at=now, due_at=now + timedelta(days=asked.approval_days)
    )
    request.run = run
    if queries.may_decide(actor, request):
        close(request, PlaceDecision.APPROVED, actor=actor, now=now)


def tell_refused(request: PlaceRequest, *, now: datetime) -> None:
    message.queue(
        kind=MessageKind.PLACE_REFUSED,
        key=f"place_refused:{request.pk}:",
        data=emails.place_refused(request),
        recipient=request.learner,
        address=message.phone_of(request.learner),
        now=now,
    )


def close(
    request: PlaceRequest, outcome: PlaceDecision, *, now: datetime, actor: Learner | None = None, reason: str = ""
) -> PlaceRequest:
    """Write down how a locked request ended."""
    request.outcome, request.decided_at, request.decided_by, request.reason = outcome, now, actor, reason
    request.save(update_fields=["outcome", "decided_at", "decided_by", "reason"])
    return request


def _locked(request: PlaceRequest) -> PlaceRequest:
    """Return a request as it is, locked after its run as the house's order has it."""
    run = offering.lock_runs([request.run_id])[request.run_id]
    locked = PlaceRequest.objects.select_for_update(of=["self"], no_key=True).select_related("learner", "first_by")
    request = locked.get(pk=request.pk)
    request.run = run
    return request


def _refuse_decision(request: PlaceRequest, actor: Learner) -> None:
    if request.outcome:
        raise AnsweredAlready(_("This request has been decided meanwhile. The first decision stays."))
    if not queries.may_decide(actor, request):
        raise NotYours(_("Somebody else has to decide about this request."))
