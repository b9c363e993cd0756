"""A curator's verification of an organization."""

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from learners.actions.organization import verified_until_max
from learners.rules import VERIFIED_YEARS_MAX


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

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until > verified_until_max(on=timezone.localdate()):
            words = _("A verification lasts %(years)s years at most.")
            raise forms.ValidationError(words, params={"years": VERIFIED_YEARS_MAX}, code="too_long")
        return until
