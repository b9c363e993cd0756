"""A merge under way, and who waits for an enrolment it gives to the other account."""

from functools import partial

import pytest

from courses.actions import enrollment
from courses.models import Enrollment
from tests.factories.catalog import a_published_run
from tests.factories.enrollment import enrolled
from tests.factories.people import NOW, a_learner
from tests.faults.gate import Hands
from tests.faults.pairs.merges import a_merge_and_a_completion, asked_merge
from tests.faults.pairs.persons import approve

pytestmark = pytest.mark.django_db(transaction=True)
MERGE, OTHER = 0, 1
UNDER_WAY = [MERGE] * 30  # by then it holds the enrolments and is not through


def test_a_completion_that_waits_finds_whose_the_enrolment_is_now():
    """By chance a completion hardly ever begins so late: ``tests/faults/pairs`` has the other orders."""
    pair = a_merge_and_a_completion()

    with Hands(2) as hands:
        answers = hands.play(pair.acts, [*UNDER_WAY, OTHER])

    assert [type(answer).__name__ for answer in answers] == ["LedgerDecision", "UnableToRead"]
    pair.then(answers)


def test_a_place_given_up_meanwhile_is_given_up_by_whoever_has_it_now():
    kept, merged = a_learner(), a_learner()
    place = enrolled(merged, a_published_run())
    acts = [approve(asked_merge(kept, merged)), partial(enrollment.withdraw, enrollment=place, now=NOW)]

    with Hands(2) as hands:
        _merged, left = hands.play(acts, [*UNDER_WAY, OTHER])

    assert isinstance(left, Enrollment)
    assert (left.learner, left.state) == (kept, "WITHDRAWN")
