"""
Printed cards that open an account: a QR code of 128 random bits, and a short code for where nothing scans.

Neither is stored: the paper has them, the database has their hashes. A card is revoked, never changed; the account's
next one is another.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Card(models.Model):
    """One printed card; it opens its account until it is revoked, for looking and enrolling and for nothing else."""

    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="cards", verbose_name=_("learner"))
    secret_hash = models.CharField(max_length=64, unique=True)  # SHA-256 of what the QR code carries
    code_hash = models.CharField(max_length=64, unique=True)  # keyed: the short code could be guessed from a plain hash
    pin_hash = models.CharField(max_length=64, blank=True)  # keyed; the person chose it, or else says the birth year
    issued_at = models.DateTimeField(_("printed"))
    issued_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, related_name="cards_issued", verbose_name=_("printed by")
    )
    # Null: the person has printed it themself.
    organization = models.ForeignKey(
        "learners.Organization", models.PROTECT, null=True, blank=True, related_name="cards_issued"
    )
    used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("ended"), null=True, blank=True)
    revoked_by = models.ForeignKey("learners.Learner", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("learner card")
        verbose_name_plural = _("learner cards")
        constraints = [
            models.UniqueConstraint(
                fields=["learner"], condition=Q(revoked_at__isnull=True), name="card_one_alive_per_learner"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="card_revocation_complete",
            ),
            models.CheckConstraint(
                condition=Q(organization__isnull=True, issued_by=F("learner"))
                | (Q(organization__isnull=False) & ~Q(issued_by=F("learner"))),
                name="card_by_oneself_or_at_a_counter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner}, {self.issued_at:%Y-%m-%d}"


class CardGuess(models.Model):
    """A short code was typed with the wrong birth year or PIN; without a card, the code was nobody's."""

    card = models.ForeignKey(Card, models.CASCADE, null=True, related_name="guesses")
    guessed_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.guessed_at)
