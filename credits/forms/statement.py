"""What a reader chooses on the ledger's pages."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from credits.choices import LotSource
from credits.queries.statement import Excerpt, Outline
from learners.forms.boxes import DateBoxesField

ALL = "all"
LAST_MONTHS = "3m"
LAST_MONTHS_DAYS = 92  # three months, whichever they are
LAST_YEAR_DAYS = 366
FIRST_YEAR, LAST_YEAR = 1900, 2200


class AsOf(TextChoices):
    """The two ways to look back at a day; they differ where something was recorded later than it happened."""

    RECORDED = "recorded", _("What had been written by the end of that day")
    EFFECTIVE = "effective", _("What had happened by the end of that day, by what we know today")


class StatementForm(forms.Form):
    """Which part of the book to read, and as of which day; what is not understood is left out, with a word about it."""

    period = forms.ChoiceField(
        label=_("Period"),
        required=False,
        error_messages={"invalid_choice": _("Nothing was written in that period. Choose one from the list.")},
    )
    source = forms.ChoiceField(
        label=_("How it was learned"),
        required=False,
        choices=[("", _("In every way")), *LotSource.choices],
        error_messages={"invalid_choice": _("Choose one from the list.")},
    )
    on = DateBoxesField(
        label=_("Day"),
        required=False,
        year_min=FIRST_YEAR,
        help_text=_("For example 21 11 2026."),
        error_messages={"invalid": _("This is no day of the calendar. Write it like 21 11 2026.")},
    )
    view = forms.ChoiceField(
        label=_("What to show"),
        required=False,
        widget=forms.RadioSelect,
        choices=AsOf.choices,
        initial=AsOf.RECORDED,
        error_messages={"invalid_choice": _("Choose one of the two.")},
    )

    def __init__(self, *arguments: object, outline: Outline, now: datetime, **more: object) -> None:
        super().__init__(*arguments, **more)  # type: ignore[arg-type]
        self.now, self.today = now, timezone.localdate(now)
        if self.is_bound and not self.data.get("view"):
            given: Any = self.data
            self.data = given.copy()
            self.data["view"] = AsOf.RECORDED  # type: ignore[index]  # a copy; a bound form shows no initial value
        self.years = self._years(outline)
        self.fields["period"].choices = [  # type: ignore[attr-defined]
            ("", _("12 months up to that day") if self.looks_back else _("Last 12 months")),
            (LAST_MONTHS, _("3 months up to that day") if self.looks_back else _("Last 3 months")),
            *((str(year), gettext("Year %(year)s") % {"year": year}) for year in self.years),
            (ALL, _("From the beginning")),
        ]

    def clean_on(self) -> date | None:
        day: date | None = self.cleaned_data["on"]
        if day and day > self.today:
            raise ValidationError(_("That day has not come yet. Choose today or an earlier day."))
        return day

    @property
    def looks_back(self) -> bool:
        """Return whether a day was written, a wrong one too."""
        return any(self["on"].data or ())

    def excerpt(self) -> Excerpt:
        """
        Return what was chosen; of a form that is not valid, the choices that are.

        A day that is not over is known until now: what is recorded later on it must not change what was read.
        """
        self.is_valid()
        chosen = getattr(self, "cleaned_data", {})
        day, view = chosen.get("on"), chosen.get("view") or AsOf.RECORDED
        since, until = self._days(chosen.get("period", ""), day or self.today)
        return Excerpt(
            since=since,
            until=until,
            source=chosen.get("source", ""),
            recorded_until=min(midnight_after(day), self.now) if day and view == AsOf.RECORDED else None,
            effective_on=day if view == AsOf.EFFECTIVE else None,
        )

    def marks(self) -> list[str]:
        """Return what tells a file of this part from one of another, for its name; the form is valid."""
        said = self.cleaned_data
        happened = gettext("as-it-happened") if said["on"] and said["view"] == AsOf.EFFECTIVE else ""
        period = "" if said["period"] == ALL else said["period"] or "12m"
        return [mark for mark in (happened, period, said["source"].lower().replace("_", "-")) if mark]

    def _years(self, outline: Outline) -> list[int]:
        """Return the years there is something of, newest first: when it was written, or when it happened, by then."""
        if not self.looks_back:
            return outline.years
        *_day_and_month, year = self["on"].data
        last = int(year) if str(year).isdecimal() and len(year) <= len(str(LAST_YEAR)) else LAST_YEAR
        shown = outline.years_happened if self.data["view"] == AsOf.EFFECTIVE else outline.years
        return [each for each in shown if each <= last]

    def _days(self, period: str, last: date) -> tuple[date | None, date | None]:
        """Return the first and the last day of a period that ends today, or on the day looked back to."""
        if period == ALL:
            return None, None
        if period == LAST_MONTHS:
            return last - timedelta(days=LAST_MONTHS_DAYS), None
        if period:
            return date(int(period), 1, 1), date(int(period), 12, 31)
        return last - timedelta(days=LAST_YEAR_DAYS), None


class TimelineForm(forms.Form):
    """Which part of a life's learning to look at."""

    source = forms.ChoiceField(
        label=_("How it was learned"),
        required=False,
        choices=LotSource.choices,
        error_messages={"invalid_choice": _("Choose one from the list.")},
    )
    year = forms.IntegerField(
        label=_("Year"),
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.Select,
        error_messages=dict.fromkeys(["invalid", "min_value", "max_value"], _("Choose one from the list.")),
    )

    def chosen(self) -> dict[str, Any]:
        """Return the source and the year; of a form that is not valid, the choices that are."""
        self.is_valid()
        return {"source": self.cleaned_data.get("source", ""), "year": self.cleaned_data.get("year")}

    def offer(self, years: Iterable[int], sources: Iterable[LotSource]) -> None:
        """Fill the lists with what there is to choose."""
        self.fields["year"].widget.choices = [("", _("Every year")), *((year, str(year)) for year in years)]
        self.fields["source"].widget.choices = [
            ("", _("In every way")),
            *((source.value, source.label) for source in LotSource if source in set(sources)),
        ]


def midnight_after(day: date) -> datetime:
    """Return the first moment that is no longer part of the day."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), datetime.min.time()))
