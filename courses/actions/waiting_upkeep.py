"""What is done about waiting lists each minute: offers lapse, lines of closed runs end, classes and seats come free."""

from datetime import datetime

from django.db import transaction

from courses import emails
from courses.actions import offering
from courses.choices import OfferOutcome, Priority, WaitingEnd
from courses.models import CourseRun, SeatOffer, WaitingChoice
from courses.queries import group, waiting
from courses.rules import OFFERS_PER_BATCH, WAITING_COURSES_PER_BATCH
from learners.actions import message, one_by_one
from learners.choices import MessageKind


def look_after(*, now: datetime) -> int:
    """
    Look after every course whose lists ask for it; return how many were. Safe to run as often as one likes.

    A course whose lists somebody works on just now is left to them and to the next minute; one that fails holds up no
    other.

    :raises one_by_one.SomeFailed: when all have been tried.
    """
    courses = waiting.courses_to_look_after(now=now, limit=WAITING_COURSES_PER_BATCH)
    return one_by_one.each(courses, lambda course_id: tend(course_id, now=now), what="waiting lists")


@transaction.atomic
def tend(course_id: int, *, now: datetime) -> bool:
    """Bring the waiting lists of one course up to ``now``; False when somebody else works on them. Idempotent."""
    if not offering.lock_line(course_id, skip_locked=True):
        return False
    runs = offering.lock_runs(waiting.runs_waited_for(course_id))
    over = SeatOffer.objects.filter(request__course=course_id, outcome=waiting.OPEN, expires_at__lte=now)
    named = ("choice", "request__learner", "request__group__leader", "run__version", "run__place")
    lapsed = list(over.select_related(*named).order_by("pk"))
    for offer in lapsed:
        offering.lapse(offer, now=now)
    offering.regroup([offer.request for offer in lapsed], now=now)
    _raise(waiting.to_raise(now=now, course_id=course_id))
    for run in runs.values():
        if run.cancelled_at is not None or run.has_closed(now=now):
            _close(run, now)
    for run in runs.values():
        offering.offer_free_seats(run, now=now)
    return True


def say_that_offers_end(*, now: datetime) -> int:
    """
    Write once more to those whose offer ends within ``OFFER_ENDING_BEFORE``; return how many were.

    Not about an offer made shortly before. Idempotent: each offer is written about once.
    """
    keys = waiting.ending(now=now, limit=OFFERS_PER_BATCH)
    return one_by_one.each(keys, lambda key: _say_that_it_ends(key, now), what="offers that end")


@transaction.atomic
def _say_that_it_ends(offer_id: int, now: datetime) -> bool:
    """Locks the offer: who answers meanwhile either is not written to, or has the letter dropped after us."""
    offers = SeatOffer.objects.select_for_update(of=["self"], no_key=True).filter(outcome=waiting.OPEN)
    named = ("choice", "request__learner", "request__group__leader", "run__version", "run__place__parent")
    offer = offers.select_related(*named).filter(pk=offer_id).first()
    if offer is None:
        return False
    people = 1 + waiting.answered_with(offer).count()
    offering.tell(offer, MessageKind.SEAT_OFFER_ENDING, people=people, now=now)
    return True


def _raise(choices: list[WaitingChoice]) -> None:
    """Give choices the usual class for their own; those of a group, which stand in line with one turn, stand in it."""
    for choice in choices:
        WaitingChoice.objects.filter(pk=choice.pk).update(priority=Priority.USUAL, own_priority=Priority.USUAL)
        if group_id := choice.request.group_id:
            in_line = WaitingChoice.objects.filter(run=choice.run_id, request__group=group_id, ended_at__isnull=True)
            in_line.update(priority=Priority.USUAL)


def _close(run: CourseRun, now: datetime) -> None:
    """End the line of a run nobody can enrol in any more; tell those who stood in it, and who spoke for them."""
    for offer in SeatOffer.objects.filter(run=run, outcome=waiting.OPEN).select_related("choice", "request"):
        offering.close_offer(offer, OfferOutcome.WITHDRAWN, now=now)
    choices = list(waiting.line(run).select_related("request__learner", "request__group__leader"))
    offering.end_choices(choices, WaitingEnd.CLOSED, now=now)
    offering.regroup([choice.request for choice in choices], now=now)
    drafts = [
        message.Draft(
            recipient=leader,
            key=f"waiting_closed:{run.pk}:leader{leader.pk}:",
            data=emails.waiting_closed(leader, run, people=people),
            address=message.phone_of(leader),
        )
        for leader, people in group.spoken_for(choices)
    ]
    drafts += [
        message.Draft(
            recipient=choice.request.learner,
            key=f"waiting_closed:{choice.pk}:",
            data=emails.waiting_closed(choice.request.learner, run),
            address=message.phone_of(choice.request.learner),
        )
        for choice in choices
    ]
    message.queue_all(kind=MessageKind.WAITING_CLOSED, drafts=drafts, now=now)
