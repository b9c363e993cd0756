"""Claims: somebody registered at a counter has made the account their own by an address or a number of theirs."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Claim(models.Model):
    """A way of their own was added to the account; written once. The address itself stands with the learner."""

    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="claims", verbose_name=_("learner"))
    claimed_at = models.DateTimeField(_("claimed"))
    # Null: by their card, with what goes with it.
    witnessed_by = models.ForeignKey(
        "learners.Learner",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="claims_witnessed",
        verbose_name=_("recorded by staff"),
    )
    organization = models.ForeignKey(
        "learners.Organization",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="claims_witnessed",
        verbose_name=_("organisation"),
    )

    class Meta:
        verbose_name = _("claimed account")
        verbose_name_plural = _("claimed accounts")
        constraints = [
            models.CheckConstraint(
                condition=Q(witnessed_by__isnull=True, organization__isnull=True)
                | (Q(witnessed_by__isnull=False, organization__isnull=False) & ~Q(witnessed_by=F("learner"))),
                name="claim_witness_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner}, {self.claimed_at:%Y-%m-%d}"
