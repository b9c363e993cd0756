"""
The last seat, wanted by many at once: one gets it, the others are told kindly.

Every connection is real. The control runs the same action with the lock taken out of its SQL, and the database's own
count switched off: it must oversell, else the test above it proves nothing.
"""

import threading
from contextlib import suppress
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.utils.translation import gettext

from courses.actions import enrollment
from courses.models import CourseRun, Enrollment
from learners.models import Learner, Message
from tests.factories.catalog import a_published_run
from tests.factories.people import NOW, a_learner
from tests.faults.row_locks import without_row_locks
from tests.faults.sabotage import without_the_count_of_seats

pytestmark = pytest.mark.django_db(transaction=True)
JUST_TAKEN = "Somebody has just taken the last seat. Other classes of this course may have room."
# How long one waits for the others in front of its first write: with the locks they never come, without them always.
MEETING_SECONDS_MAX = {True: 1, False: 60}


def rush(run: CourseRun, learners: list[Learner], *, with_lock: bool) -> list[str]:
    """Let every learner enrol in a connection of their own, all counting before anyone inserts; return the answers."""
    meeting = threading.Barrier(len(learners))
    answers: list[str] = []

    def gate(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not with_lock:
            sql = without_row_locks(sql)
        if sql.startswith('INSERT INTO "courses_enrollment"'):
            with suppress(threading.BrokenBarrierError):
                meeting.wait(MEETING_SECONDS_MAX[with_lock])
        return execute(sql, params, many, context)

    def enroll(learner: Learner) -> None:
        try:
            with connection.execute_wrapper(gate):
                enrollment.enroll(learner=learner, run=run, now=NOW)
            answers.append("enrolled")
        except (enrollment.RunIsFull, IntegrityError) as reason:
            answers.append(str(reason))
        finally:
            connection.close()

    threads = [threading.Thread(target=enroll, args=[learner]) for learner in learners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_two_for_the_last_seat():
    run = a_published_run(seats=1)

    answers = rush(run, [a_learner(), a_learner()], with_lock=True)

    assert sorted(answers, key=len) == ["enrolled", gettext(JUST_TAKEN)]
    assert Enrollment.objects.get().learner == Message.objects.get().recipient


def test_two_for_the_last_seat_oversell_without_the_lock():
    run = a_published_run(seats=1)

    with without_the_count_of_seats():
        answers = rush(run, [a_learner(), a_learner()], with_lock=False)

    assert answers == ["enrolled", "enrolled"]
    assert run.enrollments.holding_seat().count() == 2


def test_two_for_the_last_seat_are_caught_by_the_net():
    """Without the lock of the action the database still counts, and refuses."""
    run = a_published_run(seats=1)

    answers = rush(run, [a_learner(), a_learner()], with_lock=False)

    assert sorted(answers, key=len)[0] == "enrolled"
    assert "1 seats, and 2 would be held or offered" in sorted(answers, key=len)[1]
    assert run.enrollments.holding_seat().count() == 1


def test_twelve_for_three_seats():
    run = a_published_run(seats=3)

    answers = rush(run, [a_learner() for _ in range(12)], with_lock=True)

    assert answers.count("enrolled") == run.enrollments.holding_seat().count() == 3


def test_a_double_click_is_one_place():
    learner, run = a_learner(), a_published_run(seats=5)

    answers = rush(run, [learner, learner], with_lock=True)

    assert answers == ["enrolled", "enrolled"]
    assert Enrollment.objects.count() == Message.objects.count() == 1
