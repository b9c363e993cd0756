"""The forms of helping: what a helper may do and until when, and the code that makes one a helper."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from learners import rules
from learners.actions.mandate import Terms, last_day
from learners.choices import HelperAct, Lightness
from learners.forms.card import CardCodeField
from learners.forms.fields import LineField, OnceField
from learners.forms.registration import LookForm


class MandateForm(forms.Form):
    once = OnceField()
    helper_words = LineField(
        label=_("Who helps"),
        max_length=120,
        help_text=_("In your own words, for example: my daughter Hồng."),
        error_messages={"required": _("Write who helps.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    acts = forms.MultipleChoiceField(
        label=_("What they may do"),
        choices=[
            (HelperAct.ENROL.value, _("Enrol me in a class")),
            (HelperAct.WITHDRAW.value, _("Give up my place")),
            (HelperAct.SEE.value, _("See when my classes are")),
            (HelperAct.LOOK.value, _("Set how pages look for me: text size, reading aloud, lite pages")),
        ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing the helper may do.")},
    )
    days = forms.TypedChoiceField(label=_("For how long"), coerce=int, initial=rules.MANDATE_DAYS[1])

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            (days, ngettext("%(n)s day", "%(n)s days", days) % {"n": days}) for days in rules.MANDATE_DAYS
        ]

    def terms(self, *, now: datetime) -> Terms:
        """Return what a valid form says."""
        said = self.cleaned_data
        return Terms(
            helper_words=said["helper_words"],
            acts=frozenset(HelperAct(act) for act in said["acts"]),
            until=last_day(days=said["days"], now=now),
        )


class WitnessedMandateForm(MandateForm):
    """The same as staff fill it in at a counter: the words are about the person in front of them."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["helper_words"].help_text = _("As this person calls them, for example: the daughter, Hồng.")
        self.fields["acts"].choices = [  # type: ignore[attr-defined]
            (HelperAct.ENROL.value, _("Enrol this person in a class")),
            (HelperAct.WITHDRAW.value, _("Give up this person’s place")),
            (HelperAct.SEE.value, _("See when this person’s classes are")),
            (
                HelperAct.LOOK.value,
                _("Set how pages look for this person: text size, reading aloud, lite pages"),
            ),
        ]


class HelperLookForm(LookForm):
    """How pages look for somebody, as a helper with their mandate sets it."""

    lite = forms.ChoiceField(
        required=False, choices=Lightness.choices, label=_("Amount of data"), widget=forms.RadioSelect
    )


class HelperCodeForm(forms.Form):
    code = CardCodeField(
        label=_("Code of the mandate"),
        help_text=_("The person you help got it when they made out the mandate."),
        error_messages={"invalid": _("Type the eight letters and digits, for example K7MP-3QXD.")},
        widget=forms.TextInput(attrs={"class": "input--code", "autocomplete": "off", "spellcheck": "false"}),
    )
