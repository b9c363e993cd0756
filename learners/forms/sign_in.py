"""The forms of signing in: an address, the code sent to it, and a name for a new account."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learners.channels import is_offered
from learners.forms.fields import AddressField, CodeField, NameField, WayField
from learners.forms.home import HomeFields


def way_field(*, autocomplete: str, help_text: Any = "") -> AddressField | WayField:
    """Return the field for where to send a code; numbers are asked for only where the portal can write to them."""
    attributes = {"autocomplete": autocomplete, "spellcheck": "false", "autocapitalize": "off"}
    if is_offered():
        widget: forms.TextInput = forms.TextInput(attrs=attributes)
        return WayField(label=_("E-mail address or mobile number"), help_text=help_text, widget=widget)
    return AddressField(label=_("E-mail"), help_text=help_text, widget=forms.EmailInput(attrs=attributes))


class SharedForm(forms.Form):
    is_shared = forms.BooleanField(
        required=False,
        label=_("I am on a shared computer"),
        help_text=_("At a library, a school, a shop: you are signed out with the browser, or after 20 minutes."),
    )


class AddressForm(SharedForm):
    next = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ["address", "is_shared", "next"]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["address"] = way_field(autocomplete="username")
        self.order_fields(self.field_order)


class CodeForm(forms.Form):
    code = CodeField(
        label=_("Code we sent you"),
        widget=forms.TextInput(attrs={"class": "input--code", "inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class SignUpForm(HomeFields):
    full_name = NameField(
        max_length=120,
        label=_("Full name"),
        help_text=_("As it should stand on certificates, for example: Lê Văn Hòa."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["full_name", "province", "commune"]
