"""Questions about requests for a place: whose they are, which wait for whom, what is overdue."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from courses.choices import Coming, PlaceDecision
from courses.models import CourseRun, Enrollment, PlaceRequest
from courses.queries import attendance, terms
from courses.rules import (
    APPROVAL_CURATORS_AFTER,
    APPROVAL_REMINDED_BEFORE,
    APPROVAL_ROOM,
    COMING_UNDO,
    PLACE_ANSWERS_SHOWN,
)
from learners.choices import Role
from learners.models import Learner, Organization
from learners.permissions import roles_of
from learners.queries import organization as organizations

OPEN = ""  # the outcome of a request that has not been decided


def of_learner(learner: Learner) -> QuerySet[PlaceRequest]:
    """Return a learner's own requests, newest first, with what their page names."""
    requests = PlaceRequest.objects.filter(learner=learner)
    return requests.select_related("run__version__course__provider", "run__place__parent", "run__terms").order_by(
        "-asked_at", "-pk"
    )


def open_request(learner: Learner, run: CourseRun) -> PlaceRequest | None:
    return PlaceRequest.objects.filter(learner=learner, run=run, outcome=OPEN).first()


def asks_in(learner: Learner, course_id: int) -> bool:
    return PlaceRequest.objects.filter(learner=learner, run__version__course=course_id, outcome=OPEN).exists()


def newest(learner: Learner, run: CourseRun) -> PlaceRequest | None:
    """Return the last request of a learner for a place in a run, however it ended; one query."""
    return PlaceRequest.objects.filter(learner=learner, run=run).order_by("-pk").first()


def is_approved(learner: Learner, run: CourseRun, *, now: datetime) -> bool:
    """
    Return whether a yes of the organization still stands: whoever gives up the place it led to asks again.

    While a no to "are you still coming?" may be taken back the place is not given up for good.
    """
    may_be_undone = Q(coming_question__answer=Coming.NO, coming_question__answered_at__gt=now - COMING_UNDO)
    given_up = Enrollment.objects.filter(run=run, learner=learner, withdrawn_at__gt=OuterRef("decided_at")).exclude(
        Q(withdrawn_by=None) & may_be_undone
    )
    approved = PlaceRequest.objects.filter(learner=learner, run=run, outcome=PlaceDecision.APPROVED)
    return approved.filter(~Exists(given_up)).exists()


def asks_for_approval(run: CourseRun) -> bool:
    """Return whether the organization decides who comes."""
    asked = terms.terms_of(run)
    return asked is not None and asked.approval_days is not None


def due(run: CourseRun, *, now: datetime) -> datetime:
    """
    Return when a request made at ``now`` is due: after the days of the terms, and well before enrolment closes.

    Before the close there is time for managers and then curators to answer what is overdue: ``APPROVAL_ROOM``, or half
    of the time there is.
    """
    asked = terms.terms_of(run)
    assert asked is not None
    assert asked.approval_days is not None
    until = now + timedelta(days=asked.approval_days)
    if (closes := run.enrollment_closes_at) is None:
        return until
    return min(until, max(closes - APPROVAL_ROOM, now + (closes - now) / 2))


def is_for_the_curators(request: PlaceRequest, *, now: datetime) -> bool:
    """Return whether a request has been overdue for so long, or for half of the time until enrolment closes."""
    closes = request.run.enrollment_closes_at
    is_late = closes is not None and closes - now <= now - request.due_at
    return is_late or request.due_at <= now - APPROVAL_CURATORS_AFTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A request as who decides reads it."""

    request: PlaceRequest
    days: int  # it has waited, begun ones not counted
    is_overdue: bool
    may_decide: bool  # the reader


def may_decide(actor: Learner, request: PlaceRequest) -> bool:
    """
    Return whether the actor decides: who keeps the roster, never about themself; once it has gone there, a curator.

    Where two decide, the second is a manager and another person.
    """
    if actor.pk == request.learner_id:
        return False
    provider = request.run.version.course.provider
    roles = roles_of(actor, provider)
    if request.escalated_at is not None and actor.is_staff and actor.is_active and not roles:
        return request.first_by_id != actor.pk
    if not attendance.runs_staffed_by(actor).filter(pk=request.run_id).exists():
        return False
    return request.first_by_id is None or (request.first_by_id != actor.pk and Role.MANAGER in roles)


def waiting_in(run: CourseRun, *, actor: Learner, now: datetime) -> list[Waiting]:
    """Return the open requests of a run in the order of asking, and which of them the actor decides on; two queries."""
    requests = PlaceRequest.objects.filter(run=run, outcome=OPEN).select_related("learner", "first_by").order_by("turn")
    roles = roles_of(actor, run.version.course.provider)
    return [
        Waiting(
            request=request,
            days=(now - request.asked_at).days,
            is_overdue=request.due_at <= now,
            may_decide=actor.pk not in (request.learner_id, request.first_by_id)
            and (request.first_by_id is None or Role.MANAGER in roles),
        )
        for request in requests
    ]


def open_in(run: CourseRun) -> int:
    """Return how many requests of a run wait for a decision; no query where nobody decides any more and none was."""
    return PlaceRequest.objects.filter(run=run, outcome=OPEN).count() if terms.terms_of(run) else 0


def of_run(run: CourseRun) -> QuerySet[PlaceRequest]:
    requests = PlaceRequest.objects.filter(run=run)
    return requests.select_related("learner", "first_by", "run__version__course__provider", "run__terms")


def unanswered(provider: Organization) -> QuerySet[PlaceRequest]:
    """Return the open requests in the classes of an organization, first due first."""
    requests = PlaceRequest.objects.filter(run__version__course__provider=provider, outcome=OPEN)
    return requests.select_related("run__version").order_by("due_at", "pk")


def to_show(learner: Learner, *, now: datetime) -> list[PlaceRequest]:
    """
    Return what a learner has asked for and is not decided, first due first, and what they were lately not given.

    The answer stands on their page too: not everybody has an address a letter reaches. One query.
    """
    lately = Q(outcome__in=(PlaceDecision.REFUSED, PlaceDecision.CLOSED), decided_at__gt=now - PLACE_ANSWERS_SHOWN)
    asked = PlaceRequest.objects.filter(Q(outcome=OPEN) | lately, learner=learner)
    return list(asked.select_related("run__version__course").order_by("due_at", "pk"))


def has_place(request: PlaceRequest) -> bool:
    """Return whether who asked has a place in the run by now."""
    return Enrollment.objects.holding_seat().filter(run=request.run_id, learner=request.learner_id).exists()


def with_the_curators() -> QuerySet[PlaceRequest]:
    return PlaceRequest.objects.filter(outcome=OPEN, escalated_at__isnull=False)


def escalated() -> int:
    return with_the_curators().count()


def is_to_be_reminded(request: PlaceRequest, *, now: datetime) -> bool:
    """Return whether who decides is reminded by ``now``: a day before it is due, of a short term after half of it."""
    half_is_over = request.due_at - now <= now - request.asked_at
    return request.reminded_at is None and request.due_at <= now + APPROVAL_REMINDED_BEFORE and half_is_over


def to_look_after(*, now: datetime, limit: int) -> list[int]:
    """Return the ids of the open requests with which something is to be done at ``now``, first due first."""
    run_is_over = (
        Q(run__cancelled_at__isnull=False)
        | Q(run__enrollment_closes_at__lte=now)
        | Q(run__ends_on__lt=timezone.localdate(now))
    )
    seated = Enrollment.objects.holding_seat().filter(run=OuterRef("run"), learner=OuterRef("learner"))
    nobody_asks = Q(learner__closed_at__isnull=False) | Q(learner__merged_into__isnull=False)
    to_be_done = (
        run_is_over
        | nobody_asks
        | Q(Exists(seated))
        | Q(reminded_at__isnull=True, due_at__lte=now + APPROVAL_REMINDED_BEFORE, left__lte=F("gone"))
        | Q(managers_told_at__isnull=True, due_at__lte=now)
        | Q(escalated_at__isnull=True, due_at__lte=now - APPROVAL_CURATORS_AFTER)
        | Q(escalated_at__isnull=True, due_at__lte=now, until_close__lte=F("overdue"))
    )
    left = ExpressionWrapper(F("due_at") - Value(now), DurationField())
    gone = ExpressionWrapper(Value(now) - F("asked_at"), DurationField())
    until_close = ExpressionWrapper(F("run__enrollment_closes_at") - Value(now), DurationField())
    overdue = ExpressionWrapper(Value(now) - F("due_at"), DurationField())
    known = {"left": left, "gone": gone, "until_close": until_close, "overdue": overdue}
    requests = PlaceRequest.objects.annotate(**known).filter(to_be_done, outcome=OPEN)
    return list(requests.order_by("due_at", "pk").values_list("pk", flat=True)[:limit])


def deciders(request: PlaceRequest) -> list[Learner]:
    """
    Return who is written to about a request: those who teach the class, or its managers where nobody does.

    For the second yes: the managers but the one who gave the first.
    """
    teaching = request.run.instructors.filter(is_active=True).exclude(pk=request.learner_id).order_by("pk")
    if request.first_by_id is None and (people := list(teaching)):
        return people
    return [each for each in managers(request.run) if each.pk not in (request.learner_id, request.first_by_id)]


def managers(run: CourseRun) -> QuerySet[Learner]:
    return organizations.members(run.version.course.provider, roles=(Role.MANAGER,))


def curators(run: CourseRun) -> QuerySet[Learner]:
    """Return the people of the curators' desk who do not belong to the organization."""
    desk = Learner.objects.filter(is_active=True, is_staff=True, merged_into__isnull=True)
    return desk.exclude(pk__in=organizations.members(run.version.course.provider)).order_by("pk")
