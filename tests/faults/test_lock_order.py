"""
A completion is undone while its learner gives the place up, or while the class is cancelled.

Neither waits for the other's lock in a circle: the house takes the run before the enrolment. The control puts the
trigger of migration 0041 back, which took the run after it. And nobody is left with a place in a cancelled class.
"""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from courses.actions import enrollment, run_cancel
from courses.choices import AttendanceStatus
from courses.models import Enrollment
from credits.actions import deciding
from credits.models import LedgerRequest
from tests.emptying import empty_tables
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import attended, enrolled
from tests.factories.people import a_curator
from tests.faults.gate import Hands
from tests.faults.row_locks import without_row_locks
from tests.faults.sabotage import with_the_run_locked_last

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
AROUND = 3  # steps before and after the lock at which the other may come
ALL_OF_IT = 20  # more steps than giving a place up has


def undone_and(other):
    """Return the approval of a reversal that opens a completed place again, and what else is done with the place."""
    version = a_published_version(attendance_percent_min=100)
    session = a_published_run(version=version, sessions=1).class_sessions.get()
    manager = version.course.provider.registered_by
    place = attended(enrolled(run=session.run), session, by=manager)
    attended(place, session, by=manager, status=AttendanceStatus.ABSENT, now=session.ends_at + HOUR)
    request, curator = LedgerRequest.objects.get(), a_curator()
    return [
        lambda: deciding.approve(request=request, actor=curator, now=session.ends_at + 2 * HOUR),
        lambda: other(place, session.ends_at + 2 * HOUR),
    ]


def given_up(place, now):
    return enrollment.withdraw(enrollment=place, now=now)


def cancelled(place, now):
    manager = place.run.version.course.provider.registered_by
    return run_cancel.cancel(run=place.run, actor=manager, reason="Bão", now=now)


def steps_to_the_place():
    """Return after how many statements the approval has the place locked."""
    approve, _give_up = undone_and(given_up)
    with CaptureQueriesContext(connection) as seen, transaction.atomic():
        approve()
        transaction.set_rollback(True)
    empty_tables(None)
    locks = [
        each["sql"].startswith("SELECT") and "courses_enrollment" in each["sql"] and "UPDATE" in each["sql"]
        for each in seen
    ]
    return locks.index(True) + 1


def circles():
    """Return what went wrong, whenever the other comes."""
    found, locked = [], steps_to_the_place()
    with Hands(2) as hands:
        for steps in range(max(1, locked - AROUND), locked + AROUND):
            answers = hands.play(undone_and(given_up), [0] * steps + [1] * ALL_OF_IT)
            found += [str(answer) for answer in answers if isinstance(answer, OperationalError)]
            if not found:
                assert Enrollment.objects.get().state in ("ENROLLED", "WITHDRAWN")
            empty_tables(None)
    return found


def test_undoing_a_completion_never_waits_for_who_gives_the_place_up():
    assert circles() == []


def test_with_the_run_locked_last_they_wait_for_each_other():
    """The control."""
    with with_the_run_locked_last():
        assert any("deadlock" in each for each in circles())


def places_in_a_cancelled_class(**how):
    """Return how often somebody is left with a place, whenever the other comes."""
    found = []
    with Hands(2, **how) as hands:
        for steps in range(4, 20, 2):
            answers = hands.play(undone_and(cancelled), [1] * steps + [0] * 100 + [1] * 100)
            found += [str(answer) for answer in answers if isinstance(answer, Exception)]
            found += list(Enrollment.objects.filter(run__cancelled_at__isnull=False).values_list("state", flat=True))
            empty_tables(None)
    return found


def test_a_completion_undone_while_the_class_is_cancelled_leaves_no_place():
    assert set(places_in_a_cancelled_class()) == {"CANCELLED"}


def test_without_row_locks_somebody_is_left_with_a_place():
    """The control."""
    assert "ENROLLED" in places_in_a_cancelled_class(rewrite=without_row_locks)
