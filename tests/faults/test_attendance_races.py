"""
Attendance said by two at once: instructors, phones, whoever answers an objection, and whoever cancels the class.

The controls take the row locks and the database's own guards away.
"""

import uuid
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from courses.actions import attendance, attendance_merge, attendance_objection, run_cancel, walk_in
from courses.choices import AttendanceMethod, AttendanceStatus, ObjectionOutcome
from courses.models import AttendanceRecord, WalkIn
from courses.queries import enrollment as enrollments
from courses.rules import WALK_INS_MAX
from learners.choices import Role
from learners.models import Message
from tests.courses.test_session_changes import manager_of, session_of
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import attended, enrolled
from tests.factories.people import a_learner, a_membership
from tests.faults.pairs.meeting import Pair, one_of
from tests.faults.sabotage import without_guards_of_classes
from tests.faults.search import goes_wrong_without_locks, wrong_orders
from tests.seed import form

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS = form(short=12, long=200)
PRESENT, LATE, ABSENT, EXCUSED = AttendanceStatus
HOUR = timedelta(hours=1)


def a_class(**more: Any) -> tuple[Any, Any, Any, Any]:
    """Return a class session, somebody of it, its instructor and its manager."""
    teacher = a_learner()
    run = a_published_run(instructor=teacher, **more)
    return session_of(run), enrolled(run=run), teacher, manager_of(run)


def of(place: Any) -> list[tuple[str, bool]]:
    """Return what is on record of somebody, as it came in, and whether it counts."""
    records = AttendanceRecord.objects.filter(enrollment=place).order_by("marked_at", "sequence", "mark_id")
    return [(record.status, record.superseded_at is None) for record in records]


def two_who_mark_the_same_person() -> Pair:
    session, place, teacher, manager = a_class()
    acts = [
        partial(attendance.mark, class_session=session, marks={place.pk: status}, actor=actor, now=session.ends_at)
        for status, actor in ((LATE, teacher), (ABSENT, manager))
    ]

    def then(answers: list[Any]) -> None:
        assert answers == [1, 1], answers
        assert [counts for _status, counts in of(place)] == [False, True]
        assert {status for status, _counts in of(place)} == {LATE, ABSENT}

    return Pair(acts, then)


def two_sheets_shown_with_the_same_entry() -> Pair:
    """Whoever is second is told of the first, and takes nothing back."""
    session, place, teacher, manager = a_class()
    attended(place, session, by=teacher, status=EXCUSED)
    seen = {place.pk: AttendanceRecord.objects.get(enrollment=place).pk}
    acts = [
        partial(
            attendance.mark_sheet,
            class_session=session,
            marks={place.pk: status},
            seen=seen,
            actor=actor,
            now=session.ends_at,
        )
        for status, actor in ((LATE, teacher), (ABSENT, manager))
    ]

    def then(answers: list[Any]) -> None:
        assert [type(each).__name__ for each in answers] == ["Marked", "Marked"], answers
        assert sorted((each.changed, len(each.clashes)) for each in answers) == [(0, 1), (1, 0)]
        winner = next(status for answer, status in zip(answers, (LATE, ABSENT), strict=True) if answer.changed)
        assert of(place) == [(EXCUSED, False), (winner, True)]

    return Pair(acts, then)


def two_phones_with_marks_of_the_same_people() -> Pair:
    session, place, teacher, manager = a_class(seats=None)
    other = enrolled(run=session.run)
    batches = [
        [
            attendance_merge.Mark(
                mark_id=uuid.uuid4(),
                enrollment_id=person.pk,
                status=status,
                device_at=session.starts_at + timedelta(minutes=minutes),
                sequence=minutes,
            )
            for person, status, minutes in marks
        ]
        for marks in (
            [(place, LATE, 1), (other, ABSENT, 20)],
            [(other, PRESENT, 10), (place, EXCUSED, 30)],
        )
    ]
    acts = [
        partial(attendance_merge.merge, class_session=session, marks=batch, actor=actor, now=session.ends_at)
        for batch, actor in zip(batches, (teacher, manager), strict=True)
    ]

    def then(answers: list[Any]) -> None:
        assert [type(each).__name__ for each in answers] == ["Merged", "Merged"], answers
        assert [len(each.taken) for each in answers] == [2, 2]
        assert of(place) == [(LATE, False), (EXCUSED, True)]
        assert of(other) == [(PRESENT, False), (ABSENT, True)]

    return Pair(acts, then)


def marking_and_answering_an_objection() -> Pair:
    session, place, teacher, manager = a_class()
    attended(place, session, by=teacher, status=ABSENT)
    case = attendance_objection.object_to(
        enrollment=place, class_session=session, said=PRESENT, text="Có", learner=place.learner, now=session.ends_at
    )
    acts = [
        partial(attendance.mark, class_session=session, marks={place.pk: LATE}, actor=teacher, now=session.ends_at),
        partial(
            attendance_objection.answer,
            objection=case,
            outcome=ObjectionOutcome.ACCEPTED,
            text="Đúng",
            actor=manager,
            now=session.ends_at,
        ),
    ]

    def then(answers: list[Any]) -> None:
        one_of(answers, ([1, "AttendanceObjection"], [counts for _status, counts in of(place)] == [False, False, True]))
        assert {status for status, _counts in of(place)} == {ABSENT, LATE, PRESENT}

    return Pair(acts, then)


def marking_and_cancelling_the_class() -> Pair:
    """Who is marked in time has met the rule, and keeps the completion; who is not, has nothing on record."""
    teacher = a_learner()
    version = a_published_version(attendance_percent_min=100)
    run = a_published_run(version=version, sessions=1)
    a_membership(organization=version.course.provider, learner=teacher, role=Role.INSTRUCTOR)
    run.run_instructors.create(learner=teacher)
    session, place = session_of(run), enrolled(run=run)
    acts = [
        partial(run_cancel.cancel, run=run, actor=manager_of(run), reason="Bão", now=session.starts_at + HOUR),
        partial(
            attendance.mark,
            class_session=session,
            marks={place.pk: PRESENT},
            actor=teacher,
            now=session.starts_at + HOUR,
        ),
    ]

    def then(answers: list[Any]) -> None:
        place.refresh_from_db()
        told = Message.objects.filter(kind="RUN_CANCELLED", recipient=place.learner).count()
        refused = (place.state, place.award_entry, of(place), told) == ("CANCELLED", None, [], 1)
        completed = (place.state, of(place), told) == ("COMPLETED", [(PRESENT, True)], 0)
        one_of(
            answers,
            (["CourseRun", "SessionCancelled"], refused),
            (["CourseRun", "NotOnRoster"], refused),
            (["CourseRun", 1], completed and place.award_entry is not None),
        )
        assert enrollments.audit() == []

    return Pair(acts, then)


def the_last_walk_in_there_may_be() -> Pair:
    session, _place, teacher, manager = a_class()
    WalkIn.objects.bulk_create(
        WalkIn(
            class_session=session,
            full_name="Lý Văn Tư",
            method=AttendanceMethod.ROSTER,
            recorded_by=teacher,
            recorded_at=session.starts_at,
            marked_at=session.starts_at,
        )
        for _each in range(WALK_INS_MAX.count_max - 1)
    )
    acts = [
        partial(walk_in.record, class_session=session, full_name="Cao Thị Năm", actor=actor, now=session.ends_at)
        for actor in (teacher, manager)
    ]

    def then(answers: list[Any]) -> None:
        assert sorted(type(each).__name__ for each in answers) == ["TooManyWalkIns", "WalkIn"]
        assert WalkIn.objects.filter(class_session=session).count() == WALK_INS_MAX.count_max

    return Pair(acts, then)


PAIRS = [
    two_who_mark_the_same_person,
    two_sheets_shown_with_the_same_entry,
    two_phones_with_marks_of_the_same_people,
    marking_and_answering_an_objection,
    marking_and_cancelling_the_class,
    the_last_walk_in_there_may_be,
]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.__name__)
def test_in_whatever_order_all_is_well(pair: Any) -> None:
    assert wrong_orders(pair, at_most=ORDERS) == []


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.__name__)
def test_without_locks_and_guards_something_is_wrong(pair: Any) -> None:
    """The control of each."""
    with without_guards_of_classes():
        assert goes_wrong_without_locks(pair)
