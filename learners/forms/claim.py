"""The forms of making an account one's own."""

from django import forms
from django.utils.translation import gettext_lazy as _

from learners.forms.card import KnownField
from learners.forms.fields import AddressField


class WitnessedAddressForm(forms.Form):
    """In front of staff: an address; they see who it is."""

    address = AddressField(
        label=_("E-mail"),
        help_text=_("A code is sent there: the person must be able to read it now."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


class OwnAddressForm(WitnessedAddressForm):
    """By one's card: an address, and what only its owner knows."""

    known = KnownField(
        label=_("Birth year or PIN"),
        help_text=_("So that nobody who finds the card makes your record theirs."),
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
