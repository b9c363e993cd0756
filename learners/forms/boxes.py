"""Dates as people write them: day, month and year in three boxes."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

CENTURY = 2000
TWO_DIGITS = 100
YEARS_AHEAD_MAX = 10


class DateBoxes(forms.MultiWidget):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        box = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(
            {
                "day": forms.TextInput({**box, "maxlength": 2}),
                "month": forms.TextInput({**box, "maxlength": 2}),
                "year": forms.TextInput({**box, "maxlength": 4}),
            },
            attrs,
        )

    def decompress(self, value: date | None) -> list[int | None]:
        return [value.day, value.month, value.year] if value else [None, None, None]


class DateBoxesField(forms.Field):
    """A date in three boxes; a year may be written with two digits."""

    widget = DateBoxes
    default_error_messages = {
        "required": _("Write the day, the month and the year, for example 12 12 2026."),
        "invalid": _("There is no such date. Write the day, the month and the year, for example 12 12 2026."),
        "year": _("Check the year. It should be between %(first)s and %(last)s."),
    }

    def __init__(self, *, year_min: int = CENTURY, **options: Any) -> None:
        super().__init__(**options)
        self.year_min = year_min

    def clean(self, value: Sequence[Any] | None) -> date | None:
        parts = [str(part or "").strip() for part in value or ()]
        if not any(parts):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        try:
            day, month, year = (int(part) for part in parts)
            read = date(year + CENTURY if 0 <= year < TWO_DIGITS else year, month, day)
        except (ValueError, OverflowError):
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        # What people mean lies nearby; far off, the calendar itself ends.
        last = timezone.localdate().year + YEARS_AHEAD_MAX
        if not self.year_min <= read.year <= last:
            raise ValidationError(
                self.error_messages["year"], code="year", params={"first": str(self.year_min), "last": str(last)}
            )
        return read

    def has_changed(self, initial: Any, data: Any) -> bool:
        return DateBoxes().decompress(initial) != list(data or [])
