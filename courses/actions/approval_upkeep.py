"""What is done about requests for a place by the clock: who decides is reminded, what is overdue goes on, ends come."""

from datetime import datetime

from django.db import transaction

from courses.actions import approval, offering
from courses.choices import PlaceDecision
from courses.models import PlaceRequest
from courses.queries import place_request as queries
from courses.rules import PLACE_REQUESTS_PER_BATCH
from learners.actions import one_by_one


def look_after(*, now: datetime) -> int:
    """
    Look after every open request that asks for it; return how many were. Safe to run as often as one likes.

    :raises one_by_one.SomeFailed: when all have been tried; one that fails holds up no other.
    """
    keys = queries.to_look_after(now=now, limit=PLACE_REQUESTS_PER_BATCH)
    return one_by_one.each(keys, lambda key: tend(key, now=now), what="requests for a place")


@transaction.atomic
def tend(request_id: int, *, now: datetime) -> bool:
    """
    Bring one request up to ``now``: reminded before it is due, then with the managers, then with the curators.

    One whose class takes nobody any more is closed, and its learner told; so ends, with nothing to tell, what somebody
    asked who has a place by now (accounts became one), or whose account is closed or has become another. Idempotent;
    False when it is decided already.
    """
    run_id = PlaceRequest.objects.values_list("run", flat=True).get(pk=request_id)
    run = offering.lock_runs([run_id])[run_id]
    open_ones = PlaceRequest.objects.select_for_update(of=["self"], no_key=True).filter(outcome=queries.OPEN)
    request = open_ones.select_related("learner", "first_by").filter(pk=request_id).first()
    if request is None:
        return False
    request.run = run
    if queries.has_place(request):
        return bool(offering.end_asked([request.learner_id], run, now=now))
    if request.learner.closed_at is not None or request.learner.merged_into_id is not None:
        approval.close(request, PlaceDecision.WITHDRAWN, now=now)
        return True
    if run.cancelled_at is not None or run.has_closed(now=now):
        approval.tell_refused(approval.close(request, PlaceDecision.CLOSED, now=now), now=now)
        return True
    if queries.is_to_be_reminded(request, now=now):
        request.reminded_at = now
        if now < request.due_at:
            approval.tell_deciders(request, stage="soon", now=now)
    if request.managers_told_at is None and request.due_at <= now:
        request.managers_told_at = now
        approval.tell_deciders(request, stage="overdue", now=now, people=list(queries.managers(run)))
    if request.escalated_at is None and request.due_at <= now and queries.is_for_the_curators(request, now=now):
        request.escalated_at = now
        approval.tell_deciders(request, stage="curators", now=now, people=list(queries.curators(run)))
    request.save(update_fields=["reminded_at", "managers_told_at", "escalated_at"])
    return True
