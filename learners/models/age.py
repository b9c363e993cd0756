"""
Ages the law names, as dated rows; and who is under one of them, in SQL.

The year of birth alone is known. PostgreSQL's ``learners_under_age`` (migration 0024) and ``queries.age`` give the same
answer for every year; a test compares them.
"""

from typing import Any

from django.db import models
from django.db.models import BooleanField, F, Func, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from learners.choices import AgeKind
from learners.rules import AGE_YEARS_MAX


class AgeRule(models.Model):
    """From so many years on somebody may do something, or is asked; superseded, not edited."""

    kind = models.CharField(_("what"), max_length=20, choices=AgeKind.choices)
    years = models.PositiveSmallIntegerField(_("years of age"))
    source_vi = models.CharField(_("source"), max_length=300)
    source_en = models.CharField(_("source in English"), max_length=300)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until"), null=True, blank=True)  # the first day on which it is not

    class Meta:
        verbose_name = _("age in the law")
        verbose_name_plural = _("ages in the law")
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=Q(valid_to__isnull=True), name="age_rule_one_current"),
            models.CheckConstraint(condition=Q(years__range=(1, AGE_YEARS_MAX)), name="age_rule_years"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="age_rule_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def source(self) -> str:
        """The law or decision behind it, in the language being read."""
        return self.source_en if translation.get_language() == "en" else self.source_vi


class UnderAge(Func):
    """SQL: ``learners_under_age(year of birth, kind, day)``: whether somebody may be younger than that on the day."""

    function = "learners_under_age"
    output_field = BooleanField()

    def __init__(self, birth_year: Any, kind: Any, day: Any, **options: Any) -> None:
        """Take expressions: a column by its name, the kind and the day as ``Value``."""
        super().__init__(birth_year, kind, day, **options)
