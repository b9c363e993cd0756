"""The forms of guardians: how it was shown at the counter, and the code that makes one a guardian."""

from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy as _

from learners.choices import ConsentChannel, ConsentPurpose, GuardianProof
from learners.forms.card import CardCodeField
from learners.forms.fields import NameField, OnceField, OneOfField
from learners.forms.registration import BirthYearForm
from learners.models import ConsentText, Guardian


class HowField(OneOfField):
    """How somebody in front of the counter answered."""

    def __init__(self, **options: object) -> None:
        ways = [
            (ConsentChannel.COUNTER.value, _("Said so, after the text was read out")),
            (ConsentChannel.PAPER.value, _("Signed on paper")),
        ]
        super().__init__(label=_("How they answered"), choices=ways, say=_("Say how the person answered."), **options)


class GuardianForm(forms.Form):
    once = OnceField()
    full_name = NameField(
        max_length=120,
        label=_("Name of the parent or guardian"),
        help_text=_("As it stands on the paper you have seen."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    proof = forms.ChoiceField(
        label=_("What they have shown you"),
        choices=GuardianProof.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say which paper you have seen.")},
    )


class ChildCodeForm(forms.Form):
    code = CardCodeField(
        label=_("Code of the child"),
        help_text=_("The child, signed in, has it shown under “What I have agreed to”."),
        error_messages={"invalid": _("Type the eight letters and digits, for example K7MP-3QXD.")},
        widget=forms.TextInput(attrs={"class": "input--code", "autocomplete": "off", "spellcheck": "false"}),
    )


class ChildGuardianForm(GuardianForm, BirthYearForm):
    """What a paper shows of a child who stands in front of staff with a code."""

    code = CardCodeField(widget=forms.HiddenInput)
    field_order = ("once", "code", "birth_year", "full_name", "proof")


class GuardianCodeForm(forms.Form):
    lacks_year = False  # whether the page leads to where the birth year is said
    code = CardCodeField(
        label=_("Code of the child"),
        help_text=_("You got it at the counter where the child was registered."),
        error_messages={"invalid": _("Type the eight letters and digits, for example K7MP-3QXD.")},
        widget=forms.TextInput(attrs={"class": "input--code", "autocomplete": "off", "spellcheck": "false"}),
    )


class CounterAnswerForm(forms.Form):
    """What a guardian says about one purpose in front of staff; on one page there is one for each child and purpose."""

    purpose = forms.ChoiceField(choices=ConsentPurpose.choices, widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)  # of the words that were read out
    channel = HowField()
    answer = OneOfField(
        label=_("What they answered"),
        choices=[("yes", _("Agrees")), ("no", _("Does not agree, or takes an earlier yes back"))],
        say=_("Say what the person answered."),
    )

    def __init__(self, data: Any = None, *, row: Guardian, purpose: str = "", **options: Any) -> None:
        super().__init__(data, auto_id=f"id_{row.pk}{purpose}_%s", **options)
        self.row = row

    @classmethod
    def of(cls, row: Guardian, text: ConsentText, sent: Self | None) -> Self:
        """Return the form about this child and purpose: the one just sent, if it is that one."""
        if sent is not None and sent.row == row and sent["purpose"].value() == text.purpose:
            return sent
        return cls(row=row, purpose=text.purpose, initial={"purpose": text.purpose, "version": text.pk})
