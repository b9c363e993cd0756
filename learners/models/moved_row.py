"""What went from one account of a person to the other when the two became one; so that it can go back."""

from django.db import models
from django.db.models import F, Q


class MovedRow(models.Model):
    """One row of some table changed owner; written once."""

    key = models.CharField(max_length=60)  # which merge: "merge:" and its id
    table = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    giver = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+")
    taker = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+")
    moved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "table", "row_id"], name="moved_row_once"),
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="moved_row_goes_somewhere"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.table} {self.row_id}"
