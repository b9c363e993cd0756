"""Two choices of what one likes to learn at the same moment: one of them stays, as a whole."""

from functools import partial
from typing import Any

import pytest

from courses.actions import interest as actions
from courses.queries import interest
from tests.factories.people import NOW, a_learner
from tests.faults.gate import Hands
from tests.faults.pairs.meeting import Pair
from tests.faults.search import orders, what_is_wrong
from tests.faults.test_counter_races import LOCK
from tests.seed import form

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS, CONTROL = form(short=12, long=200), 60
ONE, OTHER = ["06", "09"], ["09", "10"]


def two_choices() -> Pair:
    learner = a_learner()

    def then(answers: list[Any]) -> None:
        assert answers == [None, None]
        assert list(interest.of_learner(learner)) in (ONE, OTHER)

    return Pair([partial(actions.choose, learner=learner, codes=codes, now=NOW) for codes in (ONE, OTHER)], then)


def test_of_two_choices_at_once_one_stays_as_a_whole() -> None:
    with Hands(2) as hands:
        played = [
            what_is_wrong(hands, two_choices, schedule) for schedule in orders(hands, two_choices, at_most=ORDERS)
        ]

    assert [wrong for wrong in played if wrong] == []


def test_without_the_lock_they_break_or_mix() -> None:
    with Hands(2, rewrite=lambda sql: LOCK.sub("", sql)) as hands:
        assert any(
            what_is_wrong(hands, two_choices, schedule) for schedule in orders(hands, two_choices, at_most=CONTROL)
        )
