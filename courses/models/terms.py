"""
Terms of a run: from which age to which, what one has completed before, and whether the organization decides who comes.

A run without a row has none. Terms hold for who asks from then on; who has a place or stands in line keeps it.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.rules import AGE_LIMIT_MAX, APPROVAL_DAYS_MAX


class EnrollmentTerms(models.Model):
    """What a run asks of those who would take part."""

    run = models.OneToOneField("courses.CourseRun", models.CASCADE, related_name="terms")
    age_min = models.PositiveSmallIntegerField(_("youngest age"), null=True, blank=True)  # in years, on the first day
    age_max = models.PositiveSmallIntegerField(_("oldest age"), null=True, blank=True)
    approval_days = models.PositiveSmallIntegerField(_("days to decide"), null=True, blank=True)  # empty: nobody does
    approval_steps = models.PositiveSmallIntegerField(_("people who decide"), default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("terms of a class")
        verbose_name_plural = _("terms of classes")
        constraints = [
            models.CheckConstraint(
                condition=(Q(age_min__isnull=True) | Q(age_min__range=(1, AGE_LIMIT_MAX)))
                & (Q(age_max__isnull=True) | Q(age_max__range=(1, AGE_LIMIT_MAX))),
                name="enrollment_terms_ages",
            ),
            models.CheckConstraint(
                condition=Q(age_min__isnull=True) | Q(age_max__isnull=True) | Q(age_min__lte=F("age_max")),
                name="enrollment_terms_age_order",
            ),
            models.CheckConstraint(
                condition=Q(approval_days__isnull=True) | Q(approval_days__range=(1, APPROVAL_DAYS_MAX)),
                name="enrollment_terms_approval_days",
            ),
            models.CheckConstraint(condition=Q(approval_steps__in=(1, 2)), name="enrollment_terms_approval_steps"),
        ]

    def __str__(self) -> str:
        return str(self.run)


class Prerequisite(models.Model):
    """A course one has completed before."""

    terms = models.ForeignKey(EnrollmentTerms, models.CASCADE, related_name="prerequisites")
    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="+")
    word_suffices = models.BooleanField(default=False)  # or says where it was learned

    class Meta:
        constraints = [models.UniqueConstraint(fields=["terms", "course"], name="prerequisite_once")]

    def __str__(self) -> str:
        return f"{self.terms}: {self.course}"


class LearnedElsewhere(models.Model):
    """A learner's own word that they have learned elsewhere what a class builds on."""

    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+")
    run = models.ForeignKey("courses.CourseRun", models.PROTECT, related_name="learned_elsewhere")
    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="+")
    words = models.CharField(max_length=200)
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "run", "course"], name="learned_elsewhere_once"),
        ]

    def __str__(self) -> str:
        return f"{self.learner}: {self.course}"
