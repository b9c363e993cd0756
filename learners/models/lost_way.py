"""
Addresses and numbers that their person can read no more, of a record that nobody has opened at a counter.

The person comes in by their card, or by an identity elsewhere, and proves a new one by a code; card and identity may be
somebody else's by now, so two curators speak to the person, all addresses are told, and then it waits.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from learners import formats
from learners.choices import Way
from learners.models.two_curators import SaidByTwo, said_by_two


class LostWay(SaidByTwo):
    """Somebody asks that a new address, which they have proved, take the place of one they can read no more."""

    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="lost_ways", verbose_name=_("learner"))
    kind = models.CharField(_("kind"), max_length=5, choices=Way.choices)
    new_kind = models.CharField(max_length=5, choices=Way.choices)
    # Folded, as they stood; empty: kept long enough.
    address = models.CharField(max_length=254, blank=True)
    new_address = models.CharField(max_length=254, blank=True)
    # By the link that an address was sent as it was taken off (``ChangedWay``): ``new_address`` is that one, and
    # ``address`` is empty: what goes is what was proved about then or since (``queries.changed_way.doubted``).
    is_objection = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name = _("lost address or number")
        verbose_name_plural = _("lost addresses and numbers")
        constraints = [
            *said_by_two("lost_way"),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=False)
                | Q(done_at__isnull=False)
                | (~Q(new_address="") & (~Q(address="") | Q(is_objection=True))),
                name="lost_way_known_while_open",
            ),
            models.CheckConstraint(
                condition=Q(address="") | ~Q(address=F("new_address")), name="lost_way_new_is_another"
            ),
        ]

    @property
    def masked(self) -> str:
        return formats.way_masked(self.address) if self.address else "…"

    @property
    def new_masked(self) -> str:
        return formats.way_masked(self.new_address) if self.new_address else "…"
