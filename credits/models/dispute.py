"""
Disputes: a learner's word that a line of their record is wrong.

The entry is not touched: what comes of a dispute is an answer, and where the line was wrong, entries of their own. What
was reported stays as it was written; the answer is given once, never by the learner it concerns.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from credits.choices import Complaint, DisputeOutcome, DisputeState
from credits.rules import DISPUTE_TEXT_MAX


class Dispute(models.Model):
    """One report about one entry, until it is answered or taken back."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case_number = models.CharField(_("case number"), max_length=20, unique=True)  # "BS-2026-000123", for a telephone
    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="disputes", verbose_name=_("learner"))
    entry = models.ForeignKey(
        "credits.JournalEntry", models.PROTECT, related_name="disputes", verbose_name=_("journal entry")
    )
    # Whose managers answer first; null where no organisation is behind the entry, or nobody else in it could answer.
    organization = models.ForeignKey(
        "learners.Organization",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="disputes",
        verbose_name=_("organisation"),
    )
    complaint = models.CharField(_("what is wrong"), max_length=20, choices=Complaint.choices)
    text = models.TextField(_("in the learner's words"), max_length=DISPUTE_TEXT_MAX)
    opened_at = models.DateTimeField(_("reported"))
    due_on = models.DateField(_("answer due"))  # the last day to answer, as it was promised
    escalated_at = models.DateTimeField(_("with the curators since"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=DisputeState.choices, default=DisputeState.OPEN)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=DisputeOutcome.choices, blank=True)
    answer = models.TextField(_("answer"), max_length=DISPUTE_TEXT_MAX, blank=True)
    answered_by = models.ForeignKey(
        "learners.Learner",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="disputes_answered",
        verbose_name=_("answered by"),
    )
    # In whose name; null when a curator answered.
    answered_for = models.ForeignKey(
        "learners.Organization",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="disputes_answered",
        verbose_name=_("organisation that answers"),
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_after_days = models.PositiveSmallIntegerField(_("working days until the answer"), null=True, blank=True)

    class Meta:
        verbose_name = _("report of a mistake")
        verbose_name_plural = _("reports of mistakes")
        indexes = [models.Index(fields=["due_on"], condition=Q(state=DisputeState.OPEN), name="dispute_open_by_due_on")]
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state=DisputeState.OPEN), name="dispute_one_open_per_entry"
            ),
            models.CheckConstraint(
                condition=Q(
                    state=DisputeState.OPEN,
                    withdrawn_at__isnull=True,
                    outcome="",
                    answer="",
                    answered_by__isnull=True,
                    answered_for__isnull=True,
                    answered_at__isnull=True,
                    answered_after_days__isnull=True,
                )
                | Q(
                    state=DisputeState.WITHDRAWN,
                    withdrawn_at__isnull=False,
                    outcome="",
                    answer="",
                    answered_by__isnull=True,
                    answered_for__isnull=True,
                    answered_at__isnull=True,
                    answered_after_days__isnull=True,
                )
                | Q(
                    state=DisputeState.ANSWERED,
                    withdrawn_at__isnull=True,
                    outcome__in=DisputeOutcome.values,
                    answered_by__isnull=False,
                    answered_at__isnull=False,
                    answered_after_days__isnull=False,
                )
                & ~Q(answer=""),
                name="dispute_facts_of_state",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("learner")),
                name="dispute_not_answered_by_its_learner",
            ),
            models.CheckConstraint(
                condition=Q(answered_for__isnull=True) | Q(organization__isnull=False, answered_for=F("organization")),
                name="dispute_answered_for_its_organization",
            ),
            models.CheckConstraint(
                condition=Q(organization__isnull=False) | Q(escalated_at__isnull=False),
                name="dispute_has_somebody_to_answer",
            ),
            models.CheckConstraint(
                condition=(Q(escalated_at__isnull=True) | Q(escalated_at__gte=F("opened_at")))
                & (Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("opened_at")))
                & (Q(answered_at__isnull=True) | Q(answered_at__gte=F("opened_at"))),
                name="dispute_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(text="") & Q(LessThanOrEqual(Length("text"), DISPUTE_TEXT_MAX)),
                name="dispute_text_length",
            ),
            models.CheckConstraint(
                condition=Q(LessThanOrEqual(Length("answer"), DISPUTE_TEXT_MAX)), name="dispute_answer_length"
            ),
        ]

    def __str__(self) -> str:
        return self.case_number
