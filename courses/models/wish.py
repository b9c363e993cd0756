"""
Wishes: what people would like to learn near home, and what their centres answer.

A wish is a topic in a commune, however many ask for it; each of them has a voice. A centre's answers are inserted,
never changed: the newest of each is the one that stands. What a run might answer is proposed to the centre, never to a
learner. Somebody who no longer wants it takes their voice back, and may give it again.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.choices import VoiceEnd, WishAnswerKind, WishTime
from courses.rules import WISH_LETTERS_MAX, WISH_REASON_LETTERS_MAX


class Wish(models.Model):
    """A topic somebody would like to learn in a commune; whoever asks for the same there joins it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    place = models.ForeignKey("learners.Place", models.PROTECT, related_name="wishes", verbose_name=_("commune, ward"))
    topic = models.CharField(_("topic"), max_length=WISH_LETTERS_MAX)  # as the first of them wrote it
    topic_fold = models.CharField(max_length=WISH_LETTERS_MAX)  # its words without diacritics, a space between
    created_at = models.DateTimeField(_("first asked"))
    # By a curator, when it is no wish to learn: it is on no board then.
    hidden_at = models.DateTimeField(_("hidden"), null=True, blank=True)
    hidden_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("hidden by")
    )

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        constraints = [
            models.UniqueConstraint(fields=["place", "topic_fold"], name="wish_once_a_place"),
            models.CheckConstraint(condition=~Q(topic="") & ~Q(topic_fold=""), name="wish_says_something"),
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True, hidden_by__isnull=True)
                | Q(hidden_at__isnull=False, hidden_by__isnull=False),
                name="wish_hiding_complete",
            ),
        ]

    def __str__(self) -> str:
        return self.topic


class WishVoice(models.Model):
    """One learner who asks for it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    wish = models.ForeignKey(Wish, models.PROTECT, related_name="voices")
    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="wish_voices")
    times = ArrayField(models.CharField(max_length=20, choices=WishTime.choices), default=list, blank=True)
    asked_at = models.DateTimeField()
    kept_at = models.DateTimeField()  # when the learner last said so
    asked_again_at = models.DateTimeField(null=True, blank=True)  # whether they still want it, and no reply since
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_how = models.CharField(max_length=10, choices=VoiceEnd.choices, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["learner", "-asked_at"], name="wish_voice_by_learner"),
            models.Index(fields=["kept_at"], condition=Q(ended_at__isnull=True), name="wish_voice_kept"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["wish", "learner"], name="wish_voice_once"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_how="") | (Q(ended_at__isnull=False) & ~Q(ended_how="")),
                name="wish_voice_end_complete",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("asked_at")),
                name="wish_voice_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner}: {self.wish}"


class WishAnswer(models.Model):
    """What an organization says to a wish; the newest of each stands."""

    wish = models.ForeignKey(Wish, models.PROTECT, related_name="answers")
    organization = models.ForeignKey("learners.Organization", models.PROTECT, related_name="wish_answers")
    kind = models.CharField(max_length=8, choices=WishAnswerKind.choices)
    run = models.ForeignKey("courses.CourseRun", models.PROTECT, null=True, blank=True, related_name="wishes_answered")
    reason = models.CharField(max_length=WISH_REASON_LETTERS_MAX, blank=True)
    answered_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["wish", "organization", "-answered_at"], name="wish_answer_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="OPEN", run__isnull=False) | (~Q(kind="OPEN") & Q(run__isnull=True)),
                name="wish_answer_open_with_run",
            ),
            models.CheckConstraint(condition=~Q(kind="CANNOT") | ~Q(reason=""), name="wish_answer_no_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.organization}: {self.get_kind_display()}"


class WishProposal(models.Model):
    """A run that seems to answer a wish: found by the portal, for its organization to say yes or no to."""

    wish = models.ForeignKey(Wish, models.PROTECT, related_name="proposals")
    run = models.ForeignKey("courses.CourseRun", models.PROTECT, related_name="wish_proposals")
    proposed_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey("learners.Learner", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wish", "run"], name="wish_proposal_once"),
            models.CheckConstraint(
                condition=Q(dismissed_at__isnull=True, dismissed_by__isnull=True)
                | Q(dismissed_at__isnull=False, dismissed_by__isnull=False),
                name="wish_proposal_dismissal_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wish}: {self.run}"
