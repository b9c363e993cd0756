"""The forms of a person's ways of signing in: a new address or number, and by which one to be asked again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learners.choices import Way
from learners.forms.fields import AddressField, PhoneField
from learners.forms.sign_in import way_field


class EmailForm(forms.Form):
    address = AddressField(
        label=_("New e-mail address"),
        help_text=_("We write a code to it, so that we know you can read what arrives there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


class PhoneForm(forms.Form):
    address = PhoneField(
        label=_("New mobile number"),
        help_text=_("We send a code to it, so that we know you can read what arrives there."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )


FORMS: dict[Way, type[EmailForm] | type[PhoneForm]] = {Way.EMAIL: EmailForm, Way.PHONE: PhoneForm}


class WhereToForm(forms.Form):
    """Where the code that asks again is to be sent; only what the person has."""

    way = forms.ChoiceField(label=_("Where shall we send the code?"), widget=forms.RadioSelect)

    def __init__(self, *arguments: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["way"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["way"].initial = choices[0][0] if choices else None


class LostWayForm(WhereToForm):
    """Which of the person's addresses is lost, and what shall take its place."""

    def __init__(self, *arguments: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, choices=choices, **options)
        self.fields["way"].label = _("Which one can you no longer use?")
        said = _("We write a code to it, so that we know you can read what arrives there.")
        self.fields["address"] = way_field(autocomplete="email", help_text=said)
