"""What a learner does not want suggested any more."""

from django.db import models
from django.db.models import Q


class SuggestionRefusal(models.Model):
    """A course that is not for this learner, as they said; until they take it back."""

    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="suggestion_refusals")
    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="+")
    refused_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "course"], name="suggestion_refusal_once"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(undone_at__gte=models.F("refused_at")),
                name="suggestion_refusal_undone_after",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner}: {self.course}"
