"""What is said of a day that is probably not the one that was meant."""

from datetime import date

from django.utils.text import capfirst
from django.utils.translation import gettext

from learners import formats


def written(day: date) -> str:
    """Return a day as it would be typed: 9/1/2027."""
    return f"{day.day}/{day.month}/{day.year}"


def a_year_on(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year + 1, day=28)


def past(day: date, today: date) -> str:
    if (next_year := a_year_on(day)) >= today:
        return gettext("This day is past. Do you mean %(day)s?") % {"day": written(next_year)}
    return gettext("This day is past. Check the year.")


def begins_later(first: date, begins: date) -> str:
    said = gettext("%(day)s is no day of this class. It would begin on %(first)s. If that is right, save again.")
    return said % {"day": capfirst(formats.day_near(first)), "first": formats.day(begins)}


def ends_too_early(first: date, last: date) -> str:
    if (next_year := a_year_on(last)) >= first:
        return gettext("The last day is before the first day. Do you mean %(day)s?") % {"day": written(next_year)}
    return gettext("The last day is before the first day.")
