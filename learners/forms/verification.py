"""A curator's verification of an organization."""

from django import forms
from django.utils.translation import gettext_lazy as _


class VerificationForm(forms.Form):
    until = forms.DateField(
        label=_("Verified until"),
        input_formats=["%d/%m/%Y", "%Y-%m-%d"],
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Day, month, year, for example 21/11/2028."),
        error_messages={
            "required": _("Write the last day of the verification, for example 21/11/2028."),
            "invalid": _("Write the last day of the verification, for example 21/11/2028."),
        },
    )
