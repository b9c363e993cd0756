"""A year of birth, and the question that comes first where it would make a child of somebody."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

YEARS_MAX = 115


class YearField(forms.CharField):
    """A year of birth in four digits, given back as a number; or nothing."""

    default_error_messages = {"invalid": gettext_lazy("Write the year in four digits, for example 1958.")}

    def clean(self, value: Any) -> Any:
        said = super().clean(value)
        if not said:
            return None
        this_year = timezone.localdate().year
        if not re.fullmatch(r"[0-9]{4}", said) or not this_year - YEARS_MAX <= int(said) <= this_year:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return int(said)


def that_young_field() -> forms.BooleanField:
    """Return the box by which who types a child's year says that it is no slip of the finger."""
    return forms.BooleanField(required=False, label=gettext_lazy("Yes, I was born in this year"))


class AsksWhetherSoYoung(forms.Form):
    """
    A form with ``birth_year`` and ``is_that_young``: the box is shown once the action has asked for it.

    Everything else that was typed stays, as in any form that comes back.
    """

    asks_whether_so_young = False

    def ask_whether_so_young(self, reason: Exception, *, of: str = "") -> None:
        """Say back what ``birth_year.MakesAChild`` says; with ``of``, the name, to who writes the year for another."""
        said = str(reason)
        if of:
            said = _("By this year %(name)s is a child to the law. If it is right, tick the box below.") % {"name": of}
            self.fields["is_that_young"].label = _("Yes, the year is right")
        self.add_error("birth_year", said)
        self.asks_whether_so_young = True
