"""
Offering free seats to those who wait, in the order of the line; the innermost part of every act that frees a seat.

Whoever calls has locked the course and then the runs (``lock_line``): all that happens in the lines of a course happens
one after the other, so nobody who stands in several of them is offered two seats. The seats of a group are offered
together; who speaks for it is written to and answers for all.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import F

from courses import emails
from courses.actions import obstacle
from courses.choices import OfferOutcome, PlaceDecision, WaitingEnd
from courses.models import Course, CourseRun, EnrollmentGroup, PlaceRequest, SeatOffer, WaitingChoice, WaitingRequest
from courses.queries import group, offer_term, seats, waiting
from learners.actions import message
from learners.choices import MessageKind
from learners.models import Learner


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

    Return the ids of the other runs in which a seat was kept for them: it is free again. Whoever calls does
    ``regroup``, once all who take a seat now have ended theirs.
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


def let_go_alone(requests: Collection[WaitingRequest], *, now: datetime) -> None:
    """
    Let people of a group wait on alone, with its turn, in their own class, and tell them.

    Seats kept for them are free again: whoever calls offers what is free, to them alone when it is their turn.
    """
    keys = [request.pk for request in requests]
    with_group = WaitingRequest.objects.filter(pk__in=keys, group__isnull=False).select_related("group__leader")
    leaders = {
        each.pk: each.group.leader for each in with_group if each.group and each.group.leader_id != each.learner_id
    }
    for offer in SeatOffer.objects.filter(request__in=keys, outcome=waiting.OPEN).select_related("choice", "request"):
        close_offer(offer, OfferOutcome.WITHDRAWN, now=now)
    part(requests, now=now)
    for request in WaitingRequest.objects.filter(pk__in=keys).select_related("learner").order_by("pk"):
        choices = request.choices.filter(ended_at__isnull=True).select_related("run__version__course", "run__place")
        message.queue(
            kind=MessageKind.WAITING_JOINED,
            key=f"waiting_joined:alone{request.pk}:",
            data=emails.waiting_joined(request, list(choices.order_by("pk")), leader=leaders.get(request.pk)),
            recipient=request.learner,
            now=now,
        )


def part(requests: Collection[WaitingRequest], *, now: datetime) -> None:
    """Make each of these wait alone: with the turn of their group, in the class that is their own."""
    alone = [request.pk for request in requests]
    WaitingRequest.objects.filter(pk__in=alone).update(group=None)
    borrowed = WaitingChoice.objects.filter(request__in=alone, ended_at__isnull=True, priority__lt=F("own_priority"))
    borrowed.update(priority=F("own_priority"))
    for group_id in sorted({request.group_id for request in requests if request.group_id is not None}):
        stand_as_those_left(group_id, now=now)


def stand_as_those_left(group_id: int, *, now: datetime) -> None:
    """
    Let those who still wait with a group stand, in each line, in the best class of them.

    One is no group: who is left alone, came by their own yes and has no seat kept for them waits alone, and is told if
    another answered for them so far.
    """
    choices = WaitingChoice.objects.filter(request__group=group_id, ended_at__isnull=True)
    left = list(choices.select_related("request__group").order_by("pk"))
    best = {
        run_id: min(each.own_priority for each in left if each.run_id == run_id) for run_id in {c.run_id for c in left}
    }
    for choice in left:
        if choice.priority != best[choice.run_id]:
            WaitingChoice.objects.filter(pk=choice.pk).update(priority=best[choice.run_id])
    requests = {choice.request_id: choice.request for choice in left}
    if len(requests) != 1:
        return
    [one] = requests.values()
    if one.offers.filter(outcome=waiting.OPEN).exists() or not group.came_by_themself(one):
        return
    EnrollmentGroup.objects.filter(pk=group_id).update(split_at=now)
    if group.speaker(one).pk == one.learner_id:
        part([one], now=now)
    else:
        let_go_alone([one], now=now)


def regroup(ended: Iterable[WaitingRequest | None], *, now: datetime) -> None:
    """Let those who still wait with the groups of requests of which something ended stand as those left."""
    groups = {request.group_id for request in ended if request is not None}
    for group_id in sorted(key for key in groups if key is not None):
        stand_as_those_left(group_id, now=now)


def end_asked(learner_ids: Collection[int], run: CourseRun, *, now: datetime) -> int:
    """End what these learners asked the organization for in a locked run: they have a place in it now. Idempotent."""
    asked = PlaceRequest.objects.filter(run=run, learner__in=learner_ids, outcome="")
    return asked.update(outcome=PlaceDecision.HAS_PLACE, decided_at=now)


def tell_passed_on(offers: Collection[SeatOffer], *, by: Learner, now: datetime) -> None:
    """Tell those of a group who came to it by their own yes that another has passed their seats on."""
    drafts = [
        message.Draft(
            recipient=offer.request.learner,
            key=f"seats_passed_on:{offer.pk}:",
            data=emails.seats_passed_on(offer, by=by, still=waiting.others_of(offer)),
        )
        for offer in offers
        if offer.request.learner_id != by.pk and group.came_by_themself(offer.request)
    ]
    message.queue_all(kind=MessageKind.SEATS_PASSED_ON, drafts=drafts, now=now)


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
            address=message.phone_of(recipient),
            now=now,
        )
