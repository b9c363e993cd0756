"""Waiting lists: join, leave, take the seat that is offered, pass it on."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from courses import emails
from courses.actions import enrollment, group_seats, obstacle, offering
from courses.choices import OfferOutcome, WaitingEnd
from courses.models import CourseRun, Enrollment, SeatOffer, WaitingChoice, WaitingRequest
from courses.queries import group as groups
from courses.queries import no_show
from courses.queries import waiting as queries
from courses.rules import WAITING_A_DAY_MAX, WAITING_COURSES_MAX, WAITING_LINE_MAX
from learners.actions import message
from learners.choices import MessageKind
from learners.models import Learner

DAY = timedelta(days=1)


class UnableToWait(Exception):
    """The learner cannot wait for this class; the message is written for the learner."""


class HasAFreeSeat(UnableToWait):
    pass


class HasAPlace(UnableToWait):
    pass


class NotTakingPeople(UnableToWait):
    pass


class ListIsLong(UnableToWait):
    pass


class WaitsForTooMany(UnableToWait):
    pass


class WaitsWithAGroup(UnableToWait):
    pass


class OfferIsOver(Exception):
    """The seat is no longer kept for the learner; the message says why."""


@transaction.atomic
def join(
    *, learner: Learner, runs: Sequence[CourseRun], now: datetime, helper: Learner | None = None
) -> WaitingRequest:
    """
    Put a learner at the end of the line of each of these full runs of one course, in their class; return their request.

    Whichever seat comes first is offered to them. Idempotent: where they stand in a line already they stay. Locks the
    course's waiting lists and the runs; the order of joining is the order of these locks. The letter names the helper
    who did it, if one did.

    :raises HasAFreeSeat: if one of the runs has a seat to be taken now.
    :raises HasAPlace: if the learner has a place in one of them.
    :raises NotTakingPeople: if one of them takes nobody now, or not this learner.
    :raises ListIsLong: if ``WAITING_LINE_MAX`` people wait for one of them.
    :raises WaitsWithAGroup: if they wait for others of its runs with a group.
    :raises WaitsForTooMany: if the learner waits for too many courses, or has joined too many lists within a day.
    """
    course_id = runs[0].version.course_id
    offering.lock_line(course_id)
    locked = offering.lock_runs(run.pk for run in runs)
    request = queries.open_request(learner, course_id)
    known = set(request.choices.filter(ended_at__isnull=True).values_list("run", flat=True)) if request else set()
    new = [locked[key] for key in dict.fromkeys(run.pk for run in runs) if key not in known]
    if request is not None and not new:
        return request
    if request is not None and request.group_id is not None:
        raise WaitsWithAGroup(_("You wait for this course with your group. To wait for more classes, wait alone."))
    for run in new:
        _refuse(learner, run, now)
    refuse_too_many(learner, is_new_course=request is None, more=len(new), now=now)
    if request is None:
        request = WaitingRequest.objects.create(learner=learner, course_id=course_id, asked_at=now)
    priority = no_show.standing(learner, now=now).priority
    choices = [
        WaitingChoice.objects.create(request=request, run=run, priority=priority, own_priority=priority, chosen_at=now)
        for run in new
    ]
    for choice in choices:
        choice.refresh_from_db(fields=["turn"])
    message.queue(
        kind=MessageKind.WAITING_JOINED,
        key=f"waiting_joined:{choices[0].pk}:",
        data=emails.waiting_joined(request, choices, helper=helper),
        recipient=learner,
        now=now,
    )
    return request


def put_in_line(*, learner: Learner, run: CourseRun, turn: int, now: datetime) -> WaitingChoice:
    """
    Put somebody the organization has approved into the line of a full run, with the turn of the day they asked.

    Inside a transaction that has locked the course's waiting lists and the run; whoever calls tells them. Idempotent.

    :raises WaitsWithAGroup: if they wait for the course with a group, whose leader would answer for what they asked.
    """
    request = queries.open_request(learner, run.version.course_id)
    if request is not None and request.group_id is not None:
        raise WaitsWithAGroup(
            _("They wait for another class of this course with a group, so they cannot wait here too.")
        )
    if request is None:
        request = WaitingRequest.objects.create(learner=learner, course_id=run.version.course_id, asked_at=now)
    if choice := request.choices.filter(run=run, ended_at__isnull=True).first():
        return choice
    priority = no_show.standing(learner, now=now).priority
    return WaitingChoice.objects.create(
        request=request, run=run, turn=turn, priority=priority, own_priority=priority, chosen_at=now
    )


def _refuse(learner: Learner, run: CourseRun, now: datetime) -> None:
    if run.enrollments.holding_seat().filter(learner=learner).exists():
        raise HasAPlace(_("You already have a place in this class."))
    reason = obstacle.obstacle(learner=learner, run=run, now=now)
    if reason is None:
        raise HasAFreeSeat(_("There is a free seat in this class: you can enrol right away."))
    if not isinstance(reason, obstacle.RunIsFull):
        raise NotTakingPeople(str(reason))
    if queries.line(run).count() >= WAITING_LINE_MAX.count_max:
        raise ListIsLong(_("So many people wait for this class that joining them would be of no use."))


def refuse_too_many(learner: Learner, *, is_new_course: bool, more: int, now: datetime) -> None:
    open_requests = WaitingRequest.objects.filter(learner=learner, ended_at__isnull=True)
    if is_new_course and open_requests.count() >= WAITING_COURSES_MAX.count_max:
        raise WaitsForTooMany(
            _("You already wait for %(count)s courses. Leave a waiting list that you no longer need.")
            % {"count": WAITING_COURSES_MAX.count_max}
        )
    today = WaitingChoice.objects.filter(request__learner=learner, chosen_at__gt=now - DAY)
    if today.count() + more > WAITING_A_DAY_MAX.count_max:
        raise WaitsForTooMany(_("You have joined many waiting lists today. Join the next one tomorrow."))


@transaction.atomic
def leave(*, request: WaitingRequest, now: datetime, run: CourseRun | None = None) -> WaitingRequest:
    """
    Take a learner out of the line of one run, or of all they wait for, and return the request as it then is.

    Idempotent. A seat that is kept for them there is offered to the next.
    """
    request, runs = _locked(request)
    choices = [
        choice for choice in request.choices.filter(ended_at__isnull=True) if run is None or choice.run_id == run.pk
    ]
    kept = request.offers.filter(outcome=queries.OPEN, run__in=[choice.run_id for choice in choices])
    for offer in kept.select_related("choice"):
        offering.close_offer(offer, OfferOutcome.WITHDRAWN, now=now)
    offering.end_choices(choices, WaitingEnd.LEFT, now=now)
    if request.group_id is not None:
        offering.stand_as_those_left(request.group_id, now=now)
    _offer_in(runs, now)
    request.refresh_from_db()
    return request


@transaction.atomic
def accept(*, offer: SeatOffer, now: datetime) -> Enrollment:
    """
    Take the seat that is offered and return the enrolment; of a group the seats of all. Idempotent: it is one place.

    :raises OfferIsOver: if the offer has been answered otherwise, taken back, or its time is over.
    :raises UnableToEnroll: if the run does not take the learner any more, or one of the group.
    """
    if offer.request.group_id is not None:
        group_seats.lock_mandates(offer.request.group_id)
    offer = _locked_offer(offer)
    learner = offer.request.learner
    held = offer.run.enrollments.holding_seat().filter(learner=learner).first()
    if offer.outcome == OfferOutcome.ACCEPTED and held is not None:
        return held
    _refuse_over(offer, now)
    if offer.request.group is None:
        return enrollment.enroll(learner=learner, run=offer.run, now=now)
    offering.lock_runs(queries.runs_waited_for(offer.request.course_id))
    people = [learner, *(each.request.learner for each in _with_learners(offer))]
    return group_seats.take(group=offer.request.group, learners=people, run=offer.run, now=now)[0]


@transaction.atomic
def decline(*, offer: SeatOffer, now: datetime) -> SeatOffer:
    """
    Pass the seat that is offered on to the next in line and return the offer; of a group the seats of all. Idempotent.

    The learner waits on for the other runs they chose, and may join the end of this line again.

    Of a group: what the leader does for somebody by a mandate is written down; who may not be taken off the list by it
    waits on alone; who came by their own yes is told.

    :raises OfferIsOver: if the offer was accepted, taken back, or has lapsed.
    """
    if offer.request.group_id is not None:
        group_seats.lock_mandates(offer.request.group_id)
    offer = _locked_offer(offer)
    if offer.outcome == OfferOutcome.DECLINED:
        return offer
    _refuse_over(offer, now)
    runs = offering.lock_runs(queries.runs_waited_for(offer.request.course_id))
    offers = [offer, *_with_learners(offer)]
    for each in offers:
        offering.close_offer(each, OfferOutcome.DECLINED, now=now)
    group = offer.request.group
    stay = group_seats.not_to_be_taken_off(group, now=now) if group else set()
    over = [each for each in offers if each.request.learner_id not in stay]
    offering.end_choices([each.choice for each in over], WaitingEnd.DECLINED, now=now)
    if group is not None:
        group_seats.record_end(group, [each.request for each in over], [offer.run], now=now)
        offering.tell_passed_on(over, by=groups.speaker(offer.request), now=now)
        offering.let_go_alone([each.request for each in offers if each.request.learner_id in stay], now=now)
        offering.stand_as_those_left(group.pk, now=now)
    _offer_in(runs, now)
    return offer


def _with_learners(offer: SeatOffer) -> list[SeatOffer]:
    """Return the offers that are answered with this one; none unless it is to a group."""
    if offer.request.group_id is None:
        return []
    return list(queries.answered_with(offer).select_related("choice", "request__learner"))


def why_over(offer: SeatOffer, *, now: datetime) -> str:
    """Return why an offer cannot be answered at ``now``, in a sentence for the learner; empty while it can."""
    said = {
        OfferOutcome.ACCEPTED: _("You have taken this seat."),
        OfferOutcome.DECLINED: _("You have passed this seat on. Whoever waits next is asked first."),
        OfferOutcome.WITHDRAWN: _("This seat is no longer kept for you."),
        OfferOutcome.LAPSED: _("The time to answer is over. Whoever waits next is asked first."),
    }
    outcome = offer.outcome or (OfferOutcome.LAPSED if now >= offer.expires_at else "")
    return said[OfferOutcome(outcome)] if outcome else ""


def _refuse_over(offer: SeatOffer, now: datetime) -> None:
    if reason := why_over(offer, now=now):
        raise OfferIsOver(reason)


def _locked(request: WaitingRequest) -> tuple[WaitingRequest, dict[int, CourseRun]]:
    """Return a request as it is now, with every run it waits for, all locked in the order of the house."""
    offering.lock_line(request.course_id)
    request = WaitingRequest.objects.select_related("learner").get(pk=request.pk)
    chosen = request.choices.filter(ended_at__isnull=True).values_list("run", flat=True)
    return request, offering.lock_runs(chosen)


def _locked_offer(offer: SeatOffer) -> SeatOffer:
    """Return an offer as it is, its lines locked; for one whom its group has gone on without, that to another."""
    offering.lock_line(offer.request.course_id)
    offers = SeatOffer.objects.select_related(
        "choice", "request__learner", "request__group__leader", "run__version__course"
    )
    offer = offers.get(pk=offer.pk)
    stands_in = queries.stands_in(offer)
    return offers.get(pk=stands_in.pk) if stands_in else offer


def _offer_in(runs: dict[int, CourseRun], now: datetime) -> None:
    """Offer what is free: the seat just freed, and in the other runs what they are eligible for again."""
    for run in runs.values():
        offering.offer_free_seats(run, now=now)
