"""
Results of those who take a course, and the word of who teaches it for class sessions missed.

Both are entries that stay: a result is corrected by another one, of which the last counts; a word is taken back once.
Whoever is named by them reads them, with who wrote them and why.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.rules import RESULT_REASON_LETTERS_MAX, WORD_LETTERS_MAX, WORD_LETTERS_MIN


class ResultEntry(models.Model):
    """What one learner reached: points of 100, or passed or not. The one that is not superseded counts."""

    enrollment = models.ForeignKey("courses.Enrollment", models.PROTECT, related_name="results")
    mark = models.PositiveSmallIntegerField(_("points"), null=True, blank=True)
    has_passed = models.BooleanField(_("passed"), null=True, blank=True)
    recorded_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded"))
    reason = models.CharField(_("reason"), max_length=RESULT_REASON_LETTERS_MAX, blank=True)  # of a correction
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment"], condition=Q(superseded_at__isnull=True), name="result_one_current"
            ),
            models.CheckConstraint(
                condition=Q(mark__isnull=True, has_passed__isnull=False)
                | Q(mark__range=(0, 100), has_passed__isnull=True),
                name="result_says_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrollment}: {self.mark if self.has_passed is None else self.has_passed}"


class CompletionWord(models.Model):
    """Who teaches says that somebody has learned it although class sessions were missed, and why."""

    enrollment = models.ForeignKey("courses.Enrollment", models.PROTECT, related_name="completion_words")
    reason = models.CharField(_("reason"), max_length=WORD_LETTERS_MAX)
    given_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    given_at = models.DateTimeField(_("given"))
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("learners.Learner", models.PROTECT, null=True, blank=True, related_name="+")
    end_reason = models.CharField(max_length=RESULT_REASON_LETTERS_MAX, blank=True)

    class Meta:
        verbose_name = _("word of who teaches")
        verbose_name_plural = _("words of who teaches")
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment"], condition=Q(ended_at__isnull=True), name="completion_word_one_current"
            ),
            models.CheckConstraint(  # what is erased of a person is a dash
                condition=Q(reason__regex=f"^.{{{WORD_LETTERS_MIN}}}") | Q(reason="—"),
                name="completion_word_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, end_reason="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(end_reason="")),
                name="completion_word_end_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrollment}: {self.given_at:%d/%m/%Y}"
