"""
Consent: what a person agreed to, in which words, and until when; and what they need in a class.

One row for each time somebody agreed. The words they read are a row of their own, never edited; withdrawing writes the
end into the row and takes effect with the next question anybody asks.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from learners.choices import AccessNeed, ConsentChannel, ConsentPurpose, Language
from learners.rules import NEEDS_LETTERS_MAX


class ConsentText(models.Model):
    """The words of one purpose; superseded, never edited."""

    purpose = models.CharField(_("purpose"), max_length=20, choices=ConsentPurpose.choices)
    version = models.PositiveIntegerField(_("version"))
    text_vi = models.TextField(_("words in Vietnamese"))
    text_en = models.TextField(_("words in English"))
    source = models.CharField(_("source"), max_length=300)
    valid_from = models.DateTimeField(_("valid from"))
    valid_to = models.DateTimeField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("words of a consent")
        verbose_name_plural = _("words of consents")
        constraints = [
            models.UniqueConstraint(fields=["purpose", "version"], name="consent_text_version"),
            models.UniqueConstraint(
                fields=["purpose"], condition=Q(valid_to__isnull=True), name="consent_text_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}, {self.version}"

    @property
    def text(self) -> str:
        """The words in the language being read."""
        return self.text_en if translation.get_language() == "en" else self.text_vi


class Consent(models.Model):
    """One person agreed to one purpose, once; withdrawn, it stays as history."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=20, choices=ConsentPurpose.choices)
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="consents")
    language = models.CharField(max_length=2, choices=Language.choices)  # in which the words were read
    channel = models.CharField(max_length=8, choices=ConsentChannel.choices)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # Who has only a card says so in front of staff: of this organization, who wrote it down, each time.
    witnessed_by = models.ForeignKey("learners.Learner", models.PROTECT, null=True, blank=True, related_name="+")
    organization = models.ForeignKey("learners.Organization", models.PROTECT, null=True, blank=True, related_name="+")
    withdrawal_witnessed_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawal_organization = models.ForeignKey(
        "learners.Organization", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "purpose"], condition=Q(withdrawn_at__isnull=True), name="consent_one_current"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(witnessed_by__isnull=True, organization__isnull=True)
                | (Q(witnessed_by__isnull=False, organization__isnull=False) & ~Q(witnessed_by=F("learner"))),
                name="consent_witness_complete",
            ),
            models.CheckConstraint(
                condition=Q(withdrawal_witnessed_by__isnull=True, withdrawal_organization__isnull=True)
                | (
                    Q(
                        withdrawal_witnessed_by__isnull=False,
                        withdrawal_organization__isnull=False,
                        withdrawn_at__isnull=False,
                    )
                    & ~Q(withdrawal_witnessed_by=F("learner"))
                ),
                name="consent_withdrawal_witness_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}, {self.given_at:%Y-%m-%d}"


class AccessNeeds(models.Model):
    """What a person needs to take part in a class; kept only while they agree that the centre of the class sees it."""

    learner = models.OneToOneField("learners.Learner", models.PROTECT, primary_key=True, related_name="access_needs")
    needs = ArrayField(models.CharField(max_length=16, choices=AccessNeed.choices), default=list)
    words = models.CharField(max_length=NEEDS_LETTERS_MAX, blank=True)
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(needs__len__gt=0) | ~Q(words=""), name="access_needs_say_something"),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("words"), NEEDS_LETTERS_MAX), name="access_needs_letters_max"
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(str(AccessNeed(need).label) for need in self.needs)

    @property
    def labels(self) -> list[str]:
        return [*(str(AccessNeed(need).label) for need in self.needs), *([self.words] if self.words else [])]
