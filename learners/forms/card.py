"""Signing in by a card that nothing here can scan: its code, and what the person knows."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from learners import rules
from learners.forms.fields import tidy

_CODE = re.compile(rf"[{rules.CARD_LETTERS}]{{{rules.CARD_CODE_LETTERS}}}")


class CardCodeField(forms.CharField):
    """The short code of a card, with or without its hyphen, in small letters or large."""

    default_error_messages = {"invalid": _("Type the eight letters and digits of the card, for example K7MP-3QXD.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=40, **options)
        self.error_messages["required"] = self.error_messages["max_length"] = self.error_messages["invalid"]

    def clean(self, value: Any) -> str:
        typed = unicodedata.normalize("NFKC", super().clean(value)).upper()
        code = "".join(letter for letter in typed if letter.isalnum())
        if not _CODE.fullmatch(code):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return code


class KnownField(forms.CharField):
    """A birth year or a PIN: a few digits."""

    default_error_messages = {"invalid": _("Type the birth year in four digits, or the PIN.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=40, **options)
        self.error_messages["required"] = self.error_messages["max_length"] = self.error_messages["invalid"]

    def clean(self, value: Any) -> str:
        typed = unicodedata.normalize("NFKC", tidy(super().clean(value))).replace(" ", "")
        if not re.fullmatch(rf"[0-9]{{{rules.PIN_DIGITS_MIN},{rules.PIN_DIGITS_MAX}}}", typed):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return typed


class CardCodeForm(forms.Form):
    code = CardCodeField(
        label=_("Code of the card"),
        widget=forms.TextInput(
            attrs={"class": "input--code", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    known = KnownField(
        label=_("Birth year or PIN"),
        help_text=_("The PIN, if you chose one when the card was printed; otherwise the year you were born."),
        # In sight: who types a year with two fingers must see it. Guesses are bounded, not looks.
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
