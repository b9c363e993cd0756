"""
"Are you still coming?": asked some days before the first class session, answered by a signed link or not at all.

No answer changes nothing: nobody loses a place by it. A no gives the place up, and may be taken back for a while. A
class that begins at another time than was asked about is asked about anew; who has the place again, after giving it up,
is asked by the same question, so that the links of its letter go on working.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.choices import Coming


class ComingQuestion(models.Model):
    """The question to one learner about one class."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrollment = models.OneToOneField("courses.Enrollment", models.PROTECT, related_name="coming_question")
    begins_at = models.DateTimeField()  # when the first class session was to begin, as it was asked about
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=3, choices=Coming.choices, blank=True)  # empty: not answered

    class Meta:
        verbose_name = _("question whether somebody is coming")
        verbose_name_plural = _("questions whether somebody is coming")
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="coming_question_answer_complete",
            ),
        ]

    def __str__(self) -> str:
        return str(self.enrollment)
