"""The forms of the counter: who stands in front of it, and the PIN of a card."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from learners import rules
from learners.actions.card import PIN_IS_NEEDED
from learners.choices import ConsentWay, ReadAloud, TextSize
from learners.forms.birth_year import YearField
from learners.forms.fields import NameField, OnceField
from learners.forms.home import HomeFields
from learners.models import Learner
from learners.queries.age import Ages


class PinField(forms.CharField):
    """A few digits somebody has chosen, or nothing."""

    default_error_messages = {"invalid": _("A PIN has four to six digits.")}

    def clean(self, value: Any) -> str:
        said = str(super().clean(value))
        if said and not re.fullmatch(rf"[0-9]{{{rules.PIN_DIGITS_MIN},{rules.PIN_DIGITS_MAX}}}", said):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return said


class LookForm(forms.Form):
    """How pages look for somebody, as they say it at the counter."""

    text_size = forms.ChoiceField(
        required=False, choices=TextSize.choices, label=_("Text size"), widget=forms.RadioSelect
    )
    aloud = forms.ChoiceField(
        required=False, choices=ReadAloud.choices, label=_("Reading pages aloud"), widget=forms.RadioSelect
    )


class RegistrationForm(HomeFields):
    without_commune = _("Who does not know it, or would rather not say it, says the province alone.")
    once = OnceField()
    full_name = NameField(
        max_length=120,
        label=_("Full name"),
        help_text=_("As it should stand on certificates, for example: Lê Văn Hòa."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    birth_year = YearField(
        required=False,
        label=_("Birth year"),
        help_text=_("As the person says it; to tell two people of one name apart."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    saw_paper = forms.BooleanField(
        required=False,
        label=_("I have seen the birth year on a paper"),
        help_text=_(
            "An identity card, a birth certificate. Then the year goes with the code on the card; otherwise the person "
            "chooses a PIN."
        ),
    )
    consent_way = forms.ChoiceField(
        choices=ConsentWay.choices,
        label=_("How they agreed"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how the person agreed.")},
    )
    has_agreed = forms.BooleanField(
        label=_("I have read out the text above, and the person agrees"),
        error_messages={"required": _("Without their agreement no record is opened.")},
    )
    guardian_agreed = forms.BooleanField(
        required=False, label=_("The parent or guardian is here, has heard the text above, and agrees too")
    )
    field_order = [
        *("once", "full_name", "birth_year", "saw_paper", "province", "commune"),
        *("consent_way", "has_agreed", "guardian_agreed"),
    ]

    def __init__(self, *arguments: Any, ages: Ages, **options: Any) -> None:
        super().__init__(*arguments, **options)
        typed = str(self["birth_year"].value() or "")
        person = Learner(birth_year=int(typed) if re.fullmatch(r"[0-9]{4}", typed) else None)
        self.is_child, self.needs_own = ages.needs_guardian(person), ages.needs_own(person)
        # The youngest are not asked: the guardian agrees for them.
        self.fields["has_agreed"].required = self.needs_own

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("saw_paper") and not cleaned.get("birth_year") and "birth_year" not in self.errors:
            self.add_error("birth_year", _("Write the year that the paper shows."))
        return cleaned


class NameForm(forms.Form):
    full_name = NameField(
        max_length=120,
        label=_("Full name"),
        help_text=_("As it stands on a paper you have seen: an identity card, a birth certificate."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class BirthYearForm(forms.Form):
    birth_year = YearField(
        label=_("Birth year"),
        help_text=_("As it stands on a paper you have seen: an identity card, a birth certificate."),
        error_messages={"required": _("Write the year in four digits, for example 1958.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class CardForm(forms.Form):
    """A PIN; where no birth year is confirmed a card needs one, for something must go with the code on it."""

    pin_needed = _(
        "Four to six digits the person chooses and nobody else sees. No birth year is confirmed, so the card needs a "
        "PIN; once you have confirmed the year below, it does not."
    )
    pin = PinField(
        required=False,
        label=_("PIN"),
        help_text=_(
            "Four to six digits the person chooses and nobody else sees. Without one, the code on the card goes "
            "together with the birth year."
        ),
        error_messages={"required": PIN_IS_NEEDED},
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "new-password"}),
    )

    def __init__(self, *arguments: Any, needs_pin: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["pin"].required = needs_pin
        if needs_pin:
            self.fields["pin"].help_text = self.pin_needed


class OwnCardForm(CardForm):
    """The same for one's own card: the words are to whom it belongs."""

    pin_needed = _(
        "Four to six digits you choose and nobody else knows. You type them with the code on the card: no birth year "
        "of yours has been confirmed by staff."
    )

    def __init__(self, *arguments: Any, needs_pin: bool, **options: Any) -> None:
        super().__init__(*arguments, needs_pin=needs_pin, **options)
        if not needs_pin:
            self.fields["pin"].help_text = _(
                "Four to six digits you choose and nobody else knows. Without one you type the code on the card and "
                "the year you were born."
            )
