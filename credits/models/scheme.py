"""
Other frameworks of credit: what one unit of theirs is worth here, as a fraction, by a policy with a source.

Nothing is kept in another scheme. An amount is converted once, at the end, from what the ledger holds; a transfer into
the ledger takes the fraction of the policy in force and posts what rounding leaves over.
"""

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Mod
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from credits.models.words import in_reading_language
from credits.rules import GRAINS_PER_HUNDREDTH

FIGURE_MAX = 10**6


class Scheme(models.Model):
    """A framework that counts learning in units of its own."""

    code = models.CharField(_("code"), max_length=20, primary_key=True)  # "ECTS"
    name_vi = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    is_shown = models.BooleanField(_("offered on the statement"), default=True)

    class Meta:
        verbose_name = _("credit scheme")
        verbose_name_plural = _("credit schemes")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        return in_reading_language(self.name_vi, self.name_en)


class SchemePolicy(models.Model):
    """One unit of a scheme is ``numerator / denominator`` credits here, from a day until a newer policy closes it."""

    policy_id = models.SlugField(_("policy"), max_length=60, unique=True)  # "ects-2026"
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="policies", verbose_name=_("scheme"))
    # Empty: for everybody; else for what this organisation brings in or recognises.
    organization = models.ForeignKey(
        "learners.Organization", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("only for")
    )
    numerator = models.PositiveIntegerField(_("credits here"))
    denominator = models.PositiveIntegerField(_("for so many units there"))
    legal_source_vi = models.CharField(_("legal source"), max_length=300)
    legal_source_en = models.CharField(_("legal source in English"), max_length=300, blank=True)
    valid_from = models.DateField(_("in force from"))
    valid_to = models.DateField(_("in force until before"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("policy of a scheme")
        verbose_name_plural = _("policies of schemes")
        ordering = ["scheme_id", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "organization"],
                condition=Q(valid_to__isnull=True),
                nulls_distinct=False,
                name="scheme_policy_one_open",
            ),
            models.CheckConstraint(
                condition=Q(numerator__range=(1, FIGURE_MAX), denominator__range=(1, FIGURE_MAX)),
                name="scheme_policy_fraction",
            ),
            # So that what a conversion rounds away is a whole number of grains.
            models.CheckConstraint(
                condition=Exact(Mod(Value(GRAINS_PER_HUNDREDTH), F("denominator")), 0),
                name="scheme_policy_denominator_divides",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="scheme_policy_days"
            ),
            models.CheckConstraint(condition=~Q(legal_source_vi=""), name="scheme_policy_has_source"),
        ]

    def __str__(self) -> str:
        return self.policy_id

    @property
    def legal_source(self) -> str:
        return in_reading_language(self.legal_source_vi, self.legal_source_en)
