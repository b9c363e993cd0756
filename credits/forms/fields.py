"""Fields of the ledger's forms: amounts as people write them, and a person by their ledger number."""

from decimal import Decimal, InvalidOperation, Overflow
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from learners.models import Learner
from learners.queries import learner as people

HUNDREDTHS_MAX = 100_000  # in one go: 1,000 credits, more than a doctorate


class HundredthsField(forms.CharField):
    """An amount with a point or a comma, given back in hundredths of a credit; None where it may be left empty."""

    per_unit = 100

    default_error_messages = {
        "invalid": _("Write a number, for example 3 or 2.5."),
        "step": _("At most two figures after the point, for example 2.25."),
        "range": _("Between 0.01 and 1,000."),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=20, **options)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
        self.error_messages["max_length"] = self.error_messages["invalid"]

    def clean(self, value: Any) -> int | None:
        text = super().clean(value).replace(",", ".").replace(" ", "")
        if not text:
            return None
        try:
            hundredths = Decimal(text) * self.per_unit
            if not hundredths.is_finite():
                raise InvalidOperation
        except (InvalidOperation, Overflow):
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if not 1 <= hundredths <= HUNDREDTHS_MAX:
            raise ValidationError(self.error_messages["range"], code="range")
        if hundredths % 1:
            raise ValidationError(self.error_messages["step"], code="step")
        return int(hundredths)


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
