"""
Reviews by those who took part, and the figures a course page shows of them.

Who has completed a run, or left it after having taken part, is asked once (``FeedbackRequest``: the database refuses
one for anybody else) and may answer once (``Feedback``). An author may change the words for a while, and each earlier
wording is kept; or take the review back. The organization's replies are inserted, never changed: the newest stands.

The curators' side is ``models.moderation``. Hiding concerns words alone: stars count as long as the author leaves them.
A reply may be hidden without its review; its next wording begins hidden too, until a curator has looked at it.
"""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.choices import HidingReason
from courses.rules import FEEDBACK_EDIT_DAYS, FEEDBACK_LETTERS_MAX, STARS


class FeedbackRequest(models.Model):
    """Somebody who took part has been asked what it was like; also who wrote before being asked."""

    enrollment = models.OneToOneField("courses.Enrollment", models.PROTECT, related_name="feedback_request")
    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="feedback_requests")
    asked_at = models.DateTimeField()
    declined_at = models.DateTimeField(null=True, blank=True)  # "no, thank you": not shown as a question any more

    class Meta:
        indexes = [models.Index(fields=["course"], name="feedback_request_by_course")]
        constraints = [
            models.CheckConstraint(
                condition=Q(declined_at__isnull=True) | Q(declined_at__gte=F("asked_at")),
                name="feedback_request_declined_after",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrollment}"


class Feedback(models.Model):
    """What one participant says of a course, as it stands now."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.OneToOneField(
        FeedbackRequest, models.PROTECT, related_name="feedback", verbose_name=_("invitation to review")
    )
    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="feedback", verbose_name=_("course"))
    stars = models.PositiveSmallIntegerField(_("stars"))
    can_do = models.BooleanField(_("can now do what was promised"), null=True)  # empty: not said
    text = models.CharField(_("words"), max_length=FEEDBACK_LETTERS_MAX, blank=True)  # plain
    given_at = models.DateTimeField(_("given"))
    edited_at = models.DateTimeField(_("last edited"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    # Written by the database alone, from the curators' decisions: the serving role has no right to these two.
    hidden_at = models.DateTimeField(_("words hidden"), null=True, blank=True, editable=False)
    hidden_for = models.CharField(
        _("hidden for"), max_length=16, choices=HidingReason.choices, blank=True, db_default=""
    )

    class Meta:
        verbose_name = _("review by a participant")
        verbose_name_plural = _("reviews by participants")
        indexes = [models.Index(fields=["course", "-given_at", "-id"], name="feedback_by_course")]
        constraints = [
            models.CheckConstraint(condition=Q(stars__in=STARS), name="feedback_stars"),
            models.CheckConstraint(
                condition=Q(edited_at__isnull=True)
                | Q(edited_at__gte=F("given_at"), edited_at__lte=F("given_at") + timedelta(days=FEEDBACK_EDIT_DAYS)),
                name="feedback_edited_in_its_term",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
                name="feedback_withdrawn_after",
            ),
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True, hidden_for="") | (Q(hidden_at__isnull=False) & ~Q(hidden_for="")),
                name="feedback_hidden_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course_id}: {self.stars}"

    @property
    def is_shown(self) -> bool:
        return self.withdrawn_at is None and self.hidden_at is None

    @property
    def editable_until(self) -> datetime:
        return self.given_at + timedelta(days=FEEDBACK_EDIT_DAYS)

    def is_editable(self, *, now: datetime) -> bool:
        return now <= self.editable_until


class FeedbackEdition(models.Model):
    """An earlier wording of a review: written by the database when it is changed, seen by its author and curators."""

    feedback = models.ForeignKey(Feedback, models.PROTECT, related_name="editions")
    stars = models.PositiveSmallIntegerField()
    can_do = models.BooleanField(null=True)
    text = models.CharField(max_length=FEEDBACK_LETTERS_MAX, blank=True)
    said_at = models.DateTimeField()
    replaced_at = models.DateTimeField()

    class Meta:
        ordering = ["replaced_at", "id"]

    def __str__(self) -> str:
        return f"{self.feedback}"


class FeedbackReply(models.Model):
    """One wording of what the organization answers to a review; the newest stands."""

    feedback = models.ForeignKey(Feedback, models.PROTECT, related_name="replies")
    text = models.CharField(max_length=FEEDBACK_LETTERS_MAX)  # plain
    written_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    # Written by the database alone, as those of a review.
    hidden_at = models.DateTimeField(null=True, blank=True, editable=False)
    hidden_for = models.CharField(max_length=16, choices=HidingReason.choices, blank=True, db_default="")

    class Meta:
        ordering = ["written_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="feedback_reply_says_something"),
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True, hidden_for="") | (Q(hidden_at__isnull=False) & ~Q(hidden_for="")),
                name="feedback_reply_hidden_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.feedback}"


class CourseQuality(models.Model):
    """
    The figures of a course over all its versions, one row each, so that its page costs no further query.

    What follows from reviews is counted by the database at every change (function ``courses_count_feedback``), what
    follows from enrolments once a day (``actions.quality``): an enrolment also ends by the clock.
    """

    course = models.OneToOneField("courses.Course", models.CASCADE, primary_key=True, related_name="quality")
    asked = models.PositiveIntegerField(db_default=0)
    stars_1 = models.PositiveIntegerField(db_default=0)  # how many gave it one star; without those taken back
    stars_2 = models.PositiveIntegerField(db_default=0)
    stars_3 = models.PositiveIntegerField(db_default=0)
    stars_4 = models.PositiveIntegerField(db_default=0)
    stars_5 = models.PositiveIntegerField(db_default=0)
    can_do_said = models.PositiveIntegerField(db_default=0)  # who said whether they can do what was promised
    can_do = models.PositiveIntegerField(db_default=0)  # of these: who can
    ended = models.PositiveIntegerField(db_default=0)  # enrolments that are over, however they ended
    completed = models.PositiveIntegerField(db_default=0)  # of these

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    asked__gte=F("stars_1") + F("stars_2") + F("stars_3") + F("stars_4") + F("stars_5"),
                    can_do_said__gte=F("can_do"),
                    ended__gte=F("completed"),
                ),
                name="course_quality_parts_of_wholes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course_id}"
