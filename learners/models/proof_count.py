"""How many were asked again who they are, and how many went on: numbers of a week, of nobody in particular."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ProofCount(models.Model):
    """The browsers that were asked for another proof in one week, and those of them in which it was given."""

    week = models.DateField(_("week from"), unique=True)  # a Monday, in Viet Nam
    asked = models.PositiveIntegerField(_("asked again who they are"), default=0)
    proved = models.PositiveIntegerField(_("went on"), default=0)

    class Meta:
        verbose_name = _("week of further proofs")
        verbose_name_plural = _("further proofs by week")
        constraints = [
            models.CheckConstraint(condition=Q(proved__lte=F("asked")), name="proof_count_of_those_asked"),
            models.CheckConstraint(condition=Q(week__iso_week_day=1), name="proof_count_week_is_a_monday"),
        ]

    def __str__(self) -> str:
        return str(self.week)

    @property
    def given_up_percent(self) -> int:
        """Of a hundred who were asked, how many did not go on."""
        return round(100 * (self.asked - self.proved) / self.asked) if self.asked else 0
