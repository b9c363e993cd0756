"""The forms of making an account one's own."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learners.forms.card import KnownField
from learners.forms.sign_in import way_field


class WitnessedAddressForm(forms.Form):
    """In front of staff: an address or number; they see who it is."""

    hint = _("A code is sent there: the person must be able to read it now.")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["address"] = way_field(autocomplete="off", help_text=self.hint)
        self.order_fields(["address", "known"])


class OwnAddressForm(WitnessedAddressForm):
    """By one's card: an address or number, and what only its owner knows."""

    hint = _("A code is sent there: you must be able to read it now.")
    known = KnownField(
        label=_("Birth year or PIN"),
        help_text=_("So that nobody who finds the card makes your record theirs."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
