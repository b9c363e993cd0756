"""What counts toward a pathway: worked examples."""

from datetime import date, timedelta

import pytest

from credits.choices import LotSource, RuleKind, RulePeriod
from credits.queries.counting import Count, Why
from credits.queries.holding import Holding, Rule, months_later
from tests.factories.counting import ONCE, TODAY, a_lot, a_rule, count


def reasons(result: Count) -> list[tuple[int, Why | None]]:
    return [(line.counted, line.left_out.why if line.left_out else None) for line in result.lines]


def test_fourteen_of_twenty_and_four_missing_in_digital_skills() -> None:
    lots = [
        a_lot(600, key="a", on=TODAY - timedelta(days=3)),
        a_lot(800, key="b", on=TODAY - timedelta(days=2), field_code="0812"),
    ]

    result = count(lots, a_rule(RuleKind.MINIMUM, 1000, field_code="06"), total=2000)

    assert (result.counted, result.missing, result.is_complete) == (1400, 600, False)
    assert [(each.counted, each.missing) for each in result.unmet] == [(600, 400)]


def test_what_the_pathway_does_not_need_stays_out_and_the_oldest_goes_first() -> None:
    lots = [a_lot(70, key="new", on=TODAY), a_lot(60, key="old", on=TODAY - timedelta(days=9))]

    result = count(lots)

    assert reasons(result) == [(40, Why.NOT_NEEDED), (60, None)]
    assert result.is_complete


def test_a_minimum_is_served_first_and_the_whole_is_not_exceeded() -> None:
    lots = [a_lot(100, key="a", field_code="0812", on=TODAY - timedelta(days=9)), a_lot(50, key="b")]

    result = count(lots, a_rule(RuleKind.MINIMUM, 40, field_code="06"))

    assert [line.counted for line in result.lines] == [60, 40]
    assert result.is_complete


@pytest.mark.parametrize(
    ("lot", "rules", "more", "why"),
    [
        (a_lot(10, kind_of_credit="ACADEMIC"), [], {"kinds_of_credit": ["COMMUNITY"]}, Why.OTHER_KIND),
        (a_lot(10, valid_until=TODAY - timedelta(days=1)), [], {}, Why.EXPIRED),
        (a_lot(10, on=date(2024, 11, 20)), [a_rule(RuleKind.VALIDITY, months=24)], {}, Why.TOO_OLD),
        (a_lot(10), [a_rule(RuleKind.CAP, 0)], {}, Why.LIMIT_REACHED),
        (a_lot(10, source=LotSource.TRANSFER), [a_rule(RuleKind.TRANSFER_LIMIT, 0)], {}, Why.LIMIT_REACHED),
        (
            a_lot(10, source=LotSource.PRIOR_LEARNING),
            [a_rule(RuleKind.PRIOR_LEARNING_LIMIT, percent=0)],
            {},
            Why.LIMIT_REACHED,
        ),
    ],
    ids=["other kind", "expired", "too old", "cap", "transfer limit", "prior-learning limit"],
)
def test_what_does_not_count_says_why(lot: Holding, rules: list[Rule], more: dict[str, object], why: Why) -> None:
    assert reasons(count([lot], *rules, **more)) == [(0, why)]


@pytest.mark.parametrize(
    ("lot", "rules"),
    [
        (a_lot(10, valid_until=TODAY), []),
        (a_lot(10, on=date(2024, 11, 21)), [a_rule(RuleKind.VALIDITY, months=24)]),
        (a_lot(10), [a_rule(RuleKind.TRANSFER_LIMIT, 0), a_rule(RuleKind.PRIOR_LEARNING_LIMIT, 0)]),
        (a_lot(10), [a_rule(RuleKind.CAP, 0, issuer=7), a_rule(RuleKind.CAP, 0, level_min=1)]),
        (a_lot(10, level=3), [a_rule(RuleKind.CAP, 0, level_min=4), a_rule(RuleKind.CAP, 0, level_max=2)]),
        (a_lot(10, course="course:1"), [a_rule(RuleKind.CAP, 0, course_keys=frozenset({"course:2"}))]),
    ],
    ids=["last day", "last day of validity", "of other sources", "of another issuer", "of other levels", "of another"],
)
def test_what_a_rule_does_not_speak_of_counts(lot: Holding, rules: list[Rule]) -> None:
    assert count([lot], *rules).counted == 10


def test_a_share_is_of_the_pathway_and_rounded_down() -> None:
    lots = [a_lot(80, source=LotSource.TRANSFER)]

    result = count(lots, a_rule(RuleKind.TRANSFER_LIMIT, percent=50), total=99)

    assert result.counted == 49


@pytest.mark.parametrize(
    ("period", "days", "counted"),
    [
        (RulePeriod.NONE, (date(2025, 12, 31), date(2026, 1, 1)), 10),
        (RulePeriod.CALENDAR_YEAR, (date(2025, 12, 31), date(2026, 1, 1)), 20),
        (RulePeriod.CALENDAR_YEAR, (date(2026, 1, 1), date(2026, 12, 31)), 10),
        (RulePeriod.SEMESTER, (date(2026, 2, 28), date(2026, 3, 1)), 20),
        (RulePeriod.SEMESTER, (date(2026, 8, 31), date(2026, 9, 1)), 20),
        (RulePeriod.SEMESTER, (date(2025, 9, 1), date(2026, 2, 28)), 10),
        (RulePeriod.SEMESTER, (date(2024, 12, 1), date(2024, 2, 29)), 20),
    ],
    ids=["for all time", "two years", "one year", "before spring", "before autumn", "over New Year", "a leap day"],
)
def test_a_limit_is_counted_over_the_period_in_which_the_learning_ended(
    period: RulePeriod, days: tuple[date, date], counted: int
) -> None:
    lots = [a_lot(10, key=str(number), on=day) for number, day in enumerate(days)]

    assert count(lots, a_rule(RuleKind.CAP, 10, period=period)).counted == counted


def test_the_same_course_counts_once_and_the_larger_taking_of_it_counts() -> None:
    lots = [
        a_lot(10, key="a", course="course:1", on=TODAY - timedelta(days=9)),
        a_lot(12, key="b", course="course:1"),
        a_lot(5, key="c", course="course:2"),
    ]

    assert reasons(count(lots, ONCE)) == [(0, Why.COUNTED_ONCE), (12, None), (5, None)]


def test_equivalent_courses_count_once_through_a_third() -> None:
    lots = [a_lot(10, key=key, course=f"course:{number}") for number, key in enumerate("abc", start=1)]
    alike = [["course:1", "course:2"], ["course:2", "course:3"]]

    assert count(lots, ONCE, equivalences=alike).counted == 10
    assert count(lots, ONCE).counted == 30
    assert count(lots, equivalences=alike).counted == 30  # no rule says that a course counts once


def test_of_two_takings_the_one_that_a_limit_holds_back_gives_way() -> None:
    lots = [
        a_lot(40, key="a", course="course:1", source=LotSource.PRIOR_LEARNING, on=TODAY - timedelta(days=9)),
        a_lot(30, key="b", course="course:1"),
    ]

    result = count(lots, ONCE, a_rule(RuleKind.PRIOR_LEARNING_LIMIT, 10))

    assert [line.counted for line in result.lines] == [0, 30]


def test_limits_that_cross_leave_the_most_there_is() -> None:
    """Taken in order the oldest lot would use up two limits, shut out both others, and count 10."""
    lots = [
        a_lot(10, key="a", issuer=1, field_code="01", on=TODAY - timedelta(days=9)),
        a_lot(10, key="b", issuer=1, field_code="02", level=4),
        a_lot(10, key="c", issuer=2, field_code="01", level=4),
    ]
    limits = [
        a_rule(RuleKind.CAP, 10, issuer=1, code="issuer"),
        a_rule(RuleKind.CAP, 10, field_code="01", code="field"),
        a_rule(RuleKind.CAP, 19, level_min=4, code="level"),
    ]

    assert count(lots, *limits).counted == 19


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 5, 31), 1, date(2026, 6, 30)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
    ],
)
def test_months_later(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later
