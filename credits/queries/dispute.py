"""Questions about disputes: a learner's, an organisation's, the curators', and what everybody may know of them."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import (
    Aggregate,
    Case,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    FloatField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import TruncDate
from django.utils import timezone

from credits.choices import DisputeState
from credits.models import Dispute
from learners.models import Learner, Organization
from learners.permissions import Actor

IN_FULL = ("learner", "organization", "answered_by", "answered_for", "entry__reverses")


class Median(Aggregate):
    """The value in the middle; of an even number of values, the mean of the two there."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def of_learner(learner: Learner) -> QuerySet[Dispute]:
    """Return the learner's own disputes, newest first."""
    return Dispute.objects.filter(learner=learner).select_related(*IN_FULL).order_by("-opened_at", "-pk")


def open_about(learner: Learner, *, entry_id: int) -> Dispute | None:
    """Return the learner's open dispute about an entry, or None."""
    return Dispute.objects.filter(learner=learner, entry=entry_id, state=DisputeState.OPEN).first()


def of_organization(organization: Organization, *, actor: Actor, today: date) -> QuerySet[Dispute]:
    """
    Return what is reported about lines the organization stands behind, each with its ``age``, less the actor's own.

    What waits for it comes first, the nearest date on top; then what is with the curators; then what has ended.
    """
    return (
        Dispute.objects.filter(organization=organization)
        .exclude(learner=actor.pk)
        .select_related(*IN_FULL)
        .annotate(age=ExpressionWrapper(Value(today) - TruncDate("opened_at"), output_field=DurationField()))
        .order_by(
            Case(
                When(state=DisputeState.OPEN, escalated_at__isnull=True, then=0),
                When(state=DisputeState.OPEN, then=1),
                default=2,
            ),
            Case(When(state=DisputeState.OPEN, then=F("due_on"))),
            "-opened_at",
            "-pk",
        )
    )


def for_review() -> QuerySet[Dispute]:
    """Return every dispute, for the curators."""
    return Dispute.objects.select_related(*IN_FULL)


def waiting_for(organization: Organization, *, actor: Actor) -> int:
    """Return how many reports this manager of the organization could answer."""
    waiting = Dispute.objects.filter(organization=organization, state=DisputeState.OPEN, escalated_at__isnull=True)
    return waiting.exclude(learner=actor.pk).count()


def escalated() -> int:
    """Return how many open reports are with the curators."""
    return Dispute.objects.filter(state=DisputeState.OPEN, escalated_at__isnull=False).count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """What everybody may know: numbers, of all reports or of those opened since a day."""

    opened: int
    answered: int
    withdrawn: int
    waiting: int
    overdue: int  # of those waiting
    answered_in_time: int
    upheld: int  # of those answered, in full or in part
    median_working_days: float | None  # from the report to its answer; None before the first answer

    @property
    def judged(self) -> int:
        """How many can be said to have been answered in time, or not."""
        return self.answered + self.overdue

    @property
    def percent_in_time(self) -> int | None:
        """Return the whole percentage of those answered in time, rounded down; None while there is none to judge."""
        return 100 * self.answered_in_time // self.judged if self.judged else None


def statistics(*, now: datetime, since: date | None = None) -> Statistics:
    """Return the numbers of reports opened on or after ``since``, or of all; one query."""
    today = timezone.localdate(now)
    disputes = Dispute.objects.annotate(
        opened_on=TruncDate("opened_at"), answered_on=TruncDate("answered_at")
    )  # days of Viet Nam
    if since is not None:
        disputes = disputes.filter(opened_on__gte=since)
    is_answered, is_open = Q(state=DisputeState.ANSWERED), Q(state=DisputeState.OPEN)
    return Statistics(
        **disputes.aggregate(
            opened=Count("pk"),
            answered=Count("pk", filter=is_answered),
            withdrawn=Count("pk", filter=Q(state=DisputeState.WITHDRAWN)),
            waiting=Count("pk", filter=is_open),
            overdue=Count("pk", filter=is_open & Q(due_on__lt=today)),
            answered_in_time=Count("pk", filter=is_answered & Q(answered_on__lte=F("due_on"))),
            upheld=Count("pk", filter=is_answered & Q(outcome__in=("UPHELD", "PARTLY"))),
            median_working_days=Median("answered_after_days"),
        )
    )
