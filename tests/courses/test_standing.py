"""Where a person stands with a class, asked in one statement: as the questions asked one by one say it."""

from datetime import timedelta

import pytest

from courses.actions import approval, enrollment, waiting
from courses.queries import seats, standing
from tests.factories.catalog import a_published_run
from tests.factories.enrollment import enrolled
from tests.factories.people import NOW, a_learner
from tests.factories.terms import asked_place, asks_for
from tests.factories.waiting import a_full_run, an_offer, someone_of, waits_for

pytestmark = pytest.mark.django_db
NOTHING = {"has_place", "waits", "stands_in_line", "teaches", "has_asked", "is_waited_for"}


def true_of(learner, run):
    found = standing.of(learner, run, now=NOW)
    return {name for name in NOTHING if getattr(found, name)}


def test_a_stranger_stands_nowhere():
    run = a_published_run(seats=2)

    assert true_of(a_learner(), run) == set()


def test_a_place_given_up_is_none():
    place = enrolled(run=a_published_run(seats=2))
    assert true_of(place.learner, place.run) == {"has_place"}

    enrollment.withdraw(enrollment=place, now=NOW)

    assert true_of(place.learner, place.run) == set()


def test_who_waits_here_and_who_waits_elsewhere_in_the_course():
    here = a_full_run()
    there = a_full_run(version=here.version)
    learner = waits_for(here).learner
    assert true_of(learner, here) == {"waits", "stands_in_line", "is_waited_for"}
    assert true_of(learner, there) == {"waits"}
    assert true_of(a_learner(), here) == {"is_waited_for"}

    waiting.leave(request=learner.waiting_requests.get(), now=NOW)

    assert true_of(learner, here) == set()


def test_who_teaches():
    teacher = a_learner()
    run = a_published_run(instructor=teacher)

    assert true_of(teacher, run) == {"teaches"}


def test_who_has_asked_until_the_answer():
    run = asks_for(a_published_run(seats=2), approval_days=5)
    request = asked_place(run)
    assert true_of(request.learner, run) == {"has_asked"}

    approval.withdraw(request=request, now=NOW)

    assert true_of(request.learner, run) == set()


def test_seats_left_are_those_of_the_count():
    run = a_full_run(seats=3)
    an_offer(run, a_learner())
    unlimited = a_published_run(seats=None)
    assert standing.of(a_learner(), run, now=NOW).seats_left == seats.of_run(run).left == 0

    enrollment.withdraw(enrollment=someone_of(run), now=NOW)

    assert standing.of(a_learner(), run, now=NOW).seats_left == seats.of_run(run).left == 1
    assert standing.of(a_learner(), unlimited, now=NOW).seats_left is None


def test_places_taken_within_a_day_are_counted_those_given_up_too():
    learner, run = a_learner(), a_published_run()
    for hours in (25, 23, 2):
        at = NOW - timedelta(hours=hours)
        enrollment.withdraw(enrollment=enrolled(learner, run, now=at), now=at)
    enrolled(learner, a_published_run())

    found = standing.of(learner, run, now=NOW)

    assert (found.taken_here_lately, found.taken_lately) == (2, 3)
