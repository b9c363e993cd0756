"""An old address objects, twice at once: one hold, and one row for the curators."""

from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest

from learners.actions import changed_way
from learners.choices import Way
from learners.models import ChangedWay, LostWay
from tests.factories.people import NOW, a_learner
from tests.faults.pairs.meeting import Pair
from tests.faults.search import goes_wrong_without_locks, wrong_orders
from tests.faults.together import kinds
from tests.seed import form

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = count(1_000_000)  # one for each time it is played
ORDERS = form(short=8, long=200)


def pressed_twice() -> Pair:
    learner = a_learner(phone=f"+8491{next(NUMBER)}")
    changed_way.remove(learner=learner, way=Way.PHONE, now=NOW)
    changed = ChangedWay.objects.get(learner=learner)

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["bool", "bool"]
        assert sorted(answers) == [False, True]
        assert LostWay.objects.filter(learner=learner).count() == 1

    return Pair([partial(changed_way.object_to, changed=changed, now=NOW + timedelta(minutes=1))] * 2, then)


def test_pressed_twice_whatever_the_order():
    assert wrong_orders(pressed_twice, at_most=ORDERS) == []


def test_without_the_locks_it_goes_wrong():
    assert goes_wrong_without_locks(pressed_twice)
