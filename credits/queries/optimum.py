"""
The most that may be had under limits: an exact optimum in whole numbers.

A simplex over integers (each row is kept as whole numbers and divided by what they share, so nothing is ever rounded)
answers the question without wholeness; where its answer is a fraction, or two rivals share what only one may have, the
question is split in two (branch and bound). Nothing but numbers, and nothing left to chance: the same question has the
same answer.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor, gcd, lcm

# Sums worked out before the best answer found so far is taken. Rules of real programmes need some thousands; this keeps
# a page from hanging on rules made to be hard, and counts work, not time, so that the answer never depends on the load.
WORK_MAX = 1_500_000


@dataclass(frozen=True, slots=True)
class Limit:
    """The sum of the named amounts, each times its weight, is at most ``most``."""

    weights: Mapping[int, int]
    most: int


@dataclass(slots=True)
class _Row:
    """Σ weight · amount = right; ``basic`` is the one amount the row gives a value to."""

    weights: dict[int, int]
    right: int
    basic: int


class _Tired(Exception):
    pass


class _Work:
    left = WORK_MAX

    def do(self, sums: int) -> None:
        self.left -= sums
        if self.left < 0:
            raise _Tired


def most(
    *,
    goal: Mapping[int, int],
    amounts_max: Sequence[int],
    limits: Sequence[Limit],
    rivals: Sequence[Collection[int]],
    known: Sequence[int],
) -> list[int]:
    """
    Return amounts that make ``goal`` (a weighted sum) largest, or ``known`` (an answer there is) if none is better.

    ``amounts_max`` bounds each amount; negative weights may stand only in limits whose ``most`` is zero, for amounts
    that follow from others. Of each collection of ``rivals`` at most one amount is above zero.
    """
    limits = [*limits, *(_shared(group, amounts_max) for group in rivals)]
    best, reached = list(known), _value(goal, known)
    waiting = [((0,) * len(amounts_max), tuple(amounts_max))]
    work = _Work()
    try:
        while waiting:
            least, top = waiting.pop()
            relaxed = _relaxed(goal, least, top, limits, work)
            if relaxed is None or floor(_value(goal, relaxed)) <= reached:
                continue
            split = _split(relaxed, least, top, rivals)
            waiting += split
            if not split:
                best = [int(amount) for amount in relaxed]
                reached = _value(goal, best)
    except _Tired:
        pass  # the best so far
    return best


def _value(goal: Mapping[int, int], amounts: Sequence[Fraction] | Sequence[int]) -> Fraction:
    return Fraction(sum(value * amounts[place] for place, value in goal.items()))


def _shared(group: Collection[int], amounts_max: Sequence[int]) -> Limit:
    """Rivals share one whole: the tightest limit that knows nothing of wholeness."""
    able = [place for place in group if amounts_max[place]]
    whole = lcm(*(amounts_max[place] for place in able))
    return Limit({place: whole // amounts_max[place] for place in able}, whole)


def _split(
    amounts: Sequence[Fraction],
    least: tuple[int, ...],
    top: tuple[int, ...],
    rivals: Sequence[Collection[int]],
) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return the two questions that leave this answer out and no whole one; nothing when it is whole already."""
    for group in rivals:
        holders = sorted(place for place in group if amounts[place])
        if len(holders) > 1:
            without = {holders[0]: 0}
            alone = {place: 0 for place in group if place != holders[0]}
            return [(least, _with(top, without)), (least, _with(top, alone))]
    for place, amount in enumerate(amounts):
        if amount.denominator != 1:
            below = floor(amount)
            return [(least, _with(top, {place: below})), (_with(least, {place: below + 1}), top)]
    return []


def _with(amounts: tuple[int, ...], changed: Mapping[int, int]) -> tuple[int, ...]:
    return tuple(changed.get(place, amount) for place, amount in enumerate(amounts))


def _relaxed(
    goal: Mapping[int, int], least: Sequence[int], top: Sequence[int], limits: Sequence[Limit], work: _Work
) -> list[Fraction] | None:
    """Return the best answer that need not be whole; None when there is none."""
    count = len(top)
    rows: list[_Row] = []
    for limit in (*limits, *(Limit({place: 1}, amount) for place, amount in enumerate(top))):
        right = limit.most - sum(weight * least[place] for place, weight in limit.weights.items())
        if right < 0:
            return None
        basic = count + len(rows)
        rows.append(_Row({**limit.weights, basic: 1}, right, basic))
    _climb(rows, dict(goal), work)
    amounts = [Fraction(amount) for amount in least]
    for row in rows:
        if row.basic < count:
            amounts[row.basic] += Fraction(row.right, row.weights[row.basic])
    return amounts


def _climb(rows: list[_Row], goal: dict[int, int], work: _Work) -> None:
    """
    Pivot until nothing raises the goal any more.

    The steepest first; after a step that gained nothing the lowest number first (Bland), so that it comes to an end.
    """
    stands_still = False
    while rising := [place for place, value in goal.items() if value > 0]:
        entering = min(rising) if stands_still else max(rising, key=lambda place: (goal[place], -place))
        leaving = None
        for row in rows:
            if row.weights.get(entering, 0) > 0 and (leaving is None or _is_tighter(row, leaving, entering)):
                leaving = row
        assert leaving is not None  # every amount has a limit of its own
        stands_still = leaving.right == 0
        _pivot(rows, leaving, entering, work)
        _combine(goal, leaving.weights[entering], leaving.weights, goal[entering])
        _divide(goal, gcd(*goal.values()))


def _is_tighter(row: _Row, than: _Row, entering: int) -> bool:
    mine, theirs = row.right * than.weights[entering], than.right * row.weights[entering]
    return mine < theirs or (mine == theirs and row.basic < than.basic)


def _pivot(rows: list[_Row], leaving: _Row, entering: int, work: _Work) -> None:
    pivot = leaving.weights[entering]
    work.do(len(rows))
    for row in rows:
        weight = row.weights.get(entering, 0)
        if row is leaving or weight == 0:
            continue
        work.do(len(leaving.weights) + len(row.weights))
        row.right = row.right * pivot - leaving.right * weight
        _combine(row.weights, pivot, leaving.weights, weight)
        shared = gcd(row.right, *row.weights.values())
        row.right //= shared
        _divide(row.weights, shared)
    leaving.basic = entering


def _combine(into: dict[int, int], times: int, row: Mapping[int, int], weight: int) -> None:
    """``into`` becomes times · into − weight · row; what comes to nothing is left out."""
    if times != 1:
        for place in into:
            into[place] *= times
    for place, each in row.items():
        value = into.get(place, 0) - weight * each
        if value:
            into[place] = value
        else:
            into.pop(place, None)


def _divide(weights: dict[int, int], shared: int) -> None:
    if shared > 1:
        for place in weights:
            weights[place] //= shared
