"""
The Vietnamese lunar calendar, computed from the sky.

Months begin on the day of the new moon and the month holding the winter solstice is the eleventh, both reckoned at
UTC+7. China reckons at UTC+8, so the two calendars part now and then: Tết 1985 came a month earlier in Viet Nam,
Tết 2007 and 2030 a day. Tables of the Chinese calendar are therefore no substitute.

Holds for 1968 (when Viet Nam took UTC+7 for its calendar) to 2199. Sources: J. Meeus, *Astronomical Algorithms*, 2nd
ed., chapters 25 (the Sun, to 0.01°) and 49 (phases of the Moon, to some seconds); F. Espenak and J. Meeus for ΔT; the
rules of the calendar after Hồ Ngọc Đức, checked by known dates in ``tests/learners/test_lunar.py``.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from math import floor, radians, sin

FIRST_YEAR, LAST_YEAR = 1968, 2199
_JULIAN_DAY_OF_ORDINAL_ZERO = 1721424.5  # the Julian day at 0:00 UTC of the day before date.min
_ZONE_DAYS = 7 / 24
_LUNATION_DAYS = 29.530588861

# Meeus, table 49.A, new moon: amplitude in days, power of the eccentricity factor E, multiples of M, M', F and Ω.
_NEW_MOON_TERMS = (
    (-0.40720, 0, 0, 1, 0, 0),
    (0.17241, 1, 1, 0, 0, 0),
    (0.01608, 0, 0, 2, 0, 0),
    (0.01039, 0, 0, 0, 2, 0),
    (0.00739, 1, -1, 1, 0, 0),
    (-0.00514, 1, 1, 1, 0, 0),
    (0.00208, 2, 2, 0, 0, 0),
    (-0.00111, 0, 0, 1, -2, 0),
    (-0.00057, 0, 0, 1, 2, 0),
    (0.00056, 1, 1, 2, 0, 0),
    (-0.00042, 0, 0, 3, 0, 0),
    (0.00042, 1, 1, 0, 2, 0),
    (0.00038, 1, 1, 0, -2, 0),
    (-0.00024, 1, -1, 2, 0, 0),
    (-0.00017, 0, 0, 0, 0, 1),
    (-0.00007, 0, 2, 1, 0, 0),
    (0.00004, 0, 0, 2, -2, 0),
    (0.00004, 0, 3, 0, 0, 0),
    (0.00003, 0, 1, 1, -2, 0),
    (0.00003, 0, 0, 2, 2, 0),
    (-0.00003, 0, 1, 1, 2, 0),
    (0.00003, 0, -1, 1, 2, 0),
    (-0.00002, 0, -1, 1, -2, 0),
    (-0.00002, 0, 1, 3, 0, 0),
    (0.00002, 0, 0, 4, 0, 0),
)
# Meeus, page 351: pull of the planets; amplitude in days, phase and speed in degrees.
_PLANET_TERMS = (
    (0.000325, 299.77, 0.107408),
    (0.000165, 251.88, 0.016321),
    (0.000164, 251.83, 26.651886),
    (0.000126, 349.42, 36.412478),
    (0.000110, 84.66, 18.206239),
    (0.000062, 141.74, 53.303771),
    (0.000060, 207.14, 2.453732),
    (0.000056, 154.84, 7.306860),
    (0.000047, 34.52, 27.261239),
    (0.000042, 207.19, 0.121824),
    (0.000040, 291.34, 1.844379),
    (0.000037, 161.72, 24.198154),
    (0.000035, 239.56, 25.513099),
    (0.000023, 331.55, 3.592518),
)


@dataclass(frozen=True, slots=True)
class LunarDate:
    """One day of the lunar calendar; ``year`` is the solar year in which that lunar year began."""

    year: int
    month: int
    day: int
    is_leap: bool = False


@lru_cache(maxsize=4096)
def lunar_date(day: date) -> LunarDate:
    """
    Return the lunar date of a solar one.

    :raises ValueError: if ``day`` is outside the years this calendar holds for.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"The lunar calendar is known for {FIRST_YEAR} to {LAST_YEAR}, not {day.year}.")
    # The year runs between two eleventh months; a day late in December may already belong to the next.
    winter_year = day.year if day >= _first_day(_eleventh_month(day.year)) else day.year - 1
    eleventh, next_eleventh = _eleventh_month(winter_year), _eleventh_month(winter_year + 1)
    lunation = _lunation_of(day)
    months_after = lunation - eleventh
    leap = _leap_month(eleventh) if next_eleventh - eleventh == 13 else None
    is_leap = lunation == leap
    if leap is not None and lunation >= leap:
        months_after -= 1
    month = (months_after + 10) % 12 + 1
    year = winter_year if month >= 11 and months_after < 2 else winter_year + 1
    return LunarDate(year, month, (day - _first_day(lunation)).days + 1, is_leap)


def _lunation_of(day: date) -> int:
    """Return the number of the new moon that began the month holding ``day``."""
    guess = floor((day.toordinal() + _JULIAN_DAY_OF_ORDINAL_ZERO - 2451550.09766) / _LUNATION_DAYS) + 1
    while _first_day(guess) > day:
        guess -= 1
    return guess


@lru_cache(maxsize=256)
def _eleventh_month(year: int) -> int:
    """Return the lunation that holds the winter solstice of ``year``."""
    solstice = date(year, 12, 20)
    while _sign_at_end_of(solstice) < 9:
        solstice += timedelta(days=1)
    return _lunation_of(solstice)


def _leap_month(eleventh: int) -> int:
    """Return the first month after ``eleventh`` in which the sun enters no new sign."""
    lunation = eleventh + 1
    while _sign_at_start_of(lunation) != _sign_at_start_of(lunation + 1):
        lunation += 1
    return lunation


def _sign_at_start_of(lunation: int) -> int:
    return _sign_at_end_of(_first_day(lunation) - timedelta(days=1))


def _sign_at_end_of(day: date) -> int:
    """Return which twelfth of its circle, from 0 at the spring equinox, the sun stands in at the last midnight."""
    midnight = day.toordinal() + 1 + _JULIAN_DAY_OF_ORDINAL_ZERO - _ZONE_DAYS
    return floor(_sun_longitude(midnight + _delta_t_days(day.year)) / 30)


@lru_cache(maxsize=4096)
def _first_day(lunation: int) -> date:
    """Return the Vietnamese day on which a new moon falls; lunation 0 is that of 6 January 2000."""
    instant = _new_moon(lunation)
    year = 2000 + round(lunation / 12.3685)
    return date.fromordinal(floor(instant - _delta_t_days(year) + _ZONE_DAYS - _JULIAN_DAY_OF_ORDINAL_ZERO))


def _new_moon(k: int) -> float:
    """Return the Julian ephemeris day of a new moon. Source: Meeus, chapter 49."""
    t = k / 1236.85
    mean = 2451550.09766 + _LUNATION_DAYS * k + 0.00015437 * t**2 - 0.000000150 * t**3 + 0.00000000073 * t**4
    eccentricity = 1 - 0.002516 * t - 0.0000074 * t**2
    sun = radians(2.5534 + 29.10535670 * k - 0.0000014 * t**2 - 0.00000011 * t**3)
    moon = radians(201.5643 + 385.81693528 * k + 0.0107582 * t**2 + 0.00001238 * t**3 - 0.000000058 * t**4)
    latitude = radians(160.7108 + 390.67050284 * k - 0.0016118 * t**2 - 0.00000227 * t**3 + 0.000000011 * t**4)
    node = radians(124.7746 - 1.56375588 * k + 0.0020672 * t**2 + 0.00000215 * t**3)
    correction = sum(
        amplitude * eccentricity**power * sin(m * sun + n * moon + f * latitude + o * node)
        for amplitude, power, m, n, f, o in _NEW_MOON_TERMS
    )
    planets = sum(
        amplitude * sin(radians(phase + speed * k - (0.009173 * t**2 if index == 0 else 0)))
        for index, (amplitude, phase, speed) in enumerate(_PLANET_TERMS)
    )
    return mean + correction + planets


def _sun_longitude(julian_ephemeris_day: float) -> float:
    """Return the apparent longitude of the sun in degrees, 0 to 360. Source: Meeus, chapter 25."""
    t = (julian_ephemeris_day - 2451545.0) / 36525
    mean = 280.46646 + 36000.76983 * t + 0.0003032 * t**2
    anomaly = radians(357.52911 + 35999.05029 * t - 0.0001537 * t**2)
    centre = (
        (1.914602 - 0.004817 * t - 0.000014 * t**2) * sin(anomaly)
        + (0.019993 - 0.000101 * t) * sin(2 * anomaly)
        + 0.000289 * sin(3 * anomaly)
    )
    node = radians(125.04 - 1934.136 * t)
    return (mean + centre - 0.00569 - 0.00478 * sin(node)) % 360


def _delta_t_days(year: int) -> float:
    """Return how far the even time of astronomers runs ahead of the clock. Source: Espenak and Meeus, polynomials."""
    if year < 1986:
        t = year - 1975
        seconds = 45.45 + 1.067 * t - t**2 / 260 - t**3 / 718
    elif year < 2005:
        t = year - 2000
        seconds = 63.86 + 0.3345 * t - 0.060374 * t**2 + 0.0017275 * t**3 + 0.000651814 * t**4 + 0.00002373599 * t**5
    elif year < 2050:
        t = year - 2000
        seconds = 62.92 + 0.32217 * t + 0.005589 * t**2
    else:
        century = (year - 1820) / 100
        seconds = -20 + 32 * century**2 - 0.5628 * max(0, 2150 - year)
    return seconds / 86400
