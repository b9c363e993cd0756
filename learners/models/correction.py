"""What staff at a counter have corrected in somebody's record: who, when, where, and what stood there before."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from learners.choices import Corrected


class Correction(models.Model):
    """One field was changed in front of staff; written once, and emptied with the person."""

    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="corrections")
    what = models.CharField(_("what"), max_length=10, choices=Corrected.choices)
    before = models.CharField(_("before"), max_length=120, blank=True)
    after = models.CharField(_("after"), max_length=120, blank=True)
    corrected_at = models.DateTimeField(_("corrected"))
    corrected_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+", verbose_name=_("by"))
    organization = models.ForeignKey("learners.Organization", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("correction at a counter")
        verbose_name_plural = _("corrections at counters")
        indexes = [models.Index(fields=["learner", "corrected_at"], name="correction_by_learner")]
        constraints = [
            models.CheckConstraint(condition=~Q(corrected_by=F("learner")), name="correction_by_another"),
            # Both are empty once the person is emptied.
            models.CheckConstraint(
                condition=~Q(before=F("after")) | Q(before="", after=""), name="correction_changes_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()}, {self.corrected_at:%Y-%m-%d}"
