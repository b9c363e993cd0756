"""Attendance: who came to which class session, said by whom, when and how. A correction is a new record."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.choices import AttendanceMethod, AttendanceStatus


class AttendanceRecord(models.Model):
    """One statement about one learner at one class session; the newest, not superseded, counts."""

    enrollment = models.ForeignKey("courses.Enrollment", models.PROTECT, related_name="attendance_records")
    class_session = models.ForeignKey("courses.ClassSession", models.PROTECT, related_name="attendance_records")
    status = models.CharField(_("attendance"), max_length=8, choices=AttendanceStatus.choices)
    method = models.CharField(max_length=8, choices=AttendanceMethod.choices, default=AttendanceMethod.ROSTER)
    recorded_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="attendance_recorded")
    recorded_at = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=200, blank=True)  # why it was marked or corrected late
    superseded_at = models.DateTimeField(null=True, blank=True)

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
