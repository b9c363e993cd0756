"""
Rules about what counts, as rows: each with its legal source and the days it is in force.

A rule never takes away credit that was posted; it says what counts toward a pathway, and the rest stays earned. A rule
is not edited: a new version closes the one before it. A learner keeps the rules of the day on which they started.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from credits.choices import KindOfCredit, LotSource, RuleKind, RulePeriod
from credits.models.words import in_reading_language

LEVEL_MIN, LEVEL_MAX = 1, 8  # of the Vietnamese Qualifications Framework. Source: Decision 1982/QD-TTg
PERCENT_MAX = 100
OF_THE_FRAMEWORK = [MinValueValidator(LEVEL_MIN), MaxValueValidator(LEVEL_MAX)]
LIMITS = (RuleKind.CAP, RuleKind.TRANSFER_LIMIT, RuleKind.PRIOR_LEARNING_LIMIT)
ONE_FIGURE = Q(amount_minor__isnull=False, percent__isnull=True) | Q(amount_minor__isnull=True, percent__isnull=False)
NO_FIGURE = Q(amount_minor__isnull=True, percent__isnull=True)


class RuleRow(models.Model):
    """What every rule says; an empty selector means any."""

    kind = models.CharField(_("what the rule says"), max_length=24, choices=RuleKind.choices)
    kind_of_credit = models.CharField(_("kind of credit"), max_length=12, choices=KindOfCredit.choices, blank=True)
    source = models.CharField(_("how it was learned"), max_length=16, choices=LotSource.choices, blank=True)
    field_code = models.CharField(
        _("field (ISCED-F, the beginning of a code is enough)"),
        max_length=4,
        blank=True,
        validators=[RegexValidator(r"^[0-9]+$", _("Only digits, for example 06 or 0611."))],
    )
    level_min = models.PositiveSmallIntegerField(_("from level"), null=True, blank=True, validators=OF_THE_FRAMEWORK)
    level_max = models.PositiveSmallIntegerField(_("to level"), null=True, blank=True, validators=OF_THE_FRAMEWORK)
    issuer = models.ForeignKey(
        "learners.Organization", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("issued by")
    )
    course_keys = ArrayField(
        models.CharField(max_length=300), verbose_name=_("courses, for example course:12"), default=list, blank=True
    )
    # What a sentence calls the credit the selectors choose: "về kỹ năng số", "in digital skills". Empty: made of them.
    about_vi = models.CharField(_("in a sentence, in Vietnamese"), max_length=120, blank=True)
    about_en = models.CharField(_("in a sentence, in English"), max_length=120, blank=True)
    period = models.CharField(_("period"), max_length=16, choices=RulePeriod.choices, default=RulePeriod.NONE)
    amount_minor = models.PositiveBigIntegerField(_("figure in hundredths of a credit"), null=True, blank=True)
    percent = models.PositiveSmallIntegerField(
        _("or percent of what the pathway asks for"), null=True, blank=True, validators=[MaxValueValidator(PERCENT_MAX)]
    )
    months = models.PositiveSmallIntegerField(_("months"), null=True, blank=True, validators=[MinValueValidator(1)])
    legal_source_vi = models.CharField(_("legal source"), max_length=300)
    legal_source_en = models.CharField(_("legal source in English"), max_length=300, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[*LIMITS, RuleKind.MINIMUM], months__isnull=True) & ONE_FIGURE
                | Q(kind=RuleKind.VALIDITY, months__isnull=False, months__gte=1) & NO_FIGURE
                | Q(kind=RuleKind.COUNT_ONCE, months__isnull=True) & NO_FIGURE,
                name="%(class)s_figure_of_kind",
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__lte=PERCENT_MAX), name="%(class)s_percent"
            ),
            models.CheckConstraint(
                condition=Q(period=RulePeriod.NONE) | Q(kind__in=LIMITS), name="%(class)s_period_of_limit"
            ),
            models.CheckConstraint(
                condition=(Q(level_min__isnull=True) | Q(level_min__range=(LEVEL_MIN, LEVEL_MAX)))
                & (Q(level_max__isnull=True) | Q(level_max__range=(LEVEL_MIN, LEVEL_MAX)))
                & (Q(level_min__isnull=True) | Q(level_max__isnull=True) | Q(level_max__gte=F("level_min"))),
                name="%(class)s_levels",
            ),
            models.CheckConstraint(
                condition=Q(field_code="") | Q(field_code__regex=r"^[0-9]{1,4}$"), name="%(class)s_field_code"
            ),
            # These two say themselves which source they limit.
            models.CheckConstraint(
                condition=Q(source="") | ~Q(kind__in=[RuleKind.TRANSFER_LIMIT, RuleKind.PRIOR_LEARNING_LIMIT]),
                name="%(class)s_source_by_kind",
            ),
            models.CheckConstraint(condition=~Q(legal_source_vi=""), name="%(class)s_has_source"),
        ]

    @property
    def about(self) -> str:
        return in_reading_language(self.about_vi, self.about_en)

    @property
    def legal_source(self) -> str:
        return in_reading_language(self.legal_source_vi, self.legal_source_en)


class CreditRule(RuleRow):
    """One version of a rule for every pathway, in force from a day until a newer version closes it."""

    code = models.SlugField(_("code"), max_length=60)
    version = models.PositiveIntegerField(_("version"))  # 1 … n
    valid_from = models.DateField(_("in force from"))
    valid_to = models.DateField(_("in force until before"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )  # null: came with a release

    class Meta(RuleRow.Meta):
        verbose_name = _("rule for all pathways")
        verbose_name_plural = _("rules for all pathways")
        ordering = ["code", "-version"]
        constraints = [
            *RuleRow.Meta.constraints,
            models.UniqueConstraint(fields=["code", "version"], name="creditrule_version"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_to__isnull=True), name="creditrule_one_open_version"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="creditrule_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class CourseEquivalence(models.Model):
    """Courses that are one and the same where a rule says that a course counts once; from a day until a day."""

    name = models.CharField(_("name"), max_length=200)
    course_keys: Any = ArrayField(models.CharField(max_length=300), verbose_name=_("courses, for example course:12"))
    legal_source = models.CharField(_("who decided, in which document"), max_length=300)
    valid_from = models.DateField(_("in force from"))
    valid_to = models.DateField(_("in force until before"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+", verbose_name=_("recorded by"))

    class Meta:
        verbose_name = _("equivalent courses")
        verbose_name_plural = _("equivalent courses")
        ordering = ["name", "valid_from"]
        constraints = [
            models.CheckConstraint(condition=Q(course_keys__len__gte=2), name="course_equivalence_of_two"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="course_equivalence_days"
            ),
        ]

    def __str__(self) -> str:
        return self.name
