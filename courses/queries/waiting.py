"""Questions about waiting lists: who is next, how many wait, what a learner waits for, whether all is in order."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat
from django.utils import timezone

from courses.models import CourseRun, Enrollment, RunInstructor, SeatOffer, WaitingChoice, WaitingRequest
from courses.models.enrollment import SEAT_HOLDING
from courses.queries.catalog import still_open, visible_runs
from courses.queries.seats import with_seats
from courses.rules import OFFER_ENDING_BEFORE
from learners.models import Learner, Message

OPEN = ""  # the outcome of an offer that has not been answered


def line(run: CourseRun) -> QuerySet[WaitingChoice]:
    """Return the open choices of a run in the order of its line; those a seat is kept for stand in it too."""
    return WaitingChoice.objects.filter(run=run, ended_at__isnull=True).order_by("turn")


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
    """Return those of the line a free seat would be offered to now, the next one first."""
    return WaitingChoice.objects.filter(_is_next(), run=run).select_related("request__learner").order_by("turn")


def open_request(learner: Learner, course_id: int) -> WaitingRequest | None:
    return WaitingRequest.objects.filter(learner=learner, course=course_id, ended_at__isnull=True).first()


def stands_in_line(learner: Learner, run: CourseRun) -> bool:
    return line(run).filter(request__learner=learner).exists()


def offered_to(learner: Learner, run: CourseRun, *, now: datetime) -> SeatOffer | None:
    """Return the offer that keeps a seat of this run for the learner at ``now``, or None."""
    return SeatOffer.objects.filter(request__learner=learner, run=run, outcome=OPEN, expires_at__gt=now).first()


def others_of(offer: SeatOffer) -> list[WaitingChoice]:
    """Return what the learner of an offer waits for beside its run, in the order of choosing."""
    choices = WaitingChoice.objects.filter(request=offer.request_id, ended_at__isnull=True).exclude(run=offer.run_id)
    return list(choices.select_related("run__place").order_by("pk"))


def place_in_line(choice: WaitingChoice) -> int:
    """Return the place of a choice in its line, 1 for the next one: those a seat is kept for are not before it."""
    before = line(choice.run).filter(turn__lt=choice.turn)
    return before.exclude(offers__outcome=OPEN).count() + 1


def runs_waited_for(course_id: int) -> list[int]:
    """Return the ids of the runs of a course that somebody waits for."""
    waiting = WaitingChoice.objects.filter(run__version__course=course_id, ended_at__isnull=True)
    return sorted(set(waiting.values_list("run", flat=True)))


def courses_to_look_after(*, now: datetime, limit: int) -> list[int]:
    """
    Return the ids of the courses whose lists have something to be done at ``now``.

    An offer is over, a run has closed, or a seat is free while somebody is next. Three queries.
    """
    over = SeatOffer.objects.filter(outcome=OPEN, expires_at__lte=now).values_list("request__course", flat=True)
    today = timezone.localdate(now)
    open_choices = WaitingChoice.objects.filter(ended_at__isnull=True)
    closed = open_choices.filter(
        Q(run__cancelled_at__isnull=False) | Q(run__enrollment_closes_at__lte=now) | Q(run__ends_on__lt=today)
    ).values_list("request__course", flat=True)
    return list(
        {*over[:limit], *closed[:limit], *_with_a_free_seat(now).values_list("version__course", flat=True)[:limit]}
    )


def ending(*, now: datetime, limit: int) -> list[int]:
    """Return the ids of the open offers that end soon and were made long enough before, and not written about yet."""
    written = Message.objects.filter(
        deduplication_key=Concat(Value("seat_offer_ending:"), OuterRef("pk"), Value(":"), output_field=TextField())
    )
    offers = SeatOffer.objects.filter(
        ~Exists(written),
        outcome=OPEN,
        expires_at__gt=now,
        expires_at__lte=now + OFFER_ENDING_BEFORE,
        offered_at__lte=F("expires_at") - 2 * OFFER_ENDING_BEFORE,
    )
    return list(offers.order_by("expires_at", "pk").values_list("pk", flat=True)[:limit])


def _with_a_free_seat(now: datetime) -> QuerySet[CourseRun]:
    """Return the open runs that have a seat free while somebody is next in their line."""
    next_one = WaitingChoice.objects.filter(_is_next(), run=OuterRef("pk"))
    runs = visible_runs(None).filter(still_open(now=now), Exists(next_one), enrollment_opens_at__lte=now)
    return with_seats(runs).filter(Q(seats_left__gt=0) | Q(seats_max__isnull=True))


# Whether all is in order


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something in the waiting lists that should not be so, once nobody has done anything for a minute."""

    rule: str
    run_ids: list[int]


def audit(*, now: datetime) -> list[Finding]:
    """Return what is wrong with seats and lists at ``now``, nothing when all is well; four queries."""
    oversold = with_seats(CourseRun.objects.all()).filter(seats_left__lt=0)
    late = SeatOffer.objects.filter(outcome=OPEN, expires_at__lte=now)
    kept_and_held = SeatOffer.objects.filter(
        outcome=OPEN,
        run__enrollments__learner=F("request__learner"),
        run__enrollments__state__in=SEAT_HOLDING,
    )
    findings = {
        "more held and offered than seats": oversold.values_list("pk", flat=True),
        "a seat free while somebody is next": _with_a_free_seat(now).values_list("pk", flat=True),
        "an offer that is over": late.values_list("run", flat=True),
        "a seat kept for somebody who has one": kept_and_held.values_list("run", flat=True),
    }
    return [Finding(rule=rule, run_ids=sorted(set(ids))) for rule, ids in findings.items() if ids]
