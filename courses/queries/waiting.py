"""Questions about waiting lists: who is next, how many wait, what a learner waits for, whether all is in order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from courses.choices import OfferOutcome, Priority
from courses.models import CourseRun, Enrollment, RunInstructor, SeatOffer, WaitingChoice, WaitingRequest
from courses.models.enrollment import SEAT_HOLDING
from courses.queries import no_show
from courses.queries.catalog import still_open, visible_runs
from courses.queries.seats import with_seats
from courses.rules import OFFER_ENDING_BEFORE
from learners.models import Learner, Message

OPEN = ""  # the outcome of an offer that has not been answered


def line(run: CourseRun) -> QuerySet[WaitingChoice]:
    """Return the open choices of a run in the order of its line; those a seat is kept for stand in it too."""
    return WaitingChoice.objects.filter(run=run, ended_at__isnull=True).order_by("priority", "turn", "pk")


def _is_next() -> Combinable:
    """
    Return the condition of an open choice a free seat would be offered to.

    Passed over, and keeping their place: who is offered a seat already, who has one in this run, who teaches it, whose
    account is closed or has become another.
    """
    offered = SeatOffer.objects.filter(request=OuterRef("request"), outcome=OPEN)
    seated = Enrollment.objects.filter(
        run=OuterRef("run"), learner=OuterRef("request__learner"), state__in=SEAT_HOLDING
    )
    teaches = RunInstructor.objects.filter(run=OuterRef("run"), learner=OuterRef("request__learner"))
    return (
        Q(ended_at__isnull=True, request__learner__is_active=True, request__learner__merged_into__isnull=True)
        & ~Exists(offered)
        & ~Exists(seated)
        & ~Exists(teaches)
    )


def eligible(run: CourseRun) -> QuerySet[WaitingChoice]:
    """Return those of the line a free seat would be offered to now, groups aside, the next one first."""
    choices = WaitingChoice.objects.filter(_is_next(), run=run)
    return choices.select_related("request__learner", "request__group__leader").order_by("priority", "turn", "pk")


def together(choices: Iterable[WaitingChoice]) -> list[list[WaitingChoice]]:
    """
    Return choices in the order of a line as those who are offered seats at once: one, or a group.

    Who has left a group to wait alone keeps its turn and may stand between two of it.
    """
    units: dict[tuple[int, int], list[WaitingChoice]] = {}
    for choice in choices:
        units.setdefault((choice.turn, choice.request.group_id or -choice.request_id), []).append(choice)
    return list(units.values())


def next_ones(run: CourseRun, *, left: int | None, besides: Learner | None = None) -> list[WaitingChoice]:
    """
    Return those so many free seats (None: no limit) would be offered to now, in the order of the line.

    A group is passed over where fewer seats are left than it needs, and keeps its place: those after it are next.
    One query where no group is among the first, two otherwise.
    """
    if left is not None and left <= 0:
        return []
    waiting = eligible(run) if besides is None else eligible(run).exclude(request__learner=besides)
    first = list(waiting if left is None else waiting[:left])
    if left is None or not any(choice.request.group_id for choice in first):
        return first
    chosen: list[WaitingChoice] = []
    for unit in together(waiting):
        if len(unit) <= left - len(chosen):
            chosen += unit
    return chosen


def open_request(learner: Learner, course_id: int) -> WaitingRequest | None:
    return WaitingRequest.objects.filter(learner=learner, course=course_id, ended_at__isnull=True).first()


def stands_in_line(learner: Learner, run: CourseRun) -> bool:
    return line(run).filter(request__learner=learner).exists()


def offered_to(learner: Learner, run: CourseRun, *, now: datetime) -> SeatOffer | None:
    """Return the offer that keeps a seat of this run for the learner at ``now``, or None."""
    return SeatOffer.objects.filter(request__learner=learner, run=run, outcome=OPEN, expires_at__gt=now).first()


def answered_with(offer: SeatOffer) -> QuerySet[SeatOffer]:
    """Return the other open offers that are answered with this one: those to the rest of the group, in one line."""
    offers = SeatOffer.objects.filter(outcome=OPEN, run=offer.run_id, choice__turn=offer.choice.turn)
    return offers.filter(request__group=offer.request.group_id).exclude(pk=offer.pk).order_by("pk")


def stands_in(offer: SeatOffer) -> SeatOffer | None:
    """Return the open offer of a group that answers for one whose member has left or gone alone; None otherwise."""
    if offer.outcome not in (OfferOutcome.WITHDRAWN, OfferOutcome.ACCEPTED) or offer.request.group_id is None:
        return None
    return answered_with(offer).first()


def answered_as(offer: SeatOffer) -> str:
    """Return what an offer is in the keys of its letters; the same for all of a group, whose turn is of nobody else."""
    return f"turn{offer.choice.turn}" if offer.request.group_id else str(offer.pk)


def key_of_offer(offer: SeatOffer) -> str:
    """Return the key under which who answers an offer is told of it, once."""
    return f"seat_offered:{answered_as(offer)}:"


def others_of(offer: SeatOffer) -> list[WaitingChoice]:
    """Return what the learner of an offer waits for beside its run, in the order of choosing."""
    choices = WaitingChoice.objects.filter(request=offer.request_id, ended_at__isnull=True).exclude(run=offer.run_id)
    return list(choices.select_related("run__place").order_by("pk"))


def place_in_line(choice: WaitingChoice) -> int:
    """Return the place of a choice in its line, 1 for the next one: those a seat is kept for are not before it."""
    before = line(choice.run).filter(
        Q(priority__lt=choice.priority) | Q(priority=choice.priority, turn__lt=choice.turn)
    )
    return before.exclude(offers__outcome=OPEN).count() + 1


def runs_waited_for(course_id: int) -> list[int]:
    """Return the ids of the runs of a course that somebody waits for."""
    waiting = WaitingChoice.objects.filter(run__version__course=course_id, ended_at__isnull=True)
    return sorted(set(waiting.values_list("run", flat=True)))


def courses_to_look_after(*, now: datetime, limit: int) -> list[int]:
    """
    Return the ids of the courses whose lists have something to be done at ``now``.

    An offer is over, a run has closed, somebody's class is the usual one again, or a seat is free while somebody is
    next. Four queries, six while somebody's class is not the usual one.
    """
    over = SeatOffer.objects.filter(outcome=OPEN, expires_at__lte=now).values_list("request__course", flat=True)
    today = timezone.localdate(now)
    open_choices = WaitingChoice.objects.filter(ended_at__isnull=True)
    closed = open_choices.filter(
        Q(run__cancelled_at__isnull=False) | Q(run__enrollment_closes_at__lte=now) | Q(run__ends_on__lt=today)
    ).values_list("request__course", flat=True)
    raised = {choice.request.course_id for choice in to_raise(now=now)[:limit]}
    return list(
        {
            *over[:limit],
            *closed[:limit],
            *raised,
            *_with_a_free_seat(now).values_list("version__course", flat=True)[:limit],
        }
    )


def to_raise(*, now: datetime, course_id: int | None = None) -> list[WaitingChoice]:
    """Return the open choices, of one course or of all, whose learner's own class is the usual one again at ``now``."""
    later = WaitingChoice.objects.filter(ended_at__isnull=True, own_priority=Priority.LATER)
    if course_id is not None:
        later = later.filter(request__course=course_id)
    choices = list(later.select_related("request").order_by("pk"))
    now_like = no_show.standings({choice.request.learner_id for choice in choices}, now=now) if choices else {}
    return [each for each in choices if now_like[each.request.learner_id].priority == Priority.USUAL]


def ending(*, now: datetime, limit: int) -> list[int]:
    """
    Return the ids of the open offers that end soon and were made long enough before, and not written about yet.

    Of a group's the first one.
    """
    key = Case(
        When(request__group__isnull=False, then=Concat(Value("turn"), "choice__turn", output_field=TextField())),
        default=Cast("pk", TextField()),
    )
    written = Message.objects.filter(
        deduplication_key=Concat(Value("seat_offer_ending:"), OuterRef("key"), Value(":"), output_field=TextField())
    )
    before = SeatOffer.objects.filter(
        outcome=OPEN, request__group=OuterRef("request__group"), choice__turn=OuterRef("choice__turn")
    ).filter(pk__lt=OuterRef("pk"))
    offers = SeatOffer.objects.annotate(key=key).filter(
        ~Exists(written),
        ~Exists(before),
        outcome=OPEN,
        expires_at__gt=now,
        expires_at__lte=now + OFFER_ENDING_BEFORE,
        offered_at__lte=F("expires_at") - 2 * OFFER_ENDING_BEFORE,
    )
    return list(offers.order_by("expires_at", "pk").values_list("pk", flat=True)[:limit])


def _with_a_free_seat(now: datetime) -> QuerySet[CourseRun]:
    """Return the open runs that have a seat free while somebody is next in their line, or enough for a group."""
    next_one = WaitingChoice.objects.filter(_is_next(), run=OuterRef("pk"))
    of_group = WaitingChoice.objects.filter(
        _is_next(), run=OuterRef("run"), request__group=OuterRef("request__group")
    ).order_by()
    needs = Subquery(of_group.values("request__group").annotate(n=Count("pk")).values("n"))
    fits = next_one.filter(request__group__isnull=False).annotate(needs=needs).filter(needs__lte=OuterRef("seats_left"))
    runs = visible_runs(None).filter(still_open(now=now), Exists(next_one), enrollment_opens_at__lte=now)
    return with_seats(runs).filter(
        Q(seats_max__isnull=True) | Q(seats_left__gt=0) & (Exists(next_one.filter(request__group=None)) | Exists(fits))
    )


# Whether all is in order


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something in the waiting lists that should not be so, once nobody has done anything for a minute."""

    rule: str
    run_ids: list[int]


def audit(*, now: datetime) -> list[Finding]:
    """Return what is wrong with seats and lists at ``now``, nothing when all is well; five queries."""
    oversold = with_seats(CourseRun.objects.all()).filter(seats_left__lt=0)
    late = SeatOffer.objects.filter(outcome=OPEN, expires_at__lte=now)
    kept_and_held = SeatOffer.objects.filter(
        outcome=OPEN,
        run__enrollments__learner=F("request__learner"),
        run__enrollments__state__in=SEAT_HOLDING,
    )
    borrowed = WaitingChoice.objects.filter(
        ended_at__isnull=True, request__group__isnull=True, priority__lt=F("own_priority")
    )
    findings = {
        "more held and offered than seats": oversold.values_list("pk", flat=True),
        "a seat free while somebody is next": _with_a_free_seat(now).values_list("pk", flat=True),
        "an offer that is over": late.values_list("run", flat=True),
        "a seat kept for somebody who has one": kept_and_held.values_list("run", flat=True),
        "a class in line that is not their own": borrowed.values_list("run", flat=True),
    }
    return [Finding(rule=rule, run_ids=sorted(set(ids))) for rule, ids in findings.items() if ids]
