"""
How credits, hours, dates, times and money are written, in Vietnamese and in English: the only formatting code.

Amounts come in as integers in the unit the ledger keeps (hundredths of a credit, minutes, đồng, metres) and leave as
text for a person; nothing here passes through a float. Each function writes in the language being read unless ``lang``
names another, as a message to somebody else needs. Moments are shown in Vietnamese time. What is missing (``None``)
is written as nothing. The words below are not in the message catalogue because they are grammar, not sentences:
Vietnamese writes "thứ Ba" inside a sentence where Django's catalogue has "Thứ 3". At the start of a line a
template adds ``|capfirst``.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone
from django.utils.translation import get_language

HUNDREDTHS_PER_HOUR = 2  # 1 credit = 50 hours of study, and the ledger keeps hundredths
NO_BREAK = "\u00a0"
MINUS = "−"  # U+2212, as wide as the plus sign

WEEKDAYS = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MARKS = {"vi": (".", ","), "en": (",", ".")}  # of thousands, of decimals
_WORDS = {
    "vi": {"free": "Miễn phí", "dong": "đồng", "hours": ("giờ", "giờ"), "minutes": ("phút", "phút")},
    "en": {"free": "Free", "dong": "đồng", "hours": ("hour", "hours"), "minutes": ("minute", "minutes")},
}


def language(lang: str | None = None) -> str:
    """Return the language to write in: "vi" or "en"; the one being read unless named."""
    return "vi" if (lang or get_language() or "vi").startswith("vi") else "en"


def _decimal(value: Decimal, lang: str | None, places: int | None = None) -> str:
    """Write a number with this language's marks; ``places`` digits after the mark, or only those it has."""
    if places is not None:
        value = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    whole, _point, fraction = f"{abs(value):f}".partition(".")
    if places is None:
        fraction = fraction.rstrip("0")
    thousands, mark = _MARKS[language(lang)]
    text = f"{int(whole):,}".replace(",", thousands) + (mark + fraction if fraction else "")
    return MINUS + text if value < 0 else text


def _signed(text: str, value: int) -> str:
    return f"+{text}" if value > 0 else text


def local_day(value: date | datetime) -> date:
    """Return the Vietnamese calendar day of a moment; a plain date stays what it is."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def _month_year(day_: date) -> str:
    return f"{MONTHS[day_.month - 1]} {day_.year}"


# Amounts


def number(value: int | Decimal, lang: str | None = None) -> str:
    """1284506 → "1.284.506" / "1,284,506"; decimals keep the digits they have."""
    return _decimal(Decimal(value), lang)


def credits(hundredths: int, lang: str | None = None) -> str:  # noqa: A001 -- the field's word
    """40 → "0,40" / "0.40"."""
    return _decimal(Decimal(hundredths).scaleb(-2), lang, places=2)


def signed_credits(hundredths: int, lang: str | None = None) -> str:
    """40 → "+0,40", −12 → "−0,12"."""
    return _signed(credits(hundredths, lang), hundredths)


def credit_hours(hundredths: int, lang: str | None = None) -> str:
    """Hours of study behind hundredths of a credit: 40 → "20", 3 → "1,5"."""
    return _decimal(Decimal(hundredths) / HUNDREDTHS_PER_HOUR, lang)


def signed_hours(hundredths: int, lang: str | None = None) -> str:
    """Hundredths of a credit as hours with their sign: 3 → "+1,5"."""
    return _signed(credit_hours(hundredths, lang), hundredths)


def minute_hours(minutes: int, lang: str | None = None) -> str:
    """Minutes as a number of hours, to a tenth: 90 → "1,5"."""
    return _decimal((Decimal(minutes) / 60).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP), lang)


def duration(minutes: int, lang: str | None = None) -> str:
    """45 → "45 phút", 120 → "2 giờ", 90 → "1 giờ 30 phút" (English with plurals)."""
    words = _WORDS[language(lang)]
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(f"{hours} {words['hours'][hours != 1]}")
    if rest or not hours:
        parts.append(f"{rest} {words['minutes'][rest != 1]}")
    return " ".join(parts)


def dong(amount: int | None, lang: str | None = None) -> str:
    """150000 → "150.000 đồng"; 0 → "Miễn phí" / "Free"; what nobody has said is not free."""
    if amount is None:
        return ""
    return f"{number(amount, lang)} {_WORDS[language(lang)]['dong']}" if amount else str(_WORDS[language(lang)]["free"])


def kilometres(metres: int, lang: str | None = None) -> str:
    """800 → "0,8 km", 12300 → "12 km"."""
    distance = Decimal(metres) / 1000
    return f"{_decimal(distance, lang, places=0 if distance >= 10 else 1)} km"


def megabytes(size_bytes: int, lang: str | None = None) -> str:
    """31000000 → "31 MB", 400000 → "0,4 MB"; never less than 0,1."""
    size = max(Decimal(size_bytes) / 1_000_000, Decimal("0.1"))
    return f"{_decimal(size, lang, places=0 if size >= 10 else 1)} MB"


def word_list(words: Sequence[str], lang: str | None = None) -> str:
    """
    ["Tiếng Việt", "Tiếng Anh"] → "Tiếng Việt, tiếng Anh": labels in one line.

    In Vietnamese only the first keeps its capital; in English a capital may belong to the word.
    """
    if language(lang) == "vi":
        words = [*words[:1], *(word[:1].lower() + word[1:] for word in words[1:])]
    return ", ".join(words)


# Days and times


def weekday(value: date | datetime, lang: str | None = None) -> str:
    """ "thứ Ba" / "Tuesday"."""
    return WEEKDAYS[language(lang)][local_day(value).weekday()]


def day(value: date | datetime, lang: str | None = None) -> str:
    """ "thứ Ba 24/11/2026" / "Tuesday 24 November 2026"."""
    return f"{weekday(value, lang)} {day_plain(value, lang)}"


def day_plain(value: date | datetime, lang: str | None = None) -> str:
    """ "24/11/2026" / "24 November 2026"."""
    on = local_day(value)
    return f"{on.day}/{on.month}/{on.year}" if language(lang) == "vi" else f"{on.day} {_month_year(on)}"


def day_near(value: date | datetime, lang: str | None = None) -> str:
    """A day whose year is plain from the context: "thứ Ba 24/11" / "Tuesday 24 November"."""
    on = local_day(value)
    rest = f"{on.day}/{on.month}" if language(lang) == "vi" else f"{on.day} {MONTHS[on.month - 1]}"
    return f"{weekday(on, lang)} {rest}"


def day_short(value: date | datetime, lang: str | None = None) -> str:
    """ "24/11" / "24 Nov"."""
    on = local_day(value)
    return f"{on.day}/{on.month}" if language(lang) == "vi" else f"{on.day} {MONTHS[on.month - 1][:3]}"


def day_range(first: date | datetime, last: date | datetime, lang: str | None = None) -> str:
    """ "16–22/11/2026", "30/11–6/12/2026" / "16–22 November 2026"; what both days share is written once."""
    start, end = local_day(first), local_day(last)
    if start == end:
        return day_plain(start, lang)
    if start.year != end.year:
        return f"{day_plain(start, lang)} – {day_plain(end, lang)}"
    if start.month == end.month:
        return f"{start.day}–{day_plain(end, lang)}"
    if language(lang) == "vi":
        return f"{start.day}/{start.month}–{day_plain(end, lang)}"
    return f"{start.day} {MONTHS[start.month - 1]} – {day_plain(end, lang)}"


def month(value: date | datetime, lang: str | None = None) -> str:
    """ "tháng 11 năm 2026" / "November 2026"."""
    on = local_day(value)
    return f"tháng {on.month} năm {on.year}" if language(lang) == "vi" else _month_year(on)


def clock(value: time | datetime) -> str:
    """ "8:00", "14:30": the twenty-four-hour clock in both languages."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return f"{value.hour}:{value.minute:02}"


def clock_range(start: time | datetime, end: time | datetime) -> str:
    """ "8:00–10:00"."""
    return f"{clock(start)}–{clock(end)}"


def moment(value: datetime, lang: str | None = None) -> str:
    """ "thứ Ba 24/11/2026, 8:00" / "Tuesday 24 November 2026, 8:00"."""
    return f"{day(value, lang)}, {clock(value)}"


# Tables

# A spreadsheet takes a cell that begins so for a formula; one that splits at semicolons or lines, inside a cell too.
_FORMULA = re.compile(r"(^|[;\n\r])(?=\s*[=+\-@\t\r＝＋－＠])")


def way(address: str) -> str:
    """
    Write what one signs in with: a Vietnamese number as it is dialled (``0912 345 678``), anything else as it is.

    The spaces of a number are no-break spaces: a number is read in one line.
    """
    if not re.fullmatch(r"\+84\d{9}", address):
        return address
    digits = "0" + address.removeprefix("+84")
    return f"{digits[:4]}{NO_BREAK}{digits[4:7]}{NO_BREAK}{digits[7:]}"


def way_masked(address: str) -> str:
    """Write so much of an address or number that its owner knows it and nobody else learns it."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}" if at else f"…{address[-3:]}"


def spreadsheet_text(text: str) -> str:
    """ "=1+1" → "'=1+1": text that no spreadsheet takes for a formula; all other text as it is."""
    return _FORMULA.sub(r"\1'", text)


def in_fours(code: str) -> str:
    """ "K7MP3QXD" → "K7MP-3QXD": read aloud and typed in halves."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))
