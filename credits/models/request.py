"""
Two persons for every act that a person starts on someone else's ledger.

One asks, with the reason the learner will read and the document that allows it; another decides. The database writes
no such entry without an approval by somebody else, and neither of the two is the learner.

What they typed may be about somebody, so it stands here and nowhere in the chain: what was agreed on, and the entries
that came of it, hold digests of it, made with this request's salt (``chain.words_digest``).
"""

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from credits.choices import Outcome, RequestKind
from credits.models.chain import SALT_BYTES


class LedgerRequest(models.Model):
    """What was asked; ``body`` is all that will be done, with the digests of the words that were typed."""

    public_id = models.UUIDField(_("public number"), default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("what is asked"), max_length=16, choices=RequestKind.choices)
    learner = models.ForeignKey(
        "learners.Learner", models.PROTECT, related_name="ledger_requests", verbose_name=_("whose ledger")
    )
    # Of a merge and its undo: the account that is emptied into the learner's.
    other_learner = models.ForeignKey(
        "learners.Learner",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="ledger_requests_as_other",
        verbose_name=_("emptied"),
    )
    entry = models.ForeignKey(
        "credits.JournalEntry",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reversal_requests",
        verbose_name=_("journal entry"),
    )
    organization = models.ForeignKey(
        "learners.Organization",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="ledger_requests",
        verbose_name=_("organisation that asks"),
    )
    # Of a reversal: how much of the entry; null is all that is left of it.
    amount_minor = models.PositiveBigIntegerField(_("hundredths of a credit"), null=True, blank=True)
    body = models.JSONField(_("what will be done"), encoder=DjangoJSONEncoder)
    body_hash = models.BinaryField(max_length=32)  # SHA-256 of the canonical body
    idempotency_key = models.CharField(_("idempotency key"), max_length=200, unique=True)
    reason = models.TextField(_("reason, for the learner"), max_length=1000)
    authority = models.TextField(_("document that allows it"), max_length=500)
    seen = models.TextField(_("what was seen"), max_length=200, blank=True)  # by who recognises what was learned
    salt = models.BinaryField(max_length=SALT_BYTES)
    requested_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, related_name="ledger_requests_made", verbose_name=_("asked by")
    )
    requested_at = models.DateTimeField(_("asked"))

    class Meta:
        verbose_name = _("ledger request")
        verbose_name_plural = _("ledger requests")
        indexes = [models.Index(fields=["requested_at"], name="ledger_request_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[RequestKind.MERGE, RequestKind.UNMERGE], other_learner__isnull=False)
                | (~Q(kind__in=[RequestKind.MERGE, RequestKind.UNMERGE]) & Q(other_learner__isnull=True)),
                name="ledger_request_merge_names_both",
            ),
            models.CheckConstraint(
                condition=Q(other_learner__isnull=True) | ~Q(other_learner=models.F("learner")),
                name="ledger_request_merge_of_two",
            ),
            models.CheckConstraint(
                condition=Q(kind=RequestKind.REVERSAL, entry__isnull=False)
                | (~Q(kind=RequestKind.REVERSAL) & Q(entry__isnull=True, amount_minor__isnull=True)),
                name="ledger_request_reversal_names_entry",
            ),
            models.CheckConstraint(
                # Words and salt are erased together, of a closed account; a request is not written so (erasure.sql).
                condition=(~Q(reason="") & ~Q(authority="") & Q(Exact(Length("salt"), SALT_BYTES)))
                | Q(Exact(Length("salt"), 0), reason="", authority="", seen=""),
                name="ledger_request_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(requested_by=models.F("learner")), name="ledger_request_not_about_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.public_id}"


class LedgerDecision(models.Model):
    """How a request ended; one without is still open."""

    request = models.OneToOneField(
        LedgerRequest, models.PROTECT, primary_key=True, related_name="decision", verbose_name=_("ledger request")
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    decided_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, related_name="ledger_decisions", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"))
    note = models.TextField(_("note"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("ledger decision")
        verbose_name_plural = _("ledger decisions")

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.request_id}"
