"""
Closing an account: asked for, a waiting time in which signing in stops it, then the person is emptied everywhere.

What one member of staff writes down for who has only a card begins to wait once another, or the person's PIN, has
said so too.

The row stays with the certificate, which names nobody; whoever has the link it was asked with may read it.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from learners import formats


class AccountClosing(models.Model):
    """One person wants to leave."""

    public_id = models.UUIDField(_("code"), default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="closings", verbose_name=_("learner"))
    token_hash = models.CharField(max_length=64, unique=True)  # SHA-256 of 128 random bits; the person alone has them
    asked_at = models.DateTimeField(_("closing asked for"))
    due_at = models.DateTimeField(_("closes after"))
    # Null: the person asked themself; else in front of the staff of this organization, having only a card.
    witnessed_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by staff")
    )
    organization = models.ForeignKey(
        "learners.Organization", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    # Asked for at a counter only: a second person who works there has confirmed it, or, without one, the person's PIN.
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_by = models.ForeignKey("learners.Learner", models.PROTECT, null=True, blank=True, related_name="+")
    is_by_curator = models.BooleanField(default=False, db_default=False)  # nobody else worked there
    # From here on it is not stopped any more: places are given up one after the other, and then the person is emptied.
    leaving_at = models.DateTimeField(_("closing begun"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    erased_at = models.DateTimeField(_("closed"), null=True, blank=True)
    certificate = models.JSONField(_("certificate"), null=True, blank=True)  # signed; see portal/exports/certificate.py

    class Meta:
        verbose_name = _("closing of an account")
        verbose_name_plural = _("closings of accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["learner"], condition=Q(stopped_at__isnull=True), name="account_closing_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(witnessed_by__isnull=True, organization__isnull=True)
                | (Q(witnessed_by__isnull=False, organization__isnull=False) & ~Q(witnessed_by=F("learner"))),
                name="account_closing_witness_complete",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | (
                    Q(witnessed_by__isnull=False, confirmed_at__gte=F("asked_at"), due_at__gt=F("confirmed_at"))
                    & (
                        Q(confirmed_by__isnull=True)
                        | (~Q(confirmed_by=F("witnessed_by")) & ~Q(confirmed_by=F("learner")))
                    )
                ),
                name="account_closing_second_is_another",
            ),
            models.CheckConstraint(
                condition=Q(is_by_curator=False) | Q(confirmed_by__isnull=False), name="account_closing_curator_named"
            ),
            models.CheckConstraint(
                condition=Q(leaving_at__isnull=True) | Q(witnessed_by__isnull=True) | Q(confirmed_at__isnull=False),
                name="account_closing_not_by_one_of_staff",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(leaving_at__isnull=True, erased_at__isnull=True),
                name="account_closing_ends_one_way",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True, certificate__isnull=True)
                | Q(erased_at__isnull=False, certificate__isnull=False),
                name="account_closing_proven",
            ),
            models.CheckConstraint(
                condition=Q(leaving_at__isnull=True, erased_at__isnull=True)
                | (
                    Q(leaving_at__isnull=False, leaving_at__gte=F("due_at"))
                    & (Q(erased_at__isnull=True) | Q(erased_at__gte=F("leaving_at")))
                ),
                name="account_closing_waits",
            ),
        ]

    def __str__(self) -> str:
        """Return the day it was asked for: never whose it is."""
        return _("Closing asked for on %(day)s") % {"day": formats.day_plain(self.asked_at)}

    @property
    def file_name(self) -> str:
        """What its certificate is called on the computer of who takes it away."""
        return f"closing-{self.public_id}.json"

    @property
    def needs_second(self) -> bool:
        """One member of staff has asked for it, and nobody else has said so yet: nothing comes of it."""
        return self.witnessed_by_id is not None and self.confirmed_at is None
