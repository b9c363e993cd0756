"""
How much of what a learner holds counts toward a pathway: the pure part, without tables and without words.

Rules never take anything away: they say what counts. What is over stays earned, and each part of it knows why it does
not count here. What counts is exactly what would be used: never more than the pathway asks for.

Of all ways to count this is one with the most in all, so another lot never makes it less, and of those one that comes
nearest to the minimums. It is found in a fixed order: qualifications held already, then lots under the fewest limits
that bind, then the oldest, then by key; what the minimums need first, then the rest. Where limits cross, taking in
order may miss the most there is: then the exact optimum takes its place (``optimum``). The same question always has the
same answer.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from credits.choices import RuleKind
from credits.queries.best_count import Cap, best_count
from credits.queries.holding import ALWAYS, CAPS, Holding, Period, Rule, months_later


class Why(StrEnum):
    """Why something does not count."""

    OTHER_KIND = "OTHER_KIND"  # of a kind of credit this pathway does not take
    EXPIRED = "EXPIRED"  # its last day has passed
    TOO_OLD = "TOO_OLD"  # a validity rule
    COUNTED_ONCE = "COUNTED_ONCE"  # the same course, or one like it, counts already
    LIMIT_REACHED = "LIMIT_REACHED"  # a cap
    NOT_NEEDED = "NOT_NEEDED"  # the pathway has all it asks for


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A part that does not count, and the first reason for it."""

    amount: int
    why: Why
    rule: Rule | None = None
    period: Period = ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    holding: Holding
    counted: int
    left_out: LeftOut | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A rule with a figure: how much of what counts it speaks of, and what is missing or left under it."""

    rule: Rule
    period: Period
    figure: int
    counted: int

    @property
    def missing(self) -> int:
        return max(self.figure - self.counted, 0) if self.rule.kind == RuleKind.MINIMUM else 0

    @property
    def is_reached(self) -> bool:
        return self.counted >= self.figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What counts, and what is missing. Amounts in hundredths."""

    total: int
    lines: Sequence[Line]  # in the order of the holdings given
    judged: Sequence[Judged]  # minimums in the order of the rules, then the limits that anything falls under

    @property
    def counted(self) -> int:
        return sum(line.counted for line in self.lines)

    @property
    def missing(self) -> int:
        return self.total - self.counted

    @property
    def unmet(self) -> list[Judged]:
        return [each for each in self.judged if each.missing]

    @property
    def is_complete(self) -> bool:
        return not self.missing and not self.unmet


def count(
    holdings: Sequence[Holding],
    *,
    rules: Iterable[Rule],
    total: int,
    on: date,
    kinds_of_credit: Collection[str] = (),
    equivalences: Iterable[Collection[str]] = (),
) -> Count:
    """
    Return what counts on a day toward a pathway that asks for ``total`` hundredths.

    ``kinds_of_credit`` are the kinds the pathway takes, none meaning all; each of ``equivalences`` holds the keys of
    courses that are one and the same, which matters where a rule says that a course counts once.
    """
    rules = list(rules)
    refused = {
        place: reason
        for place, holding in enumerate(holdings)
        if (reason := _refusal(holding, rules, kinds_of_credit, on)) is not None
    }
    able = [place for place, holding in enumerate(holdings) if place not in refused and holding.amount]
    caps = _caps(holdings, able, rules, total)
    binding = [cap for cap in caps if sum(holdings[place].amount for place in cap.members) > cap.limit]
    minimums = [
        Cap(rule, ALWAYS, rule.limit(total), {place for place in able if rule.speaks_of(holdings[place])})
        for rule in rules
        if rule.kind == RuleKind.MINIMUM
    ]
    rivals = _rivals(holdings, able, rules, equivalences)
    counted = best_count(holdings, able, binding, minimums, rivals)
    return Count(
        total=total,
        lines=[
            Line(
                holding=holding,
                counted=counted.get(place, 0),
                left_out=refused.get(place) or _left_out(place, holding, counted, caps, rivals),
            )
            for place, holding in enumerate(holdings)
        ],
        judged=[
            Judged(
                rule=cap.rule,
                period=cap.period,
                figure=cap.limit,
                counted=sum(counted.get(place, 0) for place in cap.members),
            )
            for cap in (*minimums, *caps)
            if cap.rule is not None
        ],
    )


def classes(keys: Iterable[str], equivalences: Iterable[Collection[str]]) -> dict[str, str]:
    """Return, for each key, the key that stands for its class; equivalences that share a course are one."""
    stands_for = {key: key for key in keys}

    def representative(key: str) -> str:
        while stands_for.setdefault(key, key) != key:
            key = stands_for[key]
        return key

    for group in equivalences:
        first, *others = sorted(group) or [""]
        for other in others:
            low, high = sorted((representative(first), representative(other)))
            stands_for[high] = low
    return {key: representative(key) for key in list(stands_for)}


def _refusal(holding: Holding, rules: Sequence[Rule], kinds_of_credit: Collection[str], on: date) -> LeftOut | None:
    """Return why a holding as a whole does not count; None when it may."""
    if kinds_of_credit and holding.kind_of_credit not in kinds_of_credit:
        return LeftOut(amount=holding.amount, why=Why.OTHER_KIND)
    if holding.valid_until is not None and holding.valid_until < on:
        return LeftOut(amount=holding.amount, why=Why.EXPIRED)
    for rule in rules:
        if rule.kind == RuleKind.VALIDITY and rule.speaks_of(holding):
            assert rule.months is not None
            if months_later(holding.learned_on, rule.months) < on:
                return LeftOut(amount=holding.amount, why=Why.TOO_OLD, rule=rule)
    return None


def _caps(holdings: Sequence[Holding], able: Sequence[int], rules: Sequence[Rule], total: int) -> list[Cap]:
    caps = []
    for rule in rules:
        if rule.kind not in CAPS:
            continue
        members: dict[Period, set[int]] = defaultdict(set)
        for place in able:
            if rule.speaks_of(holdings[place]):
                members[rule.period_of(holdings[place].learned_on)].add(place)
        caps += [Cap(rule, period, rule.limit(total), members[period]) for period in sorted(members)]
    return [*caps, Cap(None, ALWAYS, total, set(able))]


def _rivals(
    holdings: Sequence[Holding],
    able: Sequence[int],
    rules: Sequence[Rule],
    equivalences: Iterable[Collection[str]],
) -> list[list[int]]:
    """Return the groups of which one may count: the holdings of one course, or of courses that are equivalent."""
    once = [rule for rule in rules if rule.kind == RuleKind.COUNT_ONCE]
    if not once:
        return []
    equivalences = list(equivalences)
    class_of = classes((key for place in able for key in holdings[place].course_keys), equivalences)
    groups: dict[str, list[int]] = defaultdict(list)
    for place in able:
        holding = holdings[place]
        if any(rule.speaks_of(holding) for rule in once):
            for name in {class_of[key] for key in holding.course_keys}:
                groups[name].append(place)
    return [groups[name] for name in sorted(groups) if len(groups[name]) > 1]


def _left_out(
    place: int,
    holding: Holding,
    counted: Mapping[int, int],
    caps: Sequence[Cap],
    rivals: Sequence[Sequence[int]],
) -> LeftOut | None:
    """Return the part of a holding that does not count although it might, with the reason nearest to it."""
    amount = holding.amount - counted.get(place, 0)
    if not amount:
        return None
    if any(place in group and any(counted.get(other) for other in group if other != place) for group in rivals):
        return LeftOut(amount=amount, why=Why.COUNTED_ONCE)
    for cap in caps:
        if (
            cap.rule is not None
            and place in cap.members
            and sum(counted.get(each, 0) for each in cap.members) >= cap.limit
        ):
            return LeftOut(amount=amount, why=Why.LIMIT_REACHED, rule=cap.rule, period=cap.period)
    return LeftOut(amount=amount, why=Why.NOT_NEEDED)
