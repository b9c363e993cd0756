"""
Two hundred people press "Enrol" at once where there are twenty seats.

Over HTTP, at six processes; five rounds in ``make test``, fifty in ``make faults``. Source: RELIABILITY.md, F05.
"""

import pytest

from courses.models import Enrollment
from courses.queries import enrollment as enrollments
from courses.queries import waiting as queries
from learners.models import Message
from tests.factories.catalog import a_published_run
from tests.factories.people import a_learner
from tests.faults import rush
from tests.faults.sabotage import without_the_count_of_seats
from tests.seed import form

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, SEATS = 200, 20
ROUNDS, CONTROLS = form(short=5, long=50), form(short=2, long=10)
OVERSELLS_MIN = form(short=1, long=9)  # rounds of the control


def a_rush(port):
    """Return a run and what everybody was told."""
    run = a_published_run(sessions=0)
    type(run).objects.filter(pk=run.pk).update(seats_max=SEATS)
    people = [a_learner(language="en") for _ in range(PEOPLE)]
    return run, rush.rush(port, run, people)


def test_everybody_is_answered_and_nobody_oversold():
    with rush.served() as port:
        for _ in range(ROUNDS):
            run, answers = a_rush(port)

            got_in = {each.learner for each in answers if each.enrolled == rush.FOUND}
            waits = {each.learner for each in answers if (each.enrolled, each.waits) == (rush.CONFLICT, rush.FOUND)}
            assert (len(got_in), len(waits)) == (SEATS, PEOPLE - SEATS)
            assert set(run.enrollments.holding_seat().values_list("learner", flat=True)) == got_in
            line = list(queries.line(run).values_list("request__learner", flat=True))
            assert set(line) == waits
            letters = Message.objects.filter(kind="WAITING_JOINED", recipient__in=waits)
            told = {letter.recipient_id: place_of(letter) for letter in letters}
            assert [told[learner] for learner in line] == list(range(1, PEOPLE - SEATS + 1))

    assert enrollments.audit() == []


def place_of(letter) -> int:
    return int(letter.data["waiting_for"].rsplit("number ", 1)[1].split()[0])


def test_without_locks_the_rush_oversells():
    """The control: the same portal, its locks taken out, on a database that does not count."""
    oversold = 0
    with without_the_count_of_seats(), rush.served("tests.faults.unlocked:application") as port:
        for _ in range(CONTROLS):
            run, _answers = a_rush(port)
            oversold += run.enrollments.holding_seat().count() > SEATS

    assert oversold >= OVERSELLS_MIN
    assert Enrollment.objects.exists()
