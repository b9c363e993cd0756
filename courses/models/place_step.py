"""
Steps to a place, or away from it, taken by staff for somebody without an address who stands in front of them.

Each says who did it, where, and how the person agreed. Inserted, never changed.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.choices import PlaceAct
from learners.choices import ConsentWay


class PlaceStep(models.Model):
    """One step of one person in one class, in front of staff."""

    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="place_steps")
    run = models.ForeignKey("courses.CourseRun", models.PROTECT, related_name="place_steps")
    act = models.CharField(_("what was done"), max_length=9, choices=PlaceAct.choices)
    agreed_by = models.CharField(_("how they agreed"), max_length=12, choices=ConsentWay.choices)
    done_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+")
    organization = models.ForeignKey("learners.Organization", models.PROTECT, related_name="+")
    done_at = models.DateTimeField()

    class Meta:
        verbose_name = _("step at a counter")
        verbose_name_plural = _("steps at counters")
        indexes = [models.Index(fields=["learner", "-done_at"], name="place_step_of_learner")]
        constraints = [
            models.CheckConstraint(condition=~Q(done_by=F("learner")), name="place_step_by_another"),
            models.CheckConstraint(condition=Q(act__in=PlaceAct.values), name="place_step_act"),
            models.CheckConstraint(condition=Q(agreed_by__in=ConsentWay.values), name="place_step_agreed"),
        ]

    def __str__(self) -> str:
        return f"{self.learner}: {self.get_act_display()}"
