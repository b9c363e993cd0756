"""
A human: requests to be called back, who called, and the helper an organization names for its commune.

Asking needs no account. What somebody says here is personal: its words are emptied some time after the answer, by the
timers of ``RetentionRule``; the tag and the day stay, and are counted.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from learners.choices import HelpOutcome, HelpTag, Language
from learners.rules import HELP_LETTERS_MAX


class HelpRequest(models.Model):
    """Somebody wants to be called back."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    once = models.UUIDField(unique=True, editable=False)  # of the page it was sent by: sent twice, it is one request
    learner = models.ForeignKey(
        "learners.Learner",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="help_requests",
        verbose_name=_("learner"),
    )  # empty: asked without signing in
    name = models.CharField(_("name"), max_length=120)
    reach = models.CharField(_("how to be reached"), max_length=120)
    about = models.TextField(_("what somebody would like to ask"), max_length=HELP_LETTERS_MAX)
    place = models.ForeignKey(
        "learners.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("commune, ward")
    )
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    asked_at = models.DateTimeField(_("asked"))
    due_on = models.DateField(_("answer due"))  # the last day to call back, as it was promised
    scrubbed_at = models.DateTimeField(_("words erased"), null=True, blank=True)  # since then there are no words

    class Meta:
        verbose_name = _("request to be called back")
        verbose_name_plural = _("requests to be called back")
        indexes = [
            models.Index(fields=["place", "asked_at"], name="help_by_place"),
            models.Index(fields=["learner", "-asked_at"], name="help_by_learner"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(scrubbed_at__isnull=True) & ~Q(name="") & ~Q(reach="") & ~Q(about="")
                | Q(scrubbed_at__isnull=False, name="", reach="", about="", learner__isnull=True),
                name="help_says_everything_or_nothing",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("about"), HELP_LETTERS_MAX), name="help_letters_max"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class HelpAnswer(models.Model):
    """Who called back, and what it had been about; given once."""

    request = models.OneToOneField(
        HelpRequest, models.PROTECT, primary_key=True, related_name="answer", verbose_name=_("request")
    )
    tag = models.CharField(_("what was asked"), max_length=12, choices=HelpTag.choices)
    outcome = models.CharField(_("outcome"), max_length=12, choices=HelpOutcome.choices)
    note = models.TextField(_("note"), max_length=HELP_LETTERS_MAX, blank=True)
    answered_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+")
    answered_for = models.ForeignKey(
        "learners.Organization", models.PROTECT, null=True, blank=True, related_name="+"
    )  # empty: by a curator
    answered_at = models.DateTimeField(_("answered"), db_index=True)

    class Meta:
        verbose_name = _("answer to a request")
        verbose_name_plural = _("answers to requests")
        constraints = [
            models.CheckConstraint(condition=LessThanOrEqual(Length("note"), HELP_LETTERS_MAX), name="help_note_max"),
        ]

    def __str__(self) -> str:
        return f"{self.get_tag_display()}: {self.get_outcome_display()}"


class CommuneHelper(models.Model):
    """Whom one may go and ask in the commune, and when; named by an organization, everybody may read it."""

    organization = models.ForeignKey("learners.Organization", models.PROTECT, related_name="helpers")
    name = models.CharField(_("name"), max_length=120)
    phone = models.CharField(_("phone"), max_length=20, blank=True)  # as typed: many are land lines
    hours_vi = models.CharField(_("when"), max_length=120)
    hours_en = models.CharField(_("when, in English"), max_length=120, blank=True)
    named_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(ended_at__isnull=True), name="helper_one_current"
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(hours_vi="") | Q(ended_at__isnull=False), name="helper_says_who_and_when"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def hours(self) -> str:
        """When to come, in the language being read."""
        return (self.hours_en if translation.get_language() == "en" else "") or self.hours_vi
