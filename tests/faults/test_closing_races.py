"""Closings, several at once: stopped as they begin, and two managers who both want to leave."""

from functools import partial
from typing import Any

import pytest

from courses.models import Enrollment, WishVoice
from learners.actions import closing as asking
from learners.choices import Role
from learners.models import AccountClosing, Learner
from learners.rules import CLOSING_WAITS
from portal.actions import closing
from tests.factories.catalog import a_published_run
from tests.factories.enrollment import enrolled
from tests.factories.people import NOW, a_learner, a_membership, an_organization
from tests.factories.wishes import a_wish
from tests.faults.gate import Hands
from tests.faults.pairs.meeting import Pair
from tests.faults.search import goes_wrong_without_locks, wrong_orders
from tests.faults.together import kinds
from tests.seed import form

pytestmark = pytest.mark.django_db(transaction=True)
THEN = NOW + CLOSING_WAITS
CLOSING, OTHER = 0, 1
ORDERS = form(short=8, long=200)


def what_is_left(learner: Learner) -> tuple[int, int]:
    places = Enrollment.objects.filter(learner=learner, state="ENROLLED").count()
    return places, WishVoice.objects.filter(learner=learner, ended_at__isnull=True).count()


def test_stopped_before_any_of_its_steps_nothing_is_lost_and_begun_all_is_gone():
    steps_before, is_stopped, seen = 0, True, set()
    with Hands(2) as hands:
        while is_stopped:
            learner = a_learner()
            enrolled(learner, a_published_run())
            a_wish(learner=learner)
            asking.ask(learner=learner, now=NOW)

            acts = [partial(closing.close_due, now=THEN), partial(asking.stop, learner=learner, now=THEN)]
            closed, is_stopped = hands.play(acts, [CLOSING] * steps_before + [OTHER] * 10)

            assert (steps_before, closed, is_stopped) in {(steps_before, 0, True), (steps_before, 1, False)}
            assert what_is_left(learner) == ((1, 1) if is_stopped else (0, 0))
            seen.add(is_stopped)
            steps_before += 1
    assert seen == {True, False}


def two_managers_leave() -> Pair:
    organization = an_organization()
    managers = [organization.registered_by, a_learner()]
    a_membership(organization=organization, learner=managers[1], role=Role.MANAGER)

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["LastManager", "tuple"]
        assert AccountClosing.objects.filter(learner__in=managers).count() == 1

    return Pair([partial(asking.ask, learner=manager, now=NOW) for manager in managers], then)


def test_of_two_managers_one_stays_whatever_the_order():
    assert wrong_orders(two_managers_leave, at_most=ORDERS) == []


def test_without_the_locks_both_leave():
    assert goes_wrong_without_locks(two_managers_leave)
