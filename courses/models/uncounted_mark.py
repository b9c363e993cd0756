"""
What a phone had kept and could not be counted when it arrived: the class was cancelled, moved, or long over.

It is no entry of attendance and nothing follows from it. It is kept, so that whoever manages the class sees it.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.choices import AttendanceStatus, UncountedWhy


class UncountedMark(models.Model):
    """What was said on a phone about one person, with a place (``enrollment``) or without (``full_name``)."""

    mark_id = models.UUIDField(unique=True, editable=False)  # the device's own; sent twice, it is one
    class_session = models.ForeignKey("courses.ClassSession", models.PROTECT, related_name="uncounted_marks")
    enrollment = models.ForeignKey(
        "courses.Enrollment", models.PROTECT, null=True, blank=True, related_name="uncounted_marks"
    )
    status = models.CharField(_("attendance"), max_length=8, choices=AttendanceStatus.choices, blank=True)
    full_name = models.CharField(_("full name"), max_length=120, blank=True)  # emptied as a walk-in's
    why = models.CharField(_("why it is not counted"), max_length=9, choices=UncountedWhy.choices)
    said_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, related_name="uncounted_marks_said", verbose_name=_("recorded by")
    )
    said_at = models.DateTimeField(_("marked"))  # by the clock of the device, set right
    received_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("mark that is not counted")
        verbose_name_plural = _("marks that are not counted")
        indexes = [
            models.Index(fields=["received_at"], condition=~Q(full_name=""), name="uncounted_mark_to_empty"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(Q(enrollment__isnull=False, full_name="") & ~Q(status="")) | Q(enrollment=None, status=""),
                name="uncounted_mark_of_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.class_session}: {self.enrollment or self.full_name}, {self.get_why_display()}"
