"""
The transfer register: which organisation accepts which credit, since when, by which document. Public.

A row says what is accepted by the provider, the course, the kind of credit or the field, or several of them together.
It is not edited: it ends, and another takes its place.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from credits.choices import KindOfCredit
from learners.models.folding import VnFold


class Acceptance(models.Model):
    """One thing one organisation accepts."""

    public_id = models.UUIDField(_("public number"), default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        "learners.Organization", models.PROTECT, related_name="acceptances", verbose_name=_("accepted by")
    )
    provider = models.ForeignKey(
        "learners.Organization",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="accepted_elsewhere",
        verbose_name=_("credit from"),
    )
    course_key = models.CharField(_("course, for example course:12"), max_length=300, blank=True)
    course_title = models.CharField(_("title of the course"), max_length=200, blank=True)
    kind_of_credit = models.CharField(_("kind of credit"), max_length=12, choices=KindOfCredit.choices, blank=True)
    field_code = models.CharField(_("field (ISCED-F)"), max_length=4, blank=True)
    since = models.DateField(_("since"))
    until = models.DateField(_("until before"), null=True, blank=True)
    document = models.CharField(_("document: number, date, or address"), max_length=500)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    title_fold = models.GeneratedField(
        expression=VnFold("course_title"), output_field=models.TextField(), db_persist=True
    )

    class Meta:
        verbose_name = _("accepted credit")
        verbose_name_plural = _("accepted credit")
        ordering = ["-since", "-id"]
        indexes = [models.Index(fields=["course_key"], name="acceptance_by_course")]
        constraints = [
            models.CheckConstraint(
                condition=Q(provider__isnull=False) | ~Q(course_key="") | ~Q(kind_of_credit="") | ~Q(field_code=""),
                name="acceptance_of_something",
            ),
            models.CheckConstraint(
                condition=Q(course_key="", course_title="") | (~Q(course_key="") & ~Q(course_title="")),
                name="acceptance_course_with_title",
            ),
            models.CheckConstraint(
                condition=Q(field_code="") | Q(field_code__regex=r"^[0-9]{2,4}$"), name="acceptance_field_code"
            ),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="acceptance_days"),
            models.CheckConstraint(condition=~Q(document=""), name="acceptance_has_document"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False, until__isnull=False),
                name="acceptance_end_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id}: {self.public_id}"
