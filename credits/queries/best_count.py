"""
The best way to count, among all that the limits allow: in a fixed order where that is the best there is, else exactly.

A part of ``counting``, which says what is asked and tells the answer. Places are numbers of holdings.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from credits.queries.holding import Holding, Period, Rule
from credits.queries.optimum import Limit, most


@dataclass(slots=True)
class Cap:
    rule: Rule | None  # None: what the pathway asks for, in all
    period: Period
    limit: int
    members: set[int]


def best_count(
    holdings: Sequence[Holding],
    able: Sequence[int],
    binding: Sequence[Cap],
    minimums: Sequence[Cap],
    rivals: Sequence[Sequence[int]],
) -> dict[int, int]:
    """Return what counts of each place: taken in order where that is the best there is, else the optimum."""
    under = {place: frozenset(n for n, cap in enumerate(binding) if place in cap.members) for place in able}
    helps = {place: frozenset(n for n, cap in enumerate(minimums) if place in cap.members) for place in able}

    def order(place: int) -> tuple[bool, int, date, str]:
        holding = holdings[place]
        return not holding.is_qualification, len(under[place]), holding.learned_on, holding.key

    ordered = sorted(able, key=order)
    standing = _without_the_lesser(holdings, ordered, under, helps, rivals)
    rivals = [kept for group in rivals if len(kept := [place for place in group if place in standing]) > 1]
    ordered = [place for place in ordered if place in standing]
    taken = _in_order(holdings, ordered, binding, minimums, rivals)
    if _nothing_better(holdings, taken, binding, minimums, rivals):
        return taken
    return _optimum(holdings, ordered, binding, minimums, rivals, under, helps, taken)


def _in_order(
    holdings: Sequence[Holding],
    ordered: Sequence[int],
    binding: Sequence[Cap],
    minimums: Sequence[Cap],
    rivals: Sequence[Sequence[int]],
) -> dict[int, int]:
    """Take in order, first what the minimums need, then the rest: as much of each as the limits leave."""
    taken = dict.fromkeys(ordered, 0)
    caps_of, needs_of = _by_place(binding), _by_place(minimums)
    rivals_of: dict[int, set[int]] = defaultdict(set)
    for group in rivals:
        for place in group:
            rivals_of[place] |= set(group) - {place}
    room = {id(cap): cap.limit for cap in (*binding, *minimums)}
    for only_needed in (True, False):
        for place in ordered:
            if any(taken[other] for other in rivals_of[place]):
                continue
            needed = max((room[id(cap)] for cap in needs_of[place]), default=0)
            left = holdings[place].amount - taken[place]
            amount = min([left, *(room[id(cap)] for cap in caps_of[place]), *([needed] if only_needed else [])])
            if amount > 0:
                taken[place] += amount
                for cap in (*caps_of[place], *needs_of[place]):
                    room[id(cap)] -= amount
    return taken


def _by_place(caps: Sequence[Cap]) -> dict[int, list[Cap]]:
    caps_of: dict[int, list[Cap]] = defaultdict(list)
    for cap in caps:
        for place in cap.members:
            caps_of[place].append(cap)
    return caps_of


def _nothing_better(
    holdings: Sequence[Holding],
    taken: Mapping[int, int],
    binding: Sequence[Cap],
    minimums: Sequence[Cap],
    rivals: Sequence[Sequence[int]],
) -> bool:
    """
    Return whether it is plain that no other way counts more, or comes nearer to a minimum; if not, it may still be so.

    Plain is what full limits show that do not meet: no way has more than the sum of their figures and of all that
    stands under none of them.
    """
    fences = [(cap.members, cap.limit) for cap in binding]
    fences += [(set(group), max(holdings[place].amount for place in group)) for group in rivals]
    full = sorted(
        (members & taken.keys() for members, limit in fences if sum(taken.get(each, 0) for each in members) == limit),
        key=len,
        reverse=True,
    )
    unmet = [cap.members for cap in minimums if sum(taken.get(each, 0) for each in cap.members) < cap.limit]
    return all(_is_most(holdings, taken, full, among & taken.keys()) for among in (set(taken), *unmet))


def _is_most(holdings: Sequence[Holding], taken: Mapping[int, int], full: Sequence[set[int]], among: set[int]) -> bool:
    """Return whether full limits that do not meet hold all of ``among`` that is not taken whole, and nothing else."""
    short = {place for place in among if taken[place] < holdings[place].amount}
    held: set[int] = set()
    for members in full:
        if members & short - held:
            if any(taken[place] and (place in held or place not in among) for place in members):
                return False
            held |= members
    return short <= held


def _optimum(
    holdings: Sequence[Holding],
    ordered: Sequence[int],
    binding: Sequence[Cap],
    minimums: Sequence[Cap],
    rivals: Sequence[Sequence[int]],
    under: Mapping[int, frozenset[int]],
    helps: Mapping[int, frozenset[int]],
    known: Mapping[int, int],
) -> dict[int, int]:
    """
    Return the best way to count, which is at least as good as ``known``.

    Lots that all limits and minimums look at alike are one amount, shared out oldest first; so the size of the question
    follows from the rules and not from the length of a life.
    """
    alone = {place for group in rivals for place in group}
    alike: dict[object, list[int]] = defaultdict(list)
    for place in ordered:
        signature = (holdings[place].is_qualification, under[place], helps[place])
        alike[place if place in alone else signature].append(place)
    bundles = list(alike.values())
    number_of = {place: number for number, bundle in enumerate(bundles) for place in bundle}
    tops = [sum(holdings[place].amount for place in bundle) for bundle in bundles]
    start = [sum(known[place] for place in bundle) for bundle in bundles]

    def members(cap: Cap) -> set[int]:
        return {number_of[place] for place in cap.members if place in number_of}

    limits = [Limit(dict.fromkeys(members(cap), 1), cap.limit) for cap in binding]
    worth = sum(cap.limit for cap in minimums) + 1  # one hundredth more in all outweighs every minimum together
    goal = dict.fromkeys(range(len(bundles)), worth)
    for number, cap in enumerate(minimums, start=len(bundles)):
        limits.append(Limit({number: 1, **dict.fromkeys(members(cap), -1)}, 0))
        goal[number] = 1
        tops.append(cap.limit)
        start.append(min(cap.limit, sum(known.get(place, 0) for place in cap.members)))
    amounts = most(
        goal=goal,
        amounts_max=tops,
        limits=limits,
        rivals=[{number_of[place] for place in group} for group in rivals],
        known=start,
    )
    counted = {}
    for bundle, amount in zip(bundles, amounts, strict=False):
        for place in bundle:
            counted[place] = min(amount, holdings[place].amount)
            amount -= counted[place]
    return counted


def _without_the_lesser(
    holdings: Sequence[Holding],
    ordered: Sequence[int],
    under: Mapping[int, frozenset[int]],
    helps: Mapping[int, frozenset[int]],
    rivals: Sequence[Sequence[int]],
) -> set[int]:
    """Leave out who can never be the better one of a group: under no fewer limits, of no more help, no larger."""
    groups_of: dict[int, set[int]] = defaultdict(set)
    for number, group in enumerate(rivals):
        for place in group:
            groups_of[place].add(number)
    standing = set(ordered)

    def is_no_lesser(other: int, place: int) -> bool:
        return (
            other != place
            and other in standing
            and groups_of[other] <= groups_of[place]
            and under[other] <= under[place]
            and helps[other] >= helps[place]
            and holdings[other].amount >= holdings[place].amount
            and holdings[other].is_qualification >= holdings[place].is_qualification
        )

    for place in reversed(ordered):  # of two that are alike the first stays
        rivals_of = {other for number in groups_of[place] for other in rivals[number]}
        if any(is_no_lesser(other, place) for other in rivals_of):
            standing.discard(place)
    return standing
