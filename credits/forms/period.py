"""What a reader chooses on the ledger's pages."""

from collections.abc import Sequence
from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

LAST_MONTHS = "3m"
LAST_MONTHS_DAYS = 92  # three months, whichever they are


class PeriodForm(forms.Form):
    """Which part of the book to read: all of it, the last three months, or one year."""

    period = forms.ChoiceField(
        label=_("Period"),
        required=False,
        error_messages={"invalid_choice": _("Nothing was written in that period. Choose one from the list.")},
    )

    def __init__(self, *arguments: object, years: Sequence[int], **more: object) -> None:
        super().__init__(*arguments, **more)  # type: ignore[arg-type]
        self.fields["period"].choices = [  # type: ignore[attr-defined]
            ("", _("From the beginning")),
            (LAST_MONTHS, _("Last 3 months")),
            *((str(year), gettext("Year %(year)s") % {"year": year}) for year in years),
        ]

    def days(self, *, today: date) -> tuple[date | None, date | None]:
        """Return the first and the last day chosen; ``None`` leaves that end open."""
        period = self.cleaned_data.get("period", "") if self.is_valid() else ""
        if period == LAST_MONTHS:
            return today - timedelta(days=LAST_MONTHS_DAYS), None
        if period:
            return date(int(period), 1, 1), date(int(period), 12, 31)
        return None, None
