"""
Waiting lists: who would come to a full class, in which order, and the seats offered to them.

A request is one learner's wish to take part in a course; it stands in the line of one or more of its runs. The line of
a run is the order of its open choices by priority class and turn. One's own class is that of the day of joining: usual,
or after the others for who was absent again and again without a word; while one waits it can only become the usual one.
A group stands in the best class of those who wait with it, and nobody ever behind their own (migration 0076).
Turns are of one sequence and taken under the lock of the course and of the run, so their order is the order of joining;
who first asked the organization for a place keeps the turn of the day they asked. An offer keeps a seat until it is
answered or its time is over; a request has one open offer at most. That no more seats are held and offered than there
are is kept by the database (migration 0030).

Those of a group each have a request of their own that names it. They stand in a line with one turn, so next to each
other; their seats are offered in one statement to all of them, or not at all (migration 0070).
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.choices import OfferOutcome, Priority, WaitingEnd


def _ends_completely(name: str) -> models.CheckConstraint:
    """Return the constraint that an end has a moment and a reason, or neither."""
    return models.CheckConstraint(
        condition=Q(ended_at__isnull=True, ended_how="") | (Q(ended_at__isnull=False) & ~Q(ended_how="")), name=name
    )


class NextTurn(models.Func):
    """The next turn of all lines."""

    template = "nextval('courses_turn')"
    output_field = models.BigIntegerField()


class WaitingRequest(models.Model):
    """One learner who waits for a seat in a course."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="waiting_requests")
    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="waiting_requests")
    # Whom they wait with, of the same course; null: nobody, or nobody any more.
    group = models.ForeignKey(
        "courses.EnrollmentGroup", models.PROTECT, null=True, blank=True, related_name="waiting_requests"
    )
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_how = models.CharField(max_length=10, choices=WaitingEnd.choices, blank=True)

    class Meta:
        verbose_name = _("request for a seat")
        verbose_name_plural = _("requests for a seat")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "course"], condition=Q(ended_at__isnull=True), name="waiting_request_one_open"
            ),
            _ends_completely("waiting_request_end_complete"),
        ]

    def __str__(self) -> str:
        return f"{self.learner}: {self.course}"


class WaitingChoice(models.Model):
    """A run one of whose seats would do."""

    request = models.ForeignKey(WaitingRequest, models.PROTECT, related_name="choices")
    run = models.ForeignKey("courses.CourseRun", models.PROTECT, related_name="waiting_choices")
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.USUAL)
    # Of this learner alone, whoever they wait with: it is the one they stand in when they wait alone.
    own_priority = models.PositiveSmallIntegerField(
        choices=Priority.choices, default=Priority.USUAL, db_default=Priority.USUAL
    )
    turn = models.BigIntegerField(db_default=NextTurn(), editable=False)
    chosen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_how = models.CharField(max_length=10, choices=WaitingEnd.choices, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["run", "priority", "turn"], condition=Q(ended_at__isnull=True), name="waiting_line_of_run"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "run"], condition=Q(ended_at__isnull=True), name="waiting_choice_one_open"
            ),
            models.UniqueConstraint(fields=["id", "request", "run"], name="waiting_choice_identity"),
            _ends_completely("waiting_choice_end_complete"),
            models.CheckConstraint(condition=Q(priority__lte=F("own_priority")), name="waiting_choice_not_behind_own"),
        ]

    def __str__(self) -> str:
        return f"{self.request}: {self.run}"


class SeatOffer(models.Model):
    """A seat kept for somebody who waits; request and run are those of the choice."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    choice = models.ForeignKey(WaitingChoice, models.PROTECT, related_name="offers")
    request = models.ForeignKey(WaitingRequest, models.PROTECT, related_name="offers")
    run = models.ForeignKey("courses.CourseRun", models.PROTECT, related_name="seat_offers")
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=OfferOutcome.choices, blank=True)  # empty: open

    class Meta:
        verbose_name = _("seat offer")
        verbose_name_plural = _("seat offers")
        indexes = [
            models.Index(fields=["run"], condition=Q(outcome=""), name="seat_offer_open_of_run"),
            models.Index(fields=["expires_at"], condition=Q(outcome=""), name="seat_offer_open_until"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["request"], condition=Q(outcome=""), name="seat_offer_one_open"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, outcome="") | (Q(answered_at__isnull=False) & ~Q(outcome="")),
                name="seat_offer_answer_complete",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("offered_at")), name="seat_offer_lasts"),
        ]

    def __str__(self) -> str:
        return f"{self.request}: {self.run}"
