"""Times as people write them: "8:00", "8h30", "8 giờ" or "0830"; and days ticked in a list."""

import re
from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from courses.rules import SESSIONS_MAX

_TIME = re.compile(r"\s*(\d{1,2})\s*(?:[:.hg]|giờ|$)\s*(\d{2})?\s*(?:phút)?\s*", re.IGNORECASE)
_DIGITS = re.compile(r"\s*(\d{1,2}) ?(\d{2})\s*")  # 830, 1830, 18 30


class ClockField(forms.CharField):
    """A time of day."""

    default_error_messages = {"invalid": _("Write the time of day, for example 8:00 or 14:30.")}

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        match = _TIME.fullmatch(text) or _DIGITS.fullmatch(text)
        try:
            return time(int(match[1]), int(match[2] or 0)) if match else self._refuse()
        except ValueError:
            self._refuse()

    def validate(self, value: time | None) -> None:
        forms.Field.validate(self, value)

    def run_validators(self, value: time | None) -> None:
        """The text's validators (length, null characters) have nothing to say about a time."""

    def _refuse(self) -> None:
        raise ValidationError(self.error_messages["invalid"], code="invalid")


class DaysField(forms.MultipleChoiceField):
    """Days ticked in a list that the page makes from what else was typed; what is no day is left out."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> Any:
        days = set()
        for each in super().to_python(value)[: SESSIONS_MAX.count_max * 2]:
            try:
                days.add(date.fromisoformat(each))
            except ValueError:  # not one of the boxes of our page
                continue
        return sorted(days)

    def validate(self, value: list[date]) -> None:
        """Any days: those that are none of the class's change nothing."""
