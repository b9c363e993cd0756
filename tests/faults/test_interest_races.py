"""Two choices of what one likes to learn at the same moment: one of them stays, as a whole."""

from functools import partial
from typing import Any

import pytest

from courses.actions import interest as actions
from courses.queries import interest
from tests.factories.people import NOW, a_learner
from tests.faults.pairs.meeting import Pair
from tests.faults.search import goes_wrong_without_locks, wrong_orders
from tests.seed import form

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS = form(short=12, long=200)
ONE, OTHER = ["06", "09"], ["09", "10"]


def two_choices() -> Pair:
    learner = a_learner()

    def then(answers: list[Any]) -> None:
        assert answers == [None, None]
        assert list(interest.of_learner(learner)) in (ONE, OTHER)

    return Pair([partial(actions.choose, learner=learner, codes=codes, now=NOW) for codes in (ONE, OTHER)], then)


def test_of_two_choices_at_once_one_stays_as_a_whole() -> None:
    assert wrong_orders(two_choices, at_most=ORDERS) == []


def test_without_the_lock_they_break_or_mix() -> None:
    assert goes_wrong_without_locks(two_choices)
