"""
What readers report and curators decide about reviews and replies: rows that are inserted and never changed.

Words are hidden by a ``ModerationDecision`` with a reason of a closed list and in no other way. Whose words they are,
author or organization, may object once to each hiding, and another curator answers.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.choices import HidingReason, ModerationKind
from courses.rules import FEEDBACK_LETTERS_MAX, REPORT_LETTERS_MAX


class FeedbackReport(models.Model):
    """A reader finds that a review, or the reply to it, should not be shown; open until a curator decides about it."""

    feedback = models.ForeignKey("courses.Feedback", models.PROTECT, related_name="reports")
    reply = models.ForeignKey(  # the wording that was read; empty: the review is meant
        "courses.FeedbackReply", models.PROTECT, null=True, blank=True, related_name="reports"
    )
    reporter = models.ForeignKey("learners.Learner", models.PROTECT, related_name="feedback_reports")
    reason = models.CharField(max_length=16, choices=HidingReason.choices)
    note = models.CharField(max_length=REPORT_LETTERS_MAX, blank=True)
    reported_at = models.DateTimeField()

    class Meta:
        ordering = ["reported_at", "id"]
        indexes = [models.Index(fields=["reporter", "-reported_at"], name="feedback_report_by_reporter")]
        constraints = [
            models.UniqueConstraint(
                fields=["feedback", "reporter"], condition=Q(reply=None), name="feedback_report_once"
            ),
            models.UniqueConstraint(fields=["reply", "reporter"], name="feedback_reply_report_once"),
            models.CheckConstraint(condition=Q(reason__in=HidingReason.values), name="feedback_report_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.feedback}: {self.get_reason_display()}"


class FeedbackObjection(models.Model):
    """The author of a hidden review, or the organization of a hidden reply, says why it should be shown."""

    decision = models.OneToOneField("courses.ModerationDecision", models.PROTECT, related_name="objection_made")
    text = models.CharField(max_length=FEEDBACK_LETTERS_MAX)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="feedback_objection_says_something")]

    def __str__(self) -> str:
        return f"{self.decision}"


class ModerationDecision(models.Model):
    """One line of the moderation log. The database hides and shows by it, and refuses what does not follow."""

    feedback = models.ForeignKey("courses.Feedback", models.PROTECT, related_name="decisions")
    reply = models.ForeignKey(  # the wording that was decided on; empty: the review itself
        "courses.FeedbackReply",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("the reply"),
    )
    kind = models.CharField(_("decision"), max_length=8, choices=ModerationKind.choices)
    reason = models.CharField(_("reason"), max_length=16, choices=HidingReason.choices, blank=True)
    note = models.CharField(_("to whose words they are"), max_length=REPORT_LETTERS_MAX, blank=True)
    objection = models.OneToOneField(
        FeedbackObjection, models.PROTECT, null=True, blank=True, related_name="decision_on_it"
    )
    decided_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+", verbose_name=_("curator"))
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        verbose_name = _("decision about a review")
        verbose_name_plural = _("decisions about reviews")
        ordering = ["decided_at", "id"]
        indexes = [models.Index(fields=["-decided_at", "-id"], name="moderation_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["HIDDEN", "UPHELD"], reason__in=HidingReason.values)
                | Q(kind__in=["KEPT", "SHOWN"], reason=""),
                name="moderation_hides_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(kind="UPHELD") | Q(objection__isnull=False), name="moderation_upheld_after_objection"
            ),
            models.CheckConstraint(
                condition=Q(objection__isnull=True) | Q(kind__in=["SHOWN", "UPHELD"]),
                name="moderation_objection_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.feedback}: {self.get_kind_display()}"
