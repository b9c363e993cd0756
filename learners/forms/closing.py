"""Closing an account: the second question to its person, and what staff say who ask for them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from learners.rules import PIN_DIGITS_MAX


class ClosingForm(forms.Form):
    understands = forms.BooleanField(
        label=_("I have read what is deleted, and that nobody can bring it back"),
        error_messages={"required": _("Tick the box if you really want to close your account.")},
    )


class PinForm(forms.Form):
    pin = forms.CharField(
        label=_("PIN of the card"),
        help_text=_("The person types it themself; you need not see it."),
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": PIN_DIGITS_MAX}),
        error_messages={"required": _("The person types the PIN of their card.")},
    )


class CounterClosingForm(forms.Form):
    understands = forms.BooleanField(
        label=_("I have read out what is deleted, and the person wants the account closed"),
        error_messages={"required": _("Tick the box once you have read it out and the person wants it.")},
    )
