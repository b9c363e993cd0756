"""Two accounts that look like one person's, and of which a curator has said that they are two people's."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ToldApart(models.Model):
    """A pair the desk shows no more as likely one person; a curator may take the word back. The older row first."""

    one = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+")
    other = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    said_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey("learners.Learner", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("pair that is two people")
        verbose_name_plural = _("pairs that are two people")
        constraints = [
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="told_apart_in_order"),
            models.UniqueConstraint(
                fields=["one", "other"], condition=Q(taken_back_at__isnull=True), name="told_apart_once"
            ),
            models.CheckConstraint(
                condition=~Q(said_by=F("one")) & ~Q(said_by=F("other")), name="told_apart_by_somebody_else"
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True, taken_back_by__isnull=True)
                | Q(taken_back_at__gte=F("said_at"), taken_back_by__isnull=False),
                name="told_apart_taken_back_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.said_at:%Y-%m-%d}"  # never whose
