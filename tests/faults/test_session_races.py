"""
Class sessions moved and cancelled, and whole classes cancelled, while somebody marks, enrols, accepts or is reminded.

The controls take the row locks and the database's own guards away.
"""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from courses.actions import attendance, enrollment, reminders, run_cancel, session, waiting
from courses.choices import AttendanceStatus
from courses.models import AttendanceRecord, ClassSession, Enrollment
from courses.queries import waiting as waiting_queries
from learners.models import Message
from tests.courses.test_session_changes import FIRST_AT, MONDAY_18_00, at, manager_of, session_of
from tests.factories.catalog import a_published_run
from tests.factories.enrollment import enrolled
from tests.factories.people import NOW, a_learner
from tests.factories.waiting import an_offer, waits_for
from tests.faults.pairs.meeting import Pair, one_of
from tests.faults.sabotage import without_guards_of_classes
from tests.faults.search import goes_wrong_without_locks, wrong_orders
from tests.seed import form

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS = form(short=12, long=200)
JUST_BEFORE = FIRST_AT - timedelta(minutes=20)  # attendance is open already


def marks(run: Any) -> Any:
    place = enrolled(run=run)
    shown = session_of(run)
    return partial(
        attendance.mark,
        class_session=shown,
        marks={place.pk: AttendanceStatus.PRESENT},
        actor=manager_of(run),
        now=JUST_BEFORE,
    )


def is_marked_in(run: Any) -> bool:
    return AttendanceRecord.objects.filter(class_session__run=run).exists()


def moving_and_marking() -> Pair:
    run = a_published_run()
    mark, first = marks(run), session_of(run)
    to = at(FIRST_AT + timedelta(days=1))
    move = partial(session.move, session=first, actor=manager_of(run), to=to, reason="Bão", now=JUST_BEFORE)

    def then(answers: list[Any]) -> None:
        is_marked, is_moved = (
            AttendanceRecord.objects.filter(class_session__run=run).exists(),
            session_of(run).starts_at != FIRST_AT,
        )
        one_of(
            answers,
            (["SessionChange", "NotStarted"], is_moved and not is_marked),
            (["AlreadyMarked", 1], is_marked and not is_moved),
        )

    return Pair([move, mark], then)


def cancelling_and_marking() -> Pair:
    run = a_published_run()
    mark, first = marks(run), session_of(run)
    cancel = partial(session.cancel, session=first, actor=manager_of(run), reason="Bão", now=JUST_BEFORE)

    def then(answers: list[Any]) -> None:
        is_marked, is_off = (
            AttendanceRecord.objects.filter(class_session__run=run).exists(),
            session_of(run).cancelled_at is not None,
        )
        one_of(
            answers,
            (["SessionChange", "SessionCancelled"], is_off and not is_marked),
            (["AlreadyMarked", 1], is_marked and not is_off),
        )

    return Pair([cancel, mark], then)


def cancelling_a_class_and_enrolling() -> Pair:
    run, learner = a_published_run(), a_learner()
    cancel = partial(run_cancel.cancel, run=run, actor=manager_of(run), reason="Bão", now=NOW)

    def then(answers: list[Any]) -> None:
        told = Message.objects.filter(kind="RUN_CANCELLED", recipient=learner).count()
        states = list(run.enrollments.values_list("state", flat=True))
        one_of(
            answers,
            (["CourseRun", "RunCancelled"], (states, told) == ([], 0)),
            (["CourseRun", "Enrollment"], (states, told) == (["CANCELLED"], 1)),
        )

    return Pair([cancel, partial(enrollment.enroll, learner=learner, run=run, now=NOW)], then)


def cancelling_a_class_and_accepting() -> Pair:
    offer = an_offer(a_published_run(seats=1), a_learner())
    waits_for(offer.run)
    cancel = partial(run_cancel.cancel, run=offer.run, actor=manager_of(offer.run), reason="Bão", now=NOW)

    def then(answers: list[Any]) -> None:
        assert [type(answer).__name__ for answer in answers] in (
            ["CourseRun", "OfferIsOver"],
            ["CourseRun", "Enrollment"],
        )
        assert not Enrollment.objects.active().filter(run=offer.run).exists()
        mine = Message.objects.filter(kind="RUN_CANCELLED", recipient=offer.request.learner)
        assert mine.count() == 1
        assert waiting_queries.audit(now=NOW) == []

    return Pair([cancel, partial(waiting.accept, offer=offer, now=NOW)], then)


def moving_and_reminding() -> Pair:
    run = a_published_run()
    learner = enrolled(run=run).learner
    to, first = at(FIRST_AT + timedelta(days=1)), session_of(run)
    move = partial(session.move, session=first, actor=manager_of(run), to=to, reason="Bão", now=MONDAY_18_00)

    def then(answers: list[Any]) -> None:
        assert not isinstance(answers[0], Exception), answers
        assert isinstance(answers[1], int), answers
        letters = Message.objects.filter(recipient=learner)
        assert not letters.filter(kind="CLASS_TOMORROW", state="DUE").exists()
        assert letters.filter(kind="SESSION_MOVED").count() == 1

    return Pair([move, partial(reminders.queue_class_reminders, now=MONDAY_18_00)], then)


def two_who_move_it() -> Pair:
    run = a_published_run()
    first = session_of(run)
    acts = [
        partial(
            session.move,
            session=first,
            actor=manager_of(run),
            to=at(FIRST_AT + timedelta(days=days)),
            reason="Bão",
            now=NOW,
        )
        for days in (1, 2)
    ]

    def then(answers: list[Any]) -> None:
        assert not [answer for answer in answers if isinstance(answer, Exception)], answers
        assert sorted(answer.number for answer in answers) == [1, 2]
        last = max(answers, key=lambda answer: answer.number)
        held = ClassSession.objects.get(pk=first.pk)
        assert (held.starts_at, held.revision) == (last.starts_at, 2)

    return Pair(acts, then)


PAIRS = [
    moving_and_marking,
    cancelling_and_marking,
    cancelling_a_class_and_enrolling,
    cancelling_a_class_and_accepting,
    moving_and_reminding,
    two_who_move_it,
]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.__name__)
def test_in_whatever_order_all_is_well(pair: Any) -> None:
    assert wrong_orders(pair, at_most=ORDERS) == []


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.__name__)
def test_without_locks_and_guards_something_is_wrong(pair: Any) -> None:
    """The control of each."""
    with without_guards_of_classes():
        assert goes_wrong_without_locks(pair)
