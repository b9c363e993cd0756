"""
Attendance that looks odd: shown to a curator, who looks into it and says what it was. Nothing follows by itself.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.choices import FlagOutcome, FlagRule


class AttendanceFlag(models.Model):
    """One pattern found in the entries of one run; found again, it is the same."""

    rule = models.CharField(_("what looks odd"), max_length=12, choices=FlagRule.choices)
    key = models.CharField(max_length=120, unique=True, editable=False)  # of the rule and what it was found in
    run = models.ForeignKey(
        "courses.CourseRun", models.PROTECT, related_name="attendance_flags", verbose_name=_("course run")
    )
    records = models.ManyToManyField(
        "courses.AttendanceRecord", related_name="+", blank=True, verbose_name=_("attendance records")
    )
    people = models.PositiveIntegerField(_("people"))
    found_at = models.DateTimeField(_("found"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=FlagOutcome.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )

    class Meta:
        verbose_name = _("odd attendance")
        verbose_name_plural = _("odd attendance")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", reason="", decided_at=None, decided_by=None)
                | (~Q(outcome="") & ~Q(reason="") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="attendance_flag_decision_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_rule_display()}: {self.run}"
