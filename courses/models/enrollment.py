"""
Enrolments: one learner in one run.

enrolled → completed or not completed; or withdrawn (by the learner, or by the organization with a reason), cancelled
(with the run). Enrolled and completed hold a seat. A completion and the award of its credit are one transaction; so are
taking the credit back, because the rule turned out not to be met, and being enrolled again.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.choices import EnrollmentState
from courses.rules import CHANGE_REASON_LETTERS_MAX

SEAT_HOLDING = (EnrollmentState.ENROLLED, EnrollmentState.COMPLETED, EnrollmentState.NOT_COMPLETED)


class EnrollmentQuerySet(models.QuerySet["Enrollment"]):
    def holding_seat(self) -> "EnrollmentQuerySet":
        return self.filter(state__in=SEAT_HOLDING)

    def active(self) -> "EnrollmentQuerySet":
        return self.filter(state=EnrollmentState.ENROLLED)


class Enrollment(models.Model):
    """One learner's place in one run."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="enrollments")
    run = models.ForeignKey("courses.CourseRun", models.PROTECT, related_name="enrollments")
    state = models.CharField(
        _("state"), max_length=14, choices=EnrollmentState.choices, default=EnrollmentState.ENROLLED
    )
    enrolled_at = models.DateTimeField()
    group = models.ForeignKey(  # whom they came with
        "courses.EnrollmentGroup", models.PROTECT, null=True, blank=True, related_name="enrollments"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # Who of the organization took the place away, and why; empty where the learner, or somebody for them, gave it up.
    withdrawn_by = models.ForeignKey("learners.Learner", models.PROTECT, null=True, blank=True, related_name="+")
    withdraw_reason = models.CharField(max_length=CHANGE_REASON_LETTERS_MAX, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    # The place the organization has given them in another run instead of this one.
    moved_to = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="moved_from")
    awards_taken_back = models.PositiveSmallIntegerField(default=0, editable=False)  # each completion awards anew
    award_entry = models.OneToOneField("credits.JournalEntry", models.PROTECT, null=True, blank=True, related_name="+")

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        indexes = [models.Index(fields=["learner", "-enrolled_at"], name="enrollment_by_learner")]
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "run"],
                condition=Q(state__in=[str(state) for state in SEAT_HOLDING]),
                name="enrollment_one_seat_per_run",
            ),
            models.CheckConstraint(
                condition=Q(state="COMPLETED", completed_at__isnull=False, award_entry__isnull=False)
                | (~Q(state="COMPLETED") & Q(completed_at__isnull=True, award_entry__isnull=True)),
                name="enrollment_completed_with_award",
            ),
            models.CheckConstraint(
                condition=Q(state="WITHDRAWN", withdrawn_at__isnull=False)
                | (~Q(state="WITHDRAWN") & Q(withdrawn_at__isnull=True)),
                name="enrollment_withdrawn_at_when_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_by__isnull=True, withdraw_reason="")
                | (Q(withdrawn_by__isnull=False, withdrawn_at__isnull=False) & ~Q(withdraw_reason="")),
                name="enrollment_taken_away_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_by__isnull=True) | ~Q(withdrawn_by=F("learner")),
                name="enrollment_taken_away_by_another",
            ),
            models.CheckConstraint(
                condition=Q(moved_to__isnull=True) | Q(state="CANCELLED"), name="enrollment_moved_is_cancelled"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner}: {self.run}"


class UnitCompletion(models.Model):
    """A learner has read one unit to its end."""

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="unit_completions")
    unit = models.ForeignKey("courses.Unit", models.PROTECT, related_name="completions")
    completed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrollment", "unit"], name="unit_completion_once")]

    def __str__(self) -> str:
        return f"{self.enrollment}: {self.unit}"
