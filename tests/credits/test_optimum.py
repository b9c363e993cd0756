"""The exact optimum behind the counting, against every answer there is."""

from collections.abc import Collection, Sequence
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from credits.queries import optimum
from credits.queries.optimum import Limit, most

PLACES = 4


def value(goal: dict[int, int], amounts: Sequence[int]) -> int:
    return sum(worth * amounts[place] for place, worth in goal.items())


def is_allowed(amounts: Sequence[int], limits: Sequence[Limit], rivals: Sequence[Collection[int]]) -> bool:
    return all(
        sum(weight * amounts[place] for place, weight in limit.weights.items()) <= limit.most for limit in limits
    ) and all(sum(1 for place in group if amounts[place]) <= 1 for group in rivals)


questions = st.fixed_dictionaries(
    {
        "goal": st.lists(st.integers(1, 5), min_size=PLACES, max_size=PLACES).map(
            lambda worths: dict(enumerate(worths))
        ),
        "amounts_max": st.lists(st.integers(0, 4), min_size=PLACES, max_size=PLACES),
        "limits": st.lists(
            st.builds(
                Limit,
                st.sets(st.integers(0, PLACES - 1), min_size=1).map(lambda places: dict.fromkeys(places, 1)),
                st.integers(0, 8),
            ),
            max_size=4,
        ),
        "rivals": st.lists(st.sets(st.integers(0, PLACES - 1), min_size=2, max_size=3), max_size=2),
    }
)


@settings(max_examples=500, deadline=None)
@given(question=questions)
def test_no_answer_is_better(question: dict) -> None:
    found = most(**question, known=[0] * PLACES)

    allowed = (
        amounts
        for amounts in product(*(range(top + 1) for top in question["amounts_max"]))
        if is_allowed(amounts, question["limits"], question["rivals"])
    )
    assert is_allowed(found, question["limits"], question["rivals"])
    assert all(amount <= top for amount, top in zip(found, question["amounts_max"], strict=True))
    assert value(question["goal"], found) == max(value(question["goal"], amounts) for amounts in allowed)


def test_a_half_is_never_answered() -> None:
    """Three limits in a ring: without wholeness one and a half of each would be the most."""
    ring = [Limit({0: 1, 1: 1}, 3), Limit({1: 1, 2: 1}, 3), Limit({0: 1, 2: 1}, 3)]

    found = most(goal={0: 1, 1: 1, 2: 1}, amounts_max=[9, 9, 9], limits=ring, rivals=[], known=[0, 0, 0])

    assert sum(found) == 4


def test_past_its_share_of_work_it_answers_with_the_best_it_knows(monkeypatch) -> None:
    monkeypatch.setattr(optimum._Work, "left", 0)

    assert most(goal={0: 1}, amounts_max=[5], limits=[], rivals=[], known=[3]) == [3]
