"""Lots and rules without a database, for the counting."""

from collections.abc import Sequence
from datetime import date

from credits.choices import LotSource, RuleKind
from credits.queries import counting
from credits.queries.counting import Count
from credits.queries.holding import Holding, Rule

TODAY = date(2026, 11, 21)


def a_lot(amount: int, *, key: str = "a", on: date = TODAY, course: str = "", **more: object) -> Holding:
    said: dict[str, object] = {"kind_of_credit": "COMMUNITY", "source": LotSource.CLASS, "field_code": "0611"}
    keys = frozenset({course or f"own:{key}"})
    return Holding(key=key, amount=amount, learned_on=on, course_keys=keys, **(said | more))  # type: ignore[arg-type]


def a_rule(kind: RuleKind, figure: int | None = None, **more: object) -> Rule:
    return Rule(code=str(more.pop("code", kind)), kind=kind, amount=figure, **more)  # type: ignore[arg-type]


ONCE = a_rule(RuleKind.COUNT_ONCE)


def count(lots: Sequence[Holding], *rules: Rule, total: int = 100, on: date = TODAY, **more: object) -> Count:
    return counting.count(lots, rules=rules, total=total, on=on, **more)  # type: ignore[arg-type]
