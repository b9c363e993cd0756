"""The formatting of ``learners.formats`` as template filters; a missing value (``None``) is written as nothing."""

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Any

from django import template

from learners import formats
from learners import lunar as lunar_calendar
from learners.models import Place
from learners.queries import place as places

register = template.Library()


def lunar(value: date | datetime) -> str:
    """The day of the Vietnamese lunar calendar: "16/10", in a leap month "16/6 nhuận" / "16/6 leap"."""
    there = lunar_calendar.lunar_date(formats.local_day(value))
    leap = {"vi": " nhuận", "en": " leap"}[formats.language()] if there.is_leap else ""
    return f"{there.day}/{there.month}{leap}"


@register.filter
def with_commune(address: str, place: Place | None) -> str:
    """An address with its commune after it, unless it names the commune itself."""
    return ", ".join(part for part in (address, places.commune_after(address, place)) if part)


@register.filter
def after(place: Place | None, address: str) -> str:
    """The commune and province of a place, less what the address before them already says."""
    return places.place_after(address or "", place)


def _filled(function: Callable[..., str]) -> Callable[..., str]:
    @wraps(function)  # Django counts the arguments of what is wrapped
    def filled(value: Any, *arguments: Any) -> str:
        return "" if value is None or value == "" else function(value, *arguments)

    return filled


for _function in (
    formats.number,
    formats.credits,
    formats.signed_credits,
    formats.credit_hours,
    formats.signed_hours,
    formats.minute_hours,
    formats.duration,
    formats.dong,
    formats.kilometres,
    formats.megabytes,
    formats.word_list,
    formats.way,
    formats.in_fours,
    formats.weekday,
    formats.day,
    formats.day_plain,
    formats.day_near,
    formats.day_short,
    formats.day_range,
    formats.month,
    formats.clock,
    formats.clock_range,
    formats.moment,
    lunar,
):
    register.filter(_function.__name__, _filled(_function))
