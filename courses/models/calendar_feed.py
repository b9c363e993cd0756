"""Calendar feeds: the secret address under which a learner's calendar program follows their classes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CalendarFeed(models.Model):
    """
    One address; whoever has it reads when and where its learner has classes. A new one ends the one before.

    Only a hash of the address is kept: it is shown once, and lost it is replaced.
    """

    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="calendar_feeds")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)  # SHA-256 of 128 random bits
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["learner"], condition=Q(ended_at__isnull=True), name="calendar_feed_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
