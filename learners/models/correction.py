"""What was corrected in somebody's record, by staff at a counter or by themself: who, when, where, what stood there."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from learners.choices import Corrected


class Correction(models.Model):
    """One field was changed in front of staff, or the name by its bearer; written once, and emptied with the person."""

    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="corrections")
    what = models.CharField(_("what"), max_length=10, choices=Corrected.choices)
    before = models.CharField(_("before"), max_length=120, blank=True)
    after = models.CharField(_("after"), max_length=120, blank=True)
    corrected_at = models.DateTimeField(_("corrected"))
    corrected_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+", verbose_name=_("by"))
    # Null: the person did it alone.
    organization = models.ForeignKey("learners.Organization", models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        verbose_name = _("correction of a record")
        verbose_name_plural = _("corrections of records")
        indexes = [models.Index(fields=["learner", "corrected_at"], name="correction_by_learner")]
        constraints = [
            models.CheckConstraint(
                condition=Q(corrected_by=F("learner"), organization__isnull=True)
                | (~Q(corrected_by=F("learner")) & Q(organization__isnull=False)),
                name="correction_by_whom",
            ),
            # Both are empty once the person is emptied.
            models.CheckConstraint(
                condition=~Q(before=F("after")) | Q(before="", after=""), name="correction_changes_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()}, {self.corrected_at:%Y-%m-%d}"
