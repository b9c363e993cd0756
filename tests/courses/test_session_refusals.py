"""A class session is not moved, cancelled or added: by whom, when, and by a page that shows the old time."""

import pytest

from courses.actions import attendance
from courses.actions import session as actions
from courses.choices import AttendanceStatus
from courses.models import ClassSession, CourseRun, SessionChange
from learners.choices import Role
from learners.models import Message
from tests.courses.test_session_changes import DAY, FIRST_AT, HOUR, WEEK, add, at, cancel, manager_of, move, session_of
from tests.factories.catalog import a_published_run
from tests.factories.enrollment import attended, enrolled
from tests.factories.people import NOW, a_learner, a_membership

pytestmark = pytest.mark.django_db


def begun():
    session = session_of(a_published_run())
    return lambda: move(session, at(FIRST_AT + WEEK), now=FIRST_AT)


def marked():
    run = a_published_run()
    attended(enrolled(run=run), session_of(run), by=manager_of(run))
    return lambda: cancel(session_of(run), now=FIRST_AT + DAY)


def marked_early():
    run = a_published_run()
    attended(enrolled(run=run), session_of(run), by=manager_of(run), now=FIRST_AT - 0.3 * HOUR)
    return lambda: move(session_of(run), at(FIRST_AT + DAY), now=FIRST_AT - 0.2 * HOUR)


def cancelled():
    session = session_of(a_published_run())
    cancel(session)
    return lambda: move(session, at(FIRST_AT + WEEK))


def past():
    session = session_of(a_published_run())
    return lambda: move(session, at(NOW - HOUR))


def far():
    session = session_of(a_published_run())
    return lambda: move(session, at(NOW + 731 * DAY))


def the_same():
    session = session_of(a_published_run())
    return lambda: move(session, at(FIRST_AT))


def of_a_cancelled_run():
    session = session_of(a_published_run())
    CourseRun.objects.filter(pk=session.run_id).update(cancelled_at=NOW)
    return lambda: cancel(session)


def a_stranger():
    session = session_of(a_published_run())
    return lambda: move(session, at(FIRST_AT + DAY), actor=a_learner())


def a_volunteer_who_teaches():
    run = a_published_run(instructor=a_learner())
    run.version.course.provider.memberships.filter(role=Role.INSTRUCTOR).update(role=Role.VOLUNTEER)
    return lambda: move(session_of(run), at(FIRST_AT + DAY), actor=run.instructors.get())


def an_instructor_of_other_classes():
    run = a_published_run()
    instructor = a_learner()
    a_membership(organization=run.version.course.provider, learner=instructor, role=Role.INSTRUCTOR)
    return lambda: move(session_of(run), at(FIRST_AT + DAY), actor=instructor)


def at_own_pace():
    run = a_published_run(sessions=0)
    return lambda: add(run, at(FIRST_AT))


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (begun, actions.AlreadyBegun),
        (marked, actions.AlreadyMarked),
        (marked_early, actions.AlreadyMarked),
        (cancelled, actions.AlreadyCancelled),
        (past, actions.NotInTime),
        (far, actions.NotInTime),
        (the_same, actions.NothingChanges),
        (of_a_cancelled_run, actions.RunIsCancelled),
        (a_stranger, actions.NotTheirClass),
        (a_volunteer_who_teaches, actions.NotTheirClass),
        (an_instructor_of_other_classes, actions.NotTheirClass),
        (at_own_pace, actions.NotOnSetDates),
    ],
    ids=lambda value: value.__name__,
)
def test_refused(given, refusal):
    act = given()
    before = list(ClassSession.objects.values()), SessionChange.objects.count(), Message.objects.count()

    with pytest.raises(refusal):
        act()

    assert (list(ClassSession.objects.values()), SessionChange.objects.count(), Message.objects.count()) == before


def test_who_teaches_the_class_may_move_it():
    teacher = a_learner()
    run = a_published_run(instructor=teacher)

    assert move(session_of(run), at(FIRST_AT + DAY), actor=teacher).changed_by == teacher


def test_a_moved_class_is_not_marked_by_a_page_that_shows_the_old_time():
    run = a_published_run()
    place, shown = enrolled(run=run), session_of(run)
    move(session_of(run), at(FIRST_AT + WEEK))

    with pytest.raises(attendance.NotStarted):
        attendance.mark(
            class_session=shown,
            marks={place.pk: AttendanceStatus.PRESENT},
            actor=manager_of(run),
            now=FIRST_AT + HOUR,
        )
