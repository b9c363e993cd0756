"""The forms of guardians: how it was shown at the counter, and the code that makes one a guardian."""

from django import forms
from django.utils.translation import gettext_lazy as _

from learners.choices import GuardianProof
from learners.forms.card import CardCodeField


class GuardianForm(forms.Form):
    proof = forms.ChoiceField(
        label=_("What they have shown you"),
        choices=GuardianProof.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say which paper you have seen.")},
    )


class GuardianCodeForm(forms.Form):
    code = CardCodeField(
        label=_("Code of the child"),
        help_text=_("You got it at the counter where the child was registered."),
        error_messages={"invalid": _("Type the eight letters and digits, for example K7MP-3QXD.")},
        widget=forms.TextInput(attrs={"class": "input--code", "autocomplete": "off", "spellcheck": "false"}),
    )
