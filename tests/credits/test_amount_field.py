"""Amounts as people write them: a point or a comma, and never a thousand taken for one."""

import pytest
from django.core.exceptions import ValidationError

from credits.forms.fields import HoursField, HundredthsField


@pytest.mark.parametrize(
    ("written", "hundredths"),
    [("3", 300), (" 2.5 ", 250), ("2,25", 225), ("1000", 100_000), ("0,01", 1), ("12,50", 1250), ("007", 700)],
)
def test_what_is_understood(written, hundredths):
    assert HundredthsField().clean(written) == hundredths


def test_hours_go_in_halves():
    assert HoursField().clean("10,5") == 21
    with pytest.raises(ValidationError, match="1000"):
        HoursField().clean("6.000")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1.000", "thousands"),
        ("1,500", "thousands"),
        ("1 000", "thousands"),
        ("12.000,50", "thousands"),
        ("0,125", "step"),
        ("2.1234", "step"),
        ("1e2", "invalid"),
        ("1_0", "invalid"),
        ("٢", "invalid"),
        ("２", "invalid"),
        ("+3", "invalid"),
        ("-3", "invalid"),
        ("NaN", "invalid"),
        ("1.5.2", "invalid"),
        (".5", "invalid"),
        ("5.", "invalid"),
        ("0", "range"),
        ("1001", "range"),
        ("99999999999999999999", "range"),
        ("9" * 21, "max_length"),
    ],
)
def test_what_is_not_understood_is_said(written, code):
    with pytest.raises(ValidationError) as refused:
        HundredthsField().clean(written)

    assert refused.value.error_list[0].code == code
