"""Hours and money as a centre types them."""

from decimal import Decimal, InvalidOperation, Overflow
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from courses.rules import COST_VND_MAX, HOURS_MAX, MINUTES_STEP

MINUTES_AN_HOUR = 60
AMOUNT_DIGITS_MAX = 30


class HoursField(forms.CharField):
    """Hours of study in steps of half an hour, kept as minutes: "10", "1,5", "1.5"."""

    default_error_messages = {
        "invalid": _("Write the hours as a number, for example 10 or 1.5."),
        "step": _("Hours go in steps of half an hour, for example 10 or 10.5."),
        "range": _("Between half an hour and %(count)s hours."),
    }

    def clean(self, value: Any) -> int:
        text = super().clean(value).replace(",", ".").replace(" ", "")
        if not text and not self.required:
            return 0
        try:
            minutes = Decimal(text) * MINUTES_AN_HOUR
            if not minutes.is_finite():
                raise InvalidOperation
        except (InvalidOperation, Overflow):
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if not MINUTES_STEP <= minutes <= HOURS_MAX.count_max * MINUTES_AN_HOUR:
            raise ValidationError(self.error_messages["range"], code="range", params={"count": HOURS_MAX.count_max})
        if minutes % MINUTES_STEP:
            raise ValidationError(self.error_messages["step"], code="step")
        return int(minutes)


class MoneyField(forms.CharField):
    """Whole đồng; dots and spaces between the digits are welcome, nothing means free."""

    def clean(self, value: Any) -> int:
        text = super().clean(value).strip().lower()
        digits = text.removesuffix("đồng").removesuffix("đ").replace(".", "").replace(",", "").replace(" ", "")
        if text and not (digits.isascii() and digits.isdigit()):
            raise ValidationError(_("Write the amount in đồng, for example 150000. Leave it empty if it is free."))
        # Counted before it is read: Python refuses to read a number of thousands of digits.
        amount = int(digits or 0) if len(digits) <= AMOUNT_DIGITS_MAX else COST_VND_MAX + 1
        if amount > COST_VND_MAX:
            raise ValidationError(_("This amount is too large. Check the zeros."))
        return amount
