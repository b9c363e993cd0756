"""Fields of the ledger's forms: amounts as people write them, and a person by their ledger number."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from learners.models import Learner
from learners.queries import learner as people

# One mark, and after it one or two figures: "1.000" is a thousand to some and one to others, so it is neither.
AMOUNT = re.compile(r"[0-9]+([.,][0-9]{1,2})?")
LOOKS_LIKE_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}([., ][0-9]{3})+([.,][0-9]*)?")
LIKE_A_NUMBER = re.compile(r"[0-9]+[.,][0-9]+")

HUNDREDTHS_MAX = 100_000  # in one go: 1,000 credits, more than a doctorate


class HundredthsField(forms.CharField):
    """An amount with a point or a comma, given back in hundredths of a credit; None where it may be left empty."""

    per_unit = 100

    default_error_messages = {
        "invalid": _("Write a number, for example 3 or 2.5."),
        "thousands": _("Write a thousand without a mark, as 1000; after a point or a comma, two figures at most."),
        "step": _("At most two figures after the point, for example 2.25."),
        "range": _("Between 0.01 and 1,000."),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=20, **options)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
        self.error_messages["max_length"] = self.error_messages["invalid"]

    def clean(self, value: Any) -> int | None:
        text = super().clean(value).strip()
        if not text:
            return None
        if not AMOUNT.fullmatch(text):
            code = self._what_is_wrong(text)
            raise ValidationError(self.error_messages[code], code=code)
        hundredths = Decimal(text.replace(",", ".")) * self.per_unit
        if not 1 <= hundredths <= HUNDREDTHS_MAX:
            raise ValidationError(self.error_messages["range"], code="range")
        if hundredths % 1:
            raise ValidationError(self.error_messages["step"], code="step")
        return int(hundredths)

    def _what_is_wrong(self, text: str) -> str:
        if LOOKS_LIKE_THOUSANDS.fullmatch(text):
            return "thousands"
        return "step" if LIKE_A_NUMBER.fullmatch(text) else "invalid"


class HoursField(HundredthsField):
    """Hours of study in steps of half an hour, given back in hundredths of a credit."""

    per_unit = 2

    default_error_messages = {
        "invalid": _("Write the hours as a number, for example 10 or 1.5."),
        "step": _("Hours go in steps of half an hour, for example 10 or 10.5."),
        "range": _("Between half an hour and 50,000 hours."),
    }


class LearnerField(forms.UUIDField):
    """A person, by the ledger number they give."""

    default_error_messages = {
        "required": _("Write the ledger number."),
        "invalid": _("A ledger number looks like 2f1c8a4e-9b7d-4c55-8d0e-3a61b2c4d5e6."),
        "unknown": _("Nobody has this ledger number. Compare it figure by figure."),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs |= {"size": 36, "autocomplete": "off", "spellcheck": "false"}

    def clean(self, value: Any) -> Learner:
        number = super().clean(value)
        learner = people.by_ledger_number(number) if number else None
        if learner is None:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        return learner
