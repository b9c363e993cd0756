"""
Messages: the outbox, and the truth of what must be sent.

due → claimed (token and lease) → handed over (committed just before the first byte that commits the other side) →
sent or failed. A crash before the hand-over leaves a lease that ends, and the message is claimed again; a crash after
it leaves the message in doubt, and the policy of its kind (``rules.DELIVERY``) says whether it is repeated.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from learners.choices import Channel, Language, MessageState, Urgency, message_kinds


class Message(models.Model):
    """One thing to tell one person, once."""

    # Also the Message-ID of its mail.
    public_id = models.UUIDField(_("code"), default=uuid.uuid4, unique=True, editable=False)
    recipient = models.ForeignKey(
        "learners.Learner", models.PROTECT, null=True, blank=True, related_name="messages", verbose_name=_("recipient")
    )  # empty for a sign-in code to an address nobody has an account for yet
    # Set when it must go to this address and no other.
    address = models.CharField(_("address"), max_length=254, blank=True)
    kind = models.CharField(_("kind"), max_length=30, choices=message_kinds)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices, default=Channel.EMAIL)
    # What sending it cost, once it was sent; letters cost nothing.
    cost_dong = models.PositiveIntegerField(_("cost"), default=0)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    urgency = models.CharField(_("urgency"), max_length=8, choices=Urgency.choices)
    deduplication_key = models.CharField(max_length=200, unique=True)
    data = models.JSONField(default=dict)  # what fills the text's placeholders; emptied of secrets once sent
    state = models.CharField(_("state"), max_length=12, choices=MessageState.choices, default=MessageState.DUE)
    queued_at = models.DateTimeField(_("queued"))
    due_at = models.DateTimeField(_("due"))
    # Worthless after this; dropped, never sent late.
    expires_at = models.DateTimeField(_("worthless after"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claim_token = models.UUIDField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    lease_ends_at = models.DateTimeField(null=True, blank=True)
    handed_over_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    failed_at = models.DateTimeField(_("failed"), null=True, blank=True)
    failure = models.CharField(_("failure"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["urgency", "due_at"], condition=Q(state="DUE"), name="message_due"),
            models.Index(
                fields=["lease_ends_at"], condition=Q(state__in=["CLAIMED", "HANDED_OVER"]), name="message_leased"
            ),
            models.Index(fields=["recipient", "-queued_at"], name="message_by_recipient"),
            models.Index(fields=["queued_at"], condition=Q(channel="SMS"), name="message_sms_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(recipient__isnull=False) | ~Q(address=""), name="message_goes_somewhere"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["CLAIMED", "HANDED_OVER"])
                | Q(claim_token__isnull=False, claimed_at__isnull=False, lease_ends_at__isnull=False),
                name="message_claim_complete",
            ),
            models.CheckConstraint(
                condition=Q(handed_over_at__isnull=False) | ~Q(state__in=["HANDED_OVER", "SENT", "IN_DOUBT"]),
                name="message_handed_over_before_sent",
            ),
            models.CheckConstraint(
                condition=Q(state="SENT", sent_at__isnull=False) | (~Q(state="SENT") & Q(sent_at__isnull=True)),
                name="message_sent_at_when_sent",
            ),
            models.CheckConstraint(
                condition=~Q(state="FAILED") | Q(failed_at__isnull=False), name="message_failed_at_when_failed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_state_display()})"


class MessageText(models.Model):
    """The words of one kind of message in one language; superseded, never edited."""

    kind = models.CharField(_("kind"), max_length=30, choices=message_kinds)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices, default=Channel.EMAIL)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    version = models.PositiveIntegerField(_("version"))
    subject = models.CharField(_("subject line"), max_length=200, blank=True)  # text messages have none
    body = models.TextField(_("text"))  # paragraphs, an empty line between them; {placeholders} from rules.DELIVERY
    source = models.CharField(_("source"), max_length=200)
    valid_from = models.DateTimeField(_("valid from"))
    valid_to = models.DateTimeField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("message text")
        verbose_name_plural = _("message texts")
        constraints = [
            models.UniqueConstraint(fields=["kind", "channel", "language", "version"], name="message_text_version"),
            models.UniqueConstraint(
                fields=["kind", "channel", "language"],
                condition=Q(valid_to__isnull=True),
                name="message_text_one_current",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.get_language_display()}, {self.version}"


class UnsubscribeLink(models.Model):
    """The link in one letter by which its reader stops letters of that kind; it works for ever, and for that only."""

    token_hash = models.CharField(max_length=64, unique=True)  # SHA-256 of 128 random bits; the letter alone has them
    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="unsubscribe_links")
    kind = models.CharField(max_length=30, choices=message_kinds)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.get_kind_display()
