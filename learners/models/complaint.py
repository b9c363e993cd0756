"""
Complaints about organizations: what a learner says of one, and what a curator found.

Neither is ever changed: a complaint stays as it was written, and is answered once.
"""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from learners.choices import ComplaintOutcome, ComplaintSubject
from learners.rules import COMPLAINT_LETTERS_MAX


class OrganizationComplaint(models.Model):
    """What one learner says is wrong with an organization; the organization is not told who said it."""

    organization = models.ForeignKey(
        "learners.Organization", models.PROTECT, related_name="complaints", verbose_name=_("organisation")
    )
    learner = models.ForeignKey(
        "learners.Learner", models.PROTECT, related_name="complaints_made", verbose_name=_("learner")
    )
    subject = models.CharField(_("what it is about"), max_length=20, choices=ComplaintSubject.choices)
    text = models.TextField(_("in the learner's words"), max_length=COMPLAINT_LETTERS_MAX)
    made_at = models.DateTimeField(_("made"))
    due_on = models.DateField(_("answer due"))  # the last day to answer, as it was promised

    class Meta:
        verbose_name = _("complaint about an organisation")
        verbose_name_plural = _("complaints about organisations")
        indexes = [models.Index(fields=["learner", "-made_at"], name="complaint_by_learner")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") & Q(LessThanOrEqual(Length("text"), COMPLAINT_LETTERS_MAX)),
                name="complaint_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization}: {self.get_subject_display()}"


class OrganizationComplaintAnswer(models.Model):
    """What a curator found, in words the learner reads as they stand."""

    complaint = models.OneToOneField(
        OrganizationComplaint, models.PROTECT, primary_key=True, related_name="answer", verbose_name=_("complaint")
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=ComplaintOutcome.choices)
    text = models.TextField(_("answer"), max_length=COMPLAINT_LETTERS_MAX)
    answered_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(_("answered"))

    class Meta:
        verbose_name = _("answer to a complaint")
        verbose_name_plural = _("answers to complaints")
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") & Q(LessThanOrEqual(Length("text"), COMPLAINT_LETTERS_MAX)),
                name="complaint_answer_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint}: {self.get_outcome_display()}"
