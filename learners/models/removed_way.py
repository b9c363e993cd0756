"""Ways in that a person has removed from an account merged into theirs; so that the undo gives them back."""

from django.db import models
from django.db.models import Q

from learners.models.address import is_phone


class RemovedWay(models.Model):
    """
    An address or number that opened a merged account until the person removed it.

    It opens nothing, and another record may be opened with it. Kept as long as the merge can be undone: two accounts
    that were two people after all must not leave one of them outside.
    """

    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="removed_ways")
    address = models.CharField(max_length=254)  # folded, as it stood
    verified_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "address"], name="removed_way_once"),
            models.CheckConstraint(condition=~Q(address=""), name="removed_way_says_which"),
        ]

    def __str__(self) -> str:
        return "…"  # never whose address it was

    @property
    def column(self) -> str:
        return "phone" if is_phone(self.address) else "email"
