"""What holds of the counting whatever the rules and the lots: no other way counts more, no limit is passed."""

import time
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import product
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from credits.choices import LotSource, RuleKind, RulePeriod
from credits.queries import counting
from credits.queries.holding import Holding, Rule
from tests.factories.counting import ONCE, TODAY, a_lot, a_rule, count

KINDS = ("ACADEMIC", "COMMUNITY")
FIELDS = ("06", "0611", "0812")
COURSES = ("course:1", "course:2", "course:3")

lots_of_all_sorts = st.lists(
    st.builds(
        lambda number, amount, kind, source, field, level, issuer, course, days: a_lot(
            amount,
            key=f"{number}",
            kind_of_credit=kind,
            source=source,
            field_code=field,
            level=level,
            issuer=issuer,
            course=course,
            on=TODAY - timedelta(days=days),
        ),
        st.uuids(),
        st.integers(1, 4),
        st.sampled_from(KINDS),
        st.sampled_from([LotSource.CLASS, LotSource.TRANSFER, LotSource.PRIOR_LEARNING]),
        st.sampled_from(FIELDS),
        st.sampled_from([None, 1, 4]),
        st.sampled_from([1, 2]),
        st.sampled_from(COURSES),
        st.sampled_from([0, 30, 200, 400]),
    ),
    max_size=4,
)
selectors = st.fixed_dictionaries(
    {},
    optional={
        "kind_of_credit": st.sampled_from(KINDS),
        "field_code": st.sampled_from(FIELDS),
        "level_min": st.sampled_from([1, 4]),
        "issuer": st.sampled_from([1, 2]),
        "course_keys": st.sampled_from([frozenset(COURSES[:1]), frozenset(COURSES[:2])]),
    },
)
a_limit = st.builds(
    lambda kind, figure, period, chosen: a_rule(kind, figure, period=period, **chosen),
    st.sampled_from([RuleKind.CAP, RuleKind.TRANSFER_LIMIT, RuleKind.PRIOR_LEARNING_LIMIT]),
    st.integers(0, 6),
    st.sampled_from(list(RulePeriod)),
    selectors,
)
a_minimum = st.builds(lambda figure, chosen: a_rule(RuleKind.MINIMUM, figure, **chosen), st.integers(1, 5), selectors)
some_rules = st.builds(
    lambda limits, minimums, once: [*limits, *minimums, *([ONCE] if once else [])],
    st.lists(a_limit, max_size=3),
    st.lists(a_minimum, max_size=2),
    st.booleans(),
)
alike = st.sampled_from([(), (COURSES[:2],), (COURSES[:2], COURSES[1:])])
totals = st.integers(1, 12)


def best_by_trying(
    lots: Sequence[Holding], rules: Sequence[Rule], total: int, groups: Sequence[Sequence[str]]
) -> tuple:
    """Every way to count, tried: the most in all, and of those the least that is missing of the minimums."""
    stands_for = {course: course for course in COURSES}
    for group in groups:
        first = min(stands_for[course] for course in group)
        joined = {stands_for[course] for course in group}
        stands_for = {course: first if one in joined else one for course, one in stands_for.items()}
    best = None
    for amounts in product(*(range(lot.amount + 1) for lot in lots)):
        if sum(amounts) > total or not all(
            allows(rule, lots, amounts, stands_for, total) for rule in rules if rule.kind != RuleKind.MINIMUM
        ):
            continue
        lacking = sum(
            max(rule.limit(total) - sum(a for a, lot in zip(amounts, lots, strict=True) if rule.speaks_of(lot)), 0)
            for rule in rules
            if rule.kind == RuleKind.MINIMUM
        )
        found = (sum(amounts), -lacking)
        best = found if best is None or found > best else best
    assert best is not None
    return best


def allows(rule: Rule, lots: Sequence[Holding], amounts: Sequence[int], stands_for: dict[str, str], total: int) -> bool:
    spoken_of = [(a, lot) for a, lot in zip(amounts, lots, strict=True) if a and rule.speaks_of(lot)]
    if rule.kind == RuleKind.COUNT_ONCE:
        names = [stands_for[course] for _amount, lot in spoken_of for course in lot.course_keys]
        return len(names) == len(set(names))
    sums: dict[object, int] = {}
    for amount, lot in spoken_of:
        period = rule.period_of(lot.learned_on)
        sums[period] = sums.get(period, 0) + amount
    return all(each <= rule.limit(total) for each in sums.values())


@settings(max_examples=400, deadline=None)
@given(lots=lots_of_all_sorts, rules=some_rules, total=totals, groups=alike)
def test_no_other_way_counts_more(
    lots: list[Holding], rules: list[Rule], total: int, groups: Sequence[Sequence[str]]
) -> None:
    result = count(lots, *rules, total=total, equivalences=groups)

    assert (result.counted, -sum(each.missing for each in result.unmet)) == best_by_trying(lots, rules, total, groups)


@settings(max_examples=400, deadline=None)
@given(lots=lots_of_all_sorts, rules=some_rules, total=totals, groups=alike)
def test_no_lot_counts_more_than_it_has_no_limit_is_passed_and_a_course_counts_once(
    lots: list[Holding], rules: list[Rule], total: int, groups: Sequence[Sequence[str]]
) -> None:
    result = count(lots, *rules, total=total, equivalences=groups)

    amounts = [line.counted for line in result.lines]
    stands_for = counting.classes(COURSES, groups)
    assert all(0 <= line.counted <= line.holding.amount for line in result.lines)
    assert sum(amounts) <= total
    assert all(allows(rule, lots, amounts, stands_for, total) for rule in rules if rule.kind != RuleKind.MINIMUM)
    assert all(
        (line.left_out.amount if line.left_out else 0) == line.holding.amount - line.counted for line in result.lines
    )


@settings(max_examples=400, deadline=None)
@given(lots=lots_of_all_sorts, more=lots_of_all_sorts, rules=some_rules, total=totals, groups=alike)
def test_another_lot_never_makes_it_less(
    lots: list[Holding], more: list[Holding], rules: list[Rule], total: int, groups: Sequence[Sequence[str]]
) -> None:
    before = count(lots, *rules, total=total, equivalences=groups)

    after = count([*lots, *more], *rules, total=total, equivalences=groups)

    assert after.counted >= before.counted
    assert not before.is_complete or after.is_complete


@settings(max_examples=200, deadline=None)
@given(lots=lots_of_all_sorts, rules=some_rules, total=totals, order=st.randoms())
def test_the_order_in_which_lots_are_given_changes_nothing(
    lots: list[Holding], rules: list[Rule], total: int, order: Random
) -> None:
    shuffled = order.sample(lots, len(lots))

    first, second = count(lots, *rules, total=total), count(shuffled, *rules, total=total)

    assert {line.holding.key: line.counted for line in first.lines} == {
        line.holding.key: line.counted for line in second.lines
    }


def test_two_thousand_lots_are_counted_within_half_a_second() -> None:
    """A long life, many limits that cross. By the processor's clock: others may be at work on this machine."""
    dice = Random(2026)
    lots = [
        a_lot(
            dice.randint(1, 160),
            key=f"{number:05}",
            kind_of_credit=dice.choice(KINDS),
            source=dice.choice(list(LotSource)),
            field_code=dice.choice(["0611", "0613", "0812", "0913", "1014"]),
            level=dice.choice([None, 1, 2, 3, 4, 5]),
            issuer=dice.randint(1, 40),
            course=f"course:{dice.randint(1, 1900)}",
            on=date(1996, 1, 1) + timedelta(days=dice.randint(0, 11_000)),
        )
        for number in range(2000)
    ]
    rules = [
        ONCE,
        a_rule(RuleKind.TRANSFER_LIMIT, percent=50),
        a_rule(RuleKind.PRIOR_LEARNING_LIMIT, percent=20),
        a_rule(RuleKind.CAP, 4200, period=RulePeriod.CALENDAR_YEAR, code="year"),
        *(a_rule(RuleKind.CAP, 600, issuer=issuer, code=f"issuer {issuer}") for issuer in range(1, 6)),
        a_rule(RuleKind.MINIMUM, 3000, field_code="06", code="field"),
        a_rule(RuleKind.MINIMUM, 4000, kind_of_credit="ACADEMIC", code="kind"),
        a_rule(RuleKind.MINIMUM, 3000, level_min=4, code="level"),
    ]
    began = time.process_time()

    for total in (12_000, 60_000, 10**6):
        count(lots, *rules, total=total)

    assert time.process_time() - began <= 3 * 0.5
