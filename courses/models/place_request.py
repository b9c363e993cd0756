"""
Requests for a place in a run whose organization decides who comes.

Each is due on a day, and what is overdue goes on by itself: to all managers, then to the curators. Approved, it takes a
seat or a turn on the waiting list, that of the day it was asked. What is decided stays decided (migration 0060).
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.choices import PlaceDecision
from courses.models.waiting import NextTurn


class PlaceRequest(models.Model):
    """A learner asks for a place."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="place_requests")
    run = models.ForeignKey(
        "courses.CourseRun", models.PROTECT, related_name="place_requests", verbose_name=_("course run")
    )
    turn = models.BigIntegerField(db_default=NextTurn(), editable=False)
    asked_at = models.DateTimeField(_("asked"))
    due_at = models.DateTimeField(_("due"))
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    managers_told_at = models.DateTimeField(_("managers told"), null=True, blank=True)  # that it is overdue
    escalated_at = models.DateTimeField(_("with the curators since"), null=True, blank=True)
    # Where two decide: the one who said yes first.
    first_by = models.ForeignKey("learners.Learner", models.PROTECT, null=True, blank=True, related_name="+")
    first_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey("learners.Learner", models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(_("decision"), max_length=10, choices=PlaceDecision.choices, blank=True)  # empty: open
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("request for a place")
        verbose_name_plural = _("requests for a place")
        indexes = [
            models.Index(fields=["due_at"], condition=Q(outcome=""), name="place_request_open_by_due"),
            models.Index(fields=["run", "turn"], condition=Q(outcome=""), name="place_request_open_of_run"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["learner", "run"], condition=Q(outcome=""), name="place_request_one_open"),
            models.CheckConstraint(condition=Q(due_at__gt=F("asked_at")), name="place_request_has_time"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, outcome="") | (Q(decided_at__isnull=False) & ~Q(outcome="")),
                name="place_request_decision_complete",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=("APPROVED", "REFUSED"), decided_by__isnull=False)
                | (~Q(outcome__in=("APPROVED", "REFUSED")) & Q(decided_by__isnull=True)),
                name="place_request_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=(~Q(outcome="REFUSED") & Q(reason="")) | (Q(outcome="REFUSED") & ~Q(reason="")),
                name="place_request_refused_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(first_by__isnull=True, first_at__isnull=True)
                | Q(first_by__isnull=False, first_at__isnull=False),
                name="place_request_first_complete",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="APPROVED") | Q(first_by__isnull=True) | ~Q(first_by=F("decided_by")),
                name="place_request_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner}: {self.run}"
