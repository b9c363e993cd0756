"""
Ways that were added to a record in front of one member of staff, or by a card that staff have printed.

The claim itself is written once (``Claim``); here stands how long it opens the record for learning only, and what came
of it: a second person confirmed it, or whose record it is took it off.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from learners.choices import Way


class AddedWay(models.Model):
    """An address or a number of which not two of staff know whose it is; the address itself stands with the learner."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey(
        "learners.Learner", models.PROTECT, related_name="added_ways", verbose_name=_("learner")
    )
    kind = models.CharField(_("what"), max_length=5, choices=Way.choices)
    added_at = models.DateTimeField(_("added"))  # as its address was proved: that is how the two are one
    # Who of staff says first whose it is. Null: it was added by a card that staff have printed; nobody has said it yet.
    added_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    organization = models.ForeignKey(
        "learners.Organization", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    held_until = models.DateTimeField(_("held until"))
    # By a second person who works there; without one, by the PIN of the person's card.
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_by = models.ForeignKey("learners.Learner", models.PROTECT, null=True, blank=True, related_name="+")
    is_by_curator = models.BooleanField(default=False, db_default=False)  # nobody else worked there
    # By whom it concerns, who came in by their card: it was not theirs.
    taken_off_at = models.DateTimeField(_("taken off"), null=True, blank=True)

    class Meta:
        verbose_name = _("way added at a counter")
        verbose_name_plural = _("ways added at counters")
        constraints = [
            models.CheckConstraint(
                condition=~Q(added_by=F("learner")) & Q(held_until__gt=F("added_at")), name="added_way_held_by_another"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__gte=F("added_at"), confirmed_by__isnull=True)
                | (Q(confirmed_at__gte=F("added_at")) & ~Q(confirmed_by=F("added_by")) & ~Q(confirmed_by=F("learner"))),
                name="added_way_second_is_another",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | Q(added_by__isnull=False), name="added_way_two_say_so"
            ),
            models.CheckConstraint(
                condition=Q(is_by_curator=False) | Q(confirmed_by__isnull=False), name="added_way_curator_named"
            ),
            models.CheckConstraint(
                condition=Q(taken_off_at__isnull=True)
                | Q(taken_off_at__gte=F("added_at"), taken_off_at__lt=F("held_until"), confirmed_at__isnull=True),
                name="added_way_taken_off_while_held",
            ),
        ]

    def __str__(self) -> str:
        return "…"  # never whose address it is
