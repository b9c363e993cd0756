"""
Ways that reach nobody any more, taken off a record in front of staff; two people say so, or one and the card's PIN.

What it was is kept as long as it can be given back, and emptied then.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from learners import formats
from learners.choices import Way


class DeadWay(models.Model):
    """Somebody at a counter has said that their number, or their e-mail address, reaches them no more."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="dead_ways", verbose_name=_("learner"))
    kind = models.CharField(_("kind"), max_length=5, choices=Way.choices)
    address = models.CharField(max_length=254, blank=True)  # folded, as it stood; empty: kept long enough
    asked_at = models.DateTimeField(_("asked for"))
    asked_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    organization = models.ForeignKey(
        "learners.Organization", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    # Taken off: confirmed by a second person who works there, or, without one, by the PIN of the person's card.
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_by = models.ForeignKey("learners.Learner", models.PROTECT, null=True, blank=True, related_name="+")
    is_by_curator = models.BooleanField(default=False, db_default=False)  # nobody else worked there
    # Given up before it was confirmed, or given back after; by the person, or at the counter.
    # By nobody: it was not confirmed in a month.
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey("learners.Learner", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("way that reaches nobody")
        verbose_name_plural = _("ways that reach nobody")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "kind"],
                condition=Q(confirmed_at__isnull=True, undone_at__isnull=True),
                name="dead_way_asked_once",
            ),
            models.CheckConstraint(
                condition=~Q(asked_by=F("learner"))
                & (
                    Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                    | Q(confirmed_at__gte=F("asked_at"), confirmed_by__isnull=True)
                    | (
                        Q(confirmed_at__gte=F("asked_at"))
                        & ~Q(confirmed_by=F("asked_by"))
                        & ~Q(confirmed_by=F("learner"))
                    )
                ),
                name="dead_way_second_is_another",
            ),
            models.CheckConstraint(
                condition=Q(is_by_curator=False) | Q(confirmed_by__isnull=False), name="dead_way_curator_named"
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False)
                | Q(undone_at__isnull=False, confirmed_at__isnull=True),
                name="dead_way_undone_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        """Return what it is and so much of it that its owner knows it: never whose."""
        masked = formats.way_masked(self.address) if self.address else "…"
        return f"{self.get_kind_display()} {masked}"
