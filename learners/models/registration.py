"""
Accounts opened at a counter: for whom, by whom, and how the person agreed.

Written once. Of who is a child by the year that is said, the parent or guardian has agreed too: the database asks.
The person may have neither e-mail nor phone; a printed card (``card.py``) opens the account.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from learners.choices import ConsentWay


class Registration(models.Model):
    """A member of an organization's staff has opened an account for somebody who stood in front of them."""

    learner = models.OneToOneField(
        "learners.Learner", models.PROTECT, related_name="registration", verbose_name=_("learner")
    )
    organization = models.ForeignKey(
        "learners.Organization", models.PROTECT, related_name="registrations", verbose_name=_("organisation")
    )
    registered_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, related_name="registrations_made", verbose_name=_("registered by")
    )
    registered_at = models.DateTimeField(_("registered"))
    consent_way = models.CharField(_("how they agreed"), max_length=12, choices=ConsentWay.choices)
    # Of a child.
    guardian_agreed = models.BooleanField(_("the parent or guardian agreed too"), default=False, db_default=False)
    consent_text = models.CharField(_("words they agreed to"), max_length=40)  # rules.COUNTER_CONSENT of that day
    idempotency_key = models.UUIDField()  # made with the page: sent twice it is one account

    class Meta:
        verbose_name = _("account opened at a counter")
        verbose_name_plural = _("accounts opened at a counter")
        indexes = [models.Index(fields=["organization", "-registered_at"], name="registration_by_organization")]
        constraints = [
            models.CheckConstraint(condition=~Q(registered_by=F("learner")), name="registration_by_another"),
            # Of each organisation: a key comes from the browser, and one organisation's must not stop another's.
            models.UniqueConstraint(fields=["organization", "idempotency_key"], name="registration_once"),
        ]

    def __str__(self) -> str:
        return f"{self.learner}, {self.organization}"
