"""Days on which nobody is asked to answer: the public holidays of Viet Nam."""

from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _


class Holiday(models.Model):
    """A day off for everybody beside Saturdays and Sundays, those given back for a holiday at a weekend included."""

    day = models.DateField(_("day"), unique=True)
    name_vi = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    source = models.CharField(_("source"), max_length=200, help_text=_("The law or decision that gives this day off."))

    class Meta:
        verbose_name = _("public holiday")
        verbose_name_plural = _("public holidays")
        constraints = [models.CheckConstraint(condition=~models.Q(source=""), name="holiday_has_source")]

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.name}"

    @property
    def name(self) -> str:
        """The name in the language being read."""
        return (self.name_en if translation.get_language() == "en" else "") or self.name_vi
