"""What a learner likes to learn, as they said themselves."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from courses.models.catalog import BROAD_DIGITS


class Interest(models.Model):
    """A broad field a learner likes; the row goes when they say so no more."""

    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="interests")
    field = models.ForeignKey("courses.Field", models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "field"], name="interest_once"),
            models.CheckConstraint(
                condition=Q(Exact(Length(F("field")), BROAD_DIGITS)), name="interest_in_broad_field"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner}: {self.field}"
