"""How many seats a planned run has."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.forms.filled import filled
from courses.rules import SEATS_MAX

NUMBER = _("Write the number of places, for example 20. Write 0 if there is no limit.")


def seats_field() -> Any:
    """Return the field of a number of places; 0 stands for no limit."""
    return forms.IntegerField(
        label=_("Places"),
        min_value=0,
        max_value=SEATS_MAX.count_max,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Write 0 if there is no limit."),
        error_messages={
            "required": NUMBER,
            "invalid": NUMBER,
            "min_value": NUMBER,
            "max_value": filled(_("At most %(count)s places."), count=SEATS_MAX.count_max),
        },
    )


class SeatsForm(forms.Form):
    seats_max = seats_field()
