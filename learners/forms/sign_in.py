"""The forms of signing in: an address, the code sent to it, and a name for a new account."""

from django import forms
from django.utils.translation import gettext_lazy as _

from learners.forms.fields import AddressField, CodeField, NameField
from learners.forms.home import HomeFields


class AddressForm(forms.Form):
    address = AddressField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false"})
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class CodeForm(forms.Form):
    code = CodeField(
        label=_("Code in the letter"),
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
