"""How long what is kept: one row for each kind of data, with the law it comes from; superseded, not edited."""

from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from learners.choices import RetentionKind


class RetentionRule(models.Model):
    """Data of one kind is kept for so many days after it is done with; no number: as long as the account."""

    kind = models.CharField(_("what"), max_length=20, choices=RetentionKind.choices)
    days = models.PositiveIntegerField(_("days"), null=True, blank=True)
    source_vi = models.CharField(_("source"), max_length=300)
    source_en = models.CharField(_("source in English"), max_length=300)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("retention timer")
        verbose_name_plural = _("retention timers")
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(valid_to__isnull=True), name="retention_rule_one_current"
            ),
            models.CheckConstraint(condition=Q(days__isnull=True) | Q(days__gt=0), name="retention_rule_days_positive"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                name="retention_rule_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def source(self) -> str:
        """The law or decision behind it, in the language being read."""
        return self.source_en if translation.get_language() == "en" else self.source_vi
