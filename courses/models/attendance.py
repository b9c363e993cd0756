"""
Attendance: who came to which class session, said by whom, when and how.

Entries stay as they were written; a correction is a new one, and of each person at each class session one counts: the
last by its own time, by its number on its device, by its id, however late it arrives. What a learner says of it
(confirmed, objected to) stands beside it.
"""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.choices import AttendanceMethod, AttendanceStatus, FigureName, ObjectionOutcome
from courses.rules import OBJECTION_TEXT_MAX


class AttendanceRecord(models.Model):
    """One statement about one learner at one class session; the one that is not superseded counts."""

    mark_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # a device's own; sent twice, it is one
    enrollment = models.ForeignKey("courses.Enrollment", models.PROTECT, related_name="attendance_records")
    class_session = models.ForeignKey("courses.ClassSession", models.PROTECT, related_name="attendance_records")
    status = models.CharField(_("attendance"), max_length=8, choices=AttendanceStatus.choices)
    method = models.CharField(_("how"), max_length=8, choices=AttendanceMethod.choices, default=AttendanceMethod.ROSTER)
    recorded_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, related_name="attendance_recorded", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"))  # when the portal learned of it
    marked_at = models.DateTimeField(_("marked"))  # when it was said; decides which entry counts
    sequence = models.PositiveIntegerField(default=0)  # of the marks of one device
    device_at = models.DateTimeField(null=True, blank=True)  # what its clock said, where that is not it
    reason = models.CharField(_("reason"), max_length=200, blank=True)  # why it was marked or corrected late
    superseded_at = models.DateTimeField(_("replaced by a newer entry"), null=True, blank=True)

    class Meta:
        verbose_name = _("attendance record")
        verbose_name_plural = _("attendance records")
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "class_session"],
                condition=Q(superseded_at__isnull=True),
                name="attendance_one_current",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.class_session}: {self.enrollment.learner}, {self.get_status_display()}"

    @property
    def rank(self) -> tuple[datetime, int, str]:
        """The order in which entries about one person at one class session follow each other."""
        return self.marked_at, self.sequence, str(self.mark_id)


class AttendanceConfirmation(models.Model):
    """The learner has read an entry and says that it is right."""

    record = models.OneToOneField(AttendanceRecord, models.PROTECT, related_name="confirmation")
    confirmed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.record}: {self.confirmed_at:%d/%m/%Y}"


class AttendanceObjection(models.Model):
    """
    “I was there”: a learner objects to what is on record of a class session, or that nothing is.

    Open until answered; after its day it goes to the curators. Accepted, it is answered by a correcting entry.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrollment = models.ForeignKey(
        "courses.Enrollment", models.PROTECT, related_name="attendance_objections", verbose_name=_("enrolment")
    )
    class_session = models.ForeignKey(
        "courses.ClassSession", models.PROTECT, related_name="attendance_objections", verbose_name=_("class session")
    )
    record = models.ForeignKey(
        AttendanceRecord,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="objections",
        verbose_name=_("attendance record"),
    )  # what was objected to; empty: nothing was on record
    said = models.CharField(_("says"), max_length=8, choices=AttendanceStatus.choices)
    text = models.CharField(_("in their own words"), max_length=OBJECTION_TEXT_MAX)
    opened_at = models.DateTimeField(_("made"))
    due_on = models.DateField(_("answer due"))
    escalated_at = models.DateTimeField(_("with the curators since"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=ObjectionOutcome.choices, blank=True)
    answer = models.CharField(_("answer"), max_length=OBJECTION_TEXT_MAX, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )

    class Meta:
        verbose_name = _("objection to attendance")
        verbose_name_plural = _("objections to attendance")
        indexes = [models.Index(fields=["due_on"], condition=Q(outcome=""), name="attendance_objection_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "class_session"], condition=Q(outcome=""), name="attendance_objection_one_open"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", answered_at__isnull=True, answered_by__isnull=True)
                | (~Q(outcome="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="attendance_objection_answer_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.class_session}: {self.enrollment.learner}"


class AttendanceFigure(models.Model):
    """A figure of attendance from a day on. It is followed by a new one, never edited."""

    name = models.CharField(_("figure"), max_length=24, choices=FigureName.choices)
    value = models.PositiveIntegerField(_("value"))
    source = models.CharField(_("source"), max_length=200)
    valid_from = models.DateTimeField(_("valid from"))
    valid_to = models.DateTimeField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("figure of attendance")
        verbose_name_plural = _("figures of attendance")
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(valid_to__isnull=True), name="attendance_figure_one_current"
            ),
            models.CheckConstraint(condition=Q(value__range=(1, 3650)), name="attendance_figure_value"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="attendance_figure_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_name_display()}: {self.value}"
