"""Ways a person has changed or removed, as far as whoever reads what is sent to the old one may object to it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from learners import formats
from learners.choices import Way


class ChangedWay(models.Model):
    """
    An address or number that opens a record no more, since its person said so on their own page.

    It was sent a link. Whoever has that link holds the record and asks the curators; it opens nothing by itself: a
    number that was lost and is given up may be a stranger's by now (decision 0293).
    """

    learner = models.ForeignKey(
        "learners.Learner", models.PROTECT, related_name="changed_ways", verbose_name=_("learner")
    )
    kind = models.CharField(_("kind"), max_length=5, choices=Way.choices)
    # Folded, as it stood; empty: what is held with it was parted from the account it stood with.
    address = models.CharField(max_length=254, blank=True)
    changed_at = models.DateTimeField(_("taken off"), db_index=True)
    link_hash = models.CharField(max_length=64, unique=True)
    objected_at = models.DateTimeField(_("objected"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(address="") | Q(objected_at__isnull=False), name="changed_way_says_which"
            ),
            models.CheckConstraint(
                condition=Q(objected_at__isnull=True) | Q(objected_at__gte=F("changed_at")),
                name="changed_way_objected_after",
            ),
        ]

    def __str__(self) -> str:
        return "…"  # never whose address it was

    @property
    def masked(self) -> str:
        return formats.way_masked(self.address)
