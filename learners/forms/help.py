"""Asking to be called back, closing such a request, and naming the helper of a commune."""

from django import forms
from django.utils.translation import gettext_lazy as _

from learners.choices import HelpOutcome, HelpTag
from learners.forms.fields import LineField, NameField, OnceField, WordsField
from learners.forms.home import HomeFields
from learners.rules import HELP_LETTERS_MAX


class HelpForm(HomeFields):
    why = _("So that somebody of your commune calls you. Without one, a curator of the portal does.")
    without_commune = _("With the province alone, a curator of the portal calls you.")
    name = NameField(
        max_length=120,
        label=_("Your name"),
        help_text=_("So that we know whom to ask for."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    reach = LineField(
        max_length=120,
        label=_("How do we reach you?"),
        help_text=_("A telephone number, of a neighbour too, or an e-mail address; and when."),
        error_messages={"required": _("Write a telephone number or another way to reach you.")},
    )
    about = WordsField(
        max_length=HELP_LETTERS_MAX,
        label=_("What would you like to ask?"),
        help_text=_("A few words, so that the right person calls. No names of illnesses, no codes."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write in a few words what it is about.")},
    )
    once = OnceField()
    field_order = ["name", "reach", "about", "province", "commune"]


class HelpAnswerForm(forms.Form):
    tag = forms.ChoiceField(
        label=_("What was asked"),
        choices=HelpTag.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what was asked."), "invalid_choice": _("Choose what was asked.")},
    )
    outcome = forms.ChoiceField(
        label=_("How it ended"),
        choices=HelpOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it ended."), "invalid_choice": _("Choose how it ended.")},
    )
    note = WordsField(
        required=False,
        max_length=HELP_LETTERS_MAX,
        label=_("Note"),
        help_text=_("What was done. Whoever asked can read it, if they were signed in."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class HelperForm(forms.Form):
    name = NameField(
        max_length=120, label=_("Who helps"), help_text=_("Everybody can read it, so ask the person first.")
    )
    phone = LineField(
        required=False, max_length=20, label=_("Telephone"), widget=forms.TextInput(attrs={"type": "tel"})
    )
    hours_vi = LineField(
        max_length=120,
        label=_("When, in Vietnamese"),
        help_text=_("For example: thứ Ba và thứ Năm, 8:00–10:00."),
        error_messages={"required": _("Write when the person is there.")},
    )
    hours_en = LineField(required=False, max_length=120, label=_("When, in English"))
