"""Credits, hours, days, times and money as a person reads them, in both languages."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from django.template import engines
from django.utils.translation import override

from learners import formats
from portal.templatetags import format as format_tags

TUESDAY = date(2026, 11, 24)
SUNDAY = date(2026, 11, 29)
EIGHT_IN_HANOI = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
LATE_IN_LONDON = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)  # already Tuesday in Viet Nam

WRITTEN = [
    (formats.number, (1284506,), "1.284.506", "1,284,506"),
    (formats.number, (Decimal("12.50"),), "12,5", "12.5"),
    (formats.credits, (40,), "0,40", "0.40"),
    (formats.credits, (123456,), "1.234,56", "1,234.56"),
    (formats.credits, (-12,), "−0,12", "−0.12"),
    (formats.signed_credits, (40,), "+0,40", "+0.40"),
    (formats.signed_credits, (-12,), "−0,12", "−0.12"),
    (formats.signed_credits, (0,), "0,00", "0.00"),
    (formats.credit_hours, (40,), "20", "20"),
    (formats.credit_hours, (3,), "1,5", "1.5"),
    (formats.credit_hours, (200000,), "100.000", "100,000"),
    (formats.signed_hours, (3,), "+1,5", "+1.5"),
    (formats.signed_hours, (-12,), "−6", "−6"),
    (formats.minute_hours, (90,), "1,5", "1.5"),
    (formats.minute_hours, (50,), "0,8", "0.8"),
    (formats.duration, (45,), "45 phút", "45 minutes"),
    (formats.duration, (61,), "1 giờ 1 phút", "1 hour 1 minute"),
    (formats.duration, (120,), "2 giờ", "2 hours"),
    (formats.duration, (0,), "0 phút", "0 minutes"),
    (formats.dong, (150000,), "150.000 đồng", "150,000 đồng"),
    (formats.dong, (0,), "Miễn phí", "Free"),
    (formats.dong, (None,), "", ""),
    (formats.kilometres, (800,), "0,8 km", "0.8 km"),
    (formats.kilometres, (12300,), "12 km", "12 km"),
    (formats.megabytes, (31_000_000,), "31 MB", "31 MB"),
    (formats.megabytes, (900,), "0,1 MB", "0.1 MB"),
    (formats.weekday, (SUNDAY,), "Chủ nhật", "Sunday"),
    (formats.day, (TUESDAY,), "thứ Ba 24/11/2026", "Tuesday 24 November 2026"),
    (formats.day, (LATE_IN_LONDON,), "thứ Ba 24/11/2026", "Tuesday 24 November 2026"),
    (formats.day_plain, (TUESDAY,), "24/11/2026", "24 November 2026"),
    (formats.day_near, (TUESDAY,), "thứ Ba 24/11", "Tuesday 24 November"),
    (formats.day_short, (TUESDAY,), "24/11", "24 Nov"),
    (formats.day_range, (TUESDAY, TUESDAY), "24/11/2026", "24 November 2026"),
    (formats.day_range, (TUESDAY, SUNDAY), "24–29/11/2026", "24–29 November 2026"),
    (formats.day_range, (SUNDAY, date(2026, 12, 6)), "29/11–6/12/2026", "29 November – 6 December 2026"),
    (formats.day_range, (SUNDAY, date(2027, 1, 3)), "29/11/2026 – 3/1/2027", "29 November 2026 – 3 January 2027"),
    (formats.month, (TUESDAY,), "tháng 11 năm 2026", "November 2026"),
    (format_tags.lunar, (TUESDAY,), "16/10", "16/10"),
    (format_tags.lunar, (date(2025, 8, 1),), "8/6 nhuận", "8/6 leap"),
    (formats.clock, (time(8, 5),), "8:05", "8:05"),
    (formats.clock, (EIGHT_IN_HANOI,), "8:00", "8:00"),
    (formats.clock_range, (time(8, 0), time(10, 0)), "8:00–10:00", "8:00–10:00"),
    (formats.moment, (EIGHT_IN_HANOI,), "thứ Ba 24/11/2026, 8:00", "Tuesday 24 November 2026, 8:00"),
]


@pytest.mark.parametrize(
    ("written", "arguments", "vietnamese", "english"),
    WRITTEN,
    ids=[f"{row[0].__name__}-{'-'.join(map(str, row[1]))}" for row in WRITTEN],
)
def test_written_in_both_languages(written, arguments, vietnamese, english):
    with override("vi"):
        assert written(*arguments) == vietnamese
    with override("en"):
        assert written(*arguments) == english


def test_filters_carry_the_name_they_are_used_by():
    template = engines["django"].from_string("{{ 40|credits }} {{ start|clock_range:end }} {{ day|day|capfirst }}")

    with override("vi"):
        text = template.render({"start": time(8), "end": time(10), "day": TUESDAY})

    assert text == "0,40 8:00–10:00 Thứ Ba 24/11/2026"


def test_filters_write_a_missing_value_as_nothing():
    template = engines["django"].from_string("{{ missing|credits }}{{ missing|day }}")

    assert template.render({"missing": None}) == ""


def test_another_persons_language_can_be_named():
    with override("vi"):
        assert formats.day(TUESDAY, "en") == "Tuesday 24 November 2026"
