"""
Calls to those no message reaches, about a change of a class: made, or said to be made by mistake.

One row is one call, under the key of the message it stands for; it is undone once and then made again by another row.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class TelephoneCall(models.Model):
    """Somebody at work has told a person what no message could."""

    run = models.ForeignKey("courses.CourseRun", models.PROTECT, related_name="telephone_calls")
    key = models.CharField(max_length=120)  # of the message that did not reach them; it names change and person
    called_at = models.DateTimeField()
    called_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey("learners.Learner", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("telephone call")
        verbose_name_plural = _("telephone calls")
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(undone_at__isnull=True), name="telephone_call_once_about_a_change"
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="telephone_call_undoing_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run}: {self.key}"
