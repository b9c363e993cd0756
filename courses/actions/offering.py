"""
Offering free seats to those who wait, in the order of the line; the innermost part of every act that frees a seat.

Whoever calls has locked the course and then the runs (``lock_line``): all that happens in the lines of a course happens
one after the other, so nobody who stands in several of them is offered two seats. The seats of a group are offered
together; who speaks for it is written to and answers for all.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from courses import emails
from courses.actions import obstacle
from courses.choices import OfferOutcome, PlaceDecision, WaitingEnd
from courses.models import Course, CourseRun, PlaceRequest, SeatOffer, WaitingChoice, WaitingRequest
from courses.queries import group, offer_term, seats, waiting
from learners.actions import message
from learners.choices import MessageKind


def lock_line(course_id: int, *, skip_locked: bool = False) -> bool:
    """Lock the waiting lists of a course until the end of the transaction; False only if skipped."""
    courses = Course.objects.select_for_update(no_key=True, skip_locked=skip_locked)
    return courses.filter(pk=course_id).order_by().first() is not None


def lock_runs(ids: Iterable[int]) -> dict[int, CourseRun]:
    """Lock runs in the order of their ids and return them as they then are, with course, provider and place."""
    runs = CourseRun.objects.select_for_update(of=["self"], no_key=True)
    found = (
        runs.select_related("version__course__provider", "place__parent", "terms")
        .filter(pk__in=set(ids))
        .order_by("pk")
    )
    return {run.pk: run for run in found}


def offer_free_seats(run: CourseRun, *, now: datetime) -> int:
    """
    Offer every free seat of a locked run to who is next, tell them, and return how many were offered.

    In one statement, as the database wants it for the seats of a group. A group is told once.
    """
    if obstacle.of_run(run, now=now) is not None:
        return 0
    next_ones = waiting.next_ones(run, left=seats.of_run(run).left)
    until = offer_term.deadline(run, now=now)
    offers = SeatOffer.objects.bulk_create(
        SeatOffer(choice=choice, request=choice.request, run=run, offered_at=now, expires_at=until)
        for choice in next_ones
    )
    offer_of = {offer.choice_id: offer for offer in offers}
    for unit in waiting.together(next_ones):
        tell(offer_of[unit[0].pk], MessageKind.SEAT_OFFERED, people=len(unit), now=now)
    return len(offers)


def tell(offer: SeatOffer, kind: MessageKind, *, people: int, now: datetime) -> None:
    """Write to who answers an offer that stands for so many people: that it is made, or that it ends soon."""
    recipient = group.speaker(offer.request)
    message.queue(
        kind=kind,
        key=f"{kind.lower()}:{waiting.answered_as(offer)}:",
        data=emails.seat_offered(offer, to=recipient, people=people),
        recipient=recipient,
        address=message.phone_of(recipient),
        now=now,
        expires_at=offer.expires_at,
    )


def close_offer(offer: SeatOffer, outcome: OfferOutcome, *, now: datetime) -> None:
    """Write down how an open offer ended; a letter about it that has not left is dropped, if it is of nobody else."""
    offer.outcome, offer.answered_at = outcome, now
    offer.save(update_fields=["outcome", "answered_at"])
    if offer.request.group_id is None or not waiting.answered_with(offer).exists():
        message.drop(key_prefix=f"seat_offered:{waiting.answered_as(offer)}:")
        message.drop(key_prefix=f"seat_offer_ending:{waiting.answered_as(offer)}:")


def end_choices(choices: Collection[WaitingChoice], how: WaitingEnd, *, now: datetime) -> None:
    """End open choices; a request none of whose choices is left ends the same way."""
    WaitingChoice.objects.filter(pk__in=[choice.pk for choice in choices]).update(ended_at=now, ended_how=how)
    still_open = WaitingChoice.objects.filter(ended_at__isnull=True).values("request")
    ended = WaitingRequest.objects.filter(
        pk__in={choice.request_id for choice in choices}, ended_at__isnull=True
    ).exclude(pk__in=still_open)
    ended.update(ended_at=now, ended_how=how)


def end_request(request: WaitingRequest, *, taken: CourseRun, now: datetime) -> list[int]:
    """
    End a request because the learner takes a seat of the run ``taken``.

    Return the ids of the other runs in which a seat was kept for them: it is free again.
    """
    freed = []
    for offer in request.offers.filter(outcome=waiting.OPEN):
        is_taken = offer.run_id == taken.pk and now < offer.expires_at
        close_offer(offer, OfferOutcome.ACCEPTED if is_taken else OfferOutcome.WITHDRAWN, now=now)
        freed += [] if offer.run_id == taken.pk else [offer.run_id]
    choices = request.choices.filter(ended_at__isnull=True)
    choices.filter(run=taken).update(ended_at=now, ended_how=WaitingEnd.TAKEN)
    choices.update(ended_at=now, ended_how=WaitingEnd.ELSEWHERE)
    request.ended_at, request.ended_how = now, WaitingEnd.TAKEN
    request.save(update_fields=["ended_at", "ended_how"])
    return freed


def end_asked(learner_ids: Collection[int], run: CourseRun, *, now: datetime) -> int:
    """End what these learners asked the organization for in a locked run: they have a place in it now. Idempotent."""
    asked = PlaceRequest.objects.filter(run=run, learner__in=learner_ids, outcome="")
    return asked.update(outcome=PlaceDecision.HAS_PLACE, decided_at=now)


def lapse(offer: SeatOffer, *, now: datetime) -> None:
    """
    End an offer whose time is over, and the wait for its run; tell who could have answered, and what is waited for yet.

    Those of a group are ended one by one; who answers for it is told once, and who came to it by themself of their own.
    """
    close_offer(offer, OfferOutcome.LAPSED, now=now)
    end_choices([offer.choice], WaitingEnd.LAPSED, now=now)
    speaker, learner = group.speaker(offer.request), offer.request.learner
    told = {f"seat_offer_lapsed:{waiting.answered_as(offer)}:": speaker}
    if learner != speaker and group.came_by_themself(offer.request):
        told[f"seat_offer_lapsed:{offer.pk}:"] = learner
    for key, recipient in told.items():
        message.queue(
            kind=MessageKind.SEAT_OFFER_LAPSED,
            key=key,
            data=emails.seat_offer_lapsed(offer, to=recipient, still=waiting.others_of(offer)),
            recipient=recipient,
            now=now,
        )
