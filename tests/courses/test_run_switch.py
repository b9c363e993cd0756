"""People moved to another class of the course: in order, as far as there are seats, with what they have."""

from uuid import uuid4

import pytest

from courses.actions import (
    enrollment,
    group_member,
    result,
    run_switch,
    terms,
)
from courses.actions import group as groups
from courses.choices import AttendanceStatus
from courses.models import CourseRun, Enrollment, WaitingRequest
from courses.queries import enrollment as enrollments
from courses.queries import waiting as waiting_queries
from learners.models import Message
from tests.courses.test_run_cancel import DAY, cancel, states, switch, told
from tests.courses.test_session_changes import FIRST_AT, manager_of, session_of
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import attended, enrolled, has_read
from tests.factories.people import NOW, a_learner
from tests.factories.terms import asks_for
from tests.factories.waiting import a_full_run, ends_of, offer_to, someone_of, waits_for

pytestmark = pytest.mark.django_db


def test_in_order_as_far_as_there_are_seats():
    version = a_published_version()
    run, to = a_published_run(version=version), a_published_run(version=version, seats=2)
    places = [enrolled(run=run, now=NOW - n * DAY) for n in range(3)]

    done = switch(run, to)

    assert [place.learner_id for place in done.moved] == [places[2].learner_id, places[1].learner_id]
    assert (done.stayed, states(run)) == (1, ["ENROLLED", "CANCELLED", "CANCELLED"])
    moved = Enrollment.objects.get(pk=places[2].pk)
    assert moved.moved_to == done.moved[0]
    assert [letter.recipient_id for letter in told("RUN_SWITCHED")] == [places[2].learner_id, places[1].learner_id]
    assert enrollments.audit() == []


def test_nobody_is_put_before_those_who_wait():
    version = a_published_version()
    run, to = a_published_run(version=version), a_full_run(version=version)
    first_in_line = waits_for(to)
    enrolled(run=run)
    enrollment.withdraw(enrollment=someone_of(to), now=NOW)

    done = switch(run, to)

    assert (done.moved, done.stayed) == ([], 1)
    assert offer_to(first_in_line) is not None


def test_nobody_is_put_before_those_who_wait_where_seats_are_not_offered_just_now():
    version = a_published_version()
    run, to = a_published_run(version=version), a_full_run(version=version)
    waits_for(to)
    enrolled(run=run)
    CourseRun.objects.filter(pk=to.pk).update(enrollment_closes_at=NOW)
    enrollment.withdraw(enrollment=someone_of(to), now=NOW)

    assert switch(run, to).moved == []


def test_who_has_attended_stays_and_what_was_read_goes_along():
    online = a_published_version(units=2)
    run, to = a_published_run(version=online, sessions=0), a_published_run(version=online, sessions=0)
    place = has_read(enrolled(run=run), up_to=1)
    version = a_published_version()
    dated, later = a_published_run(version=version), a_published_run(version=version, starts_at=FIRST_AT + 30 * DAY)
    attended(enrolled(run=dated), session_of(dated), by=manager_of(dated))

    (moved,) = switch(run, to).moved

    assert (moved.learner_id, moved.unit_completions.count()) == (place.learner_id, 1)
    assert switch(dated, later, now=FIRST_AT + DAY).moved == []


def test_to_be_marked_absent_is_not_to_have_attended():
    version = a_published_version()
    dated, later = a_published_run(version=version), a_published_run(version=version, starts_at=FIRST_AT + 30 * DAY)
    absent, corrected = enrolled(run=dated), enrolled(run=dated)
    first, manager = session_of(dated), manager_of(dated)
    attended(absent, first, by=manager, status=AttendanceStatus.ABSENT)
    attended(corrected, first, by=manager)
    attended(corrected, first, by=manager, status=AttendanceStatus.ABSENT)

    moved = switch(dated, later, now=FIRST_AT + DAY).moved

    assert [place.learner_id for place in moved] == [absent.learner_id, corrected.learner_id]
    assert absent.attendance_records.get().status == "ABSENT"


def test_who_has_a_result_stays_with_it():
    version = a_published_version(asks_result=True, mark_min=50)
    run, to = a_published_run(version=version), a_published_run(version=version, starts_at=FIRST_AT + 30 * DAY)
    has_a_result, has_none = enrolled(run=run), enrolled(run=run)
    said = {has_a_result.pk: result.Said(mark=70)}
    result.record(run=run, results=said, actor=manager_of(run), now=FIRST_AT + DAY)

    done = switch(run, to, now=FIRST_AT + DAY)

    assert ([place.learner_id for place in done.moved], done.stayed) == ([has_none.learner_id], 1)
    assert has_a_result.results.get().mark == 70


def test_what_they_said_they_learned_elsewhere_goes_along():
    version = a_published_version()
    before = a_published_version(provider=version.course.provider).course
    run, to = (asks_for(a_published_run(version=version), first=(before,), word_suffices=True) for _ in range(2))
    learner = a_learner()
    terms.tell(learner=learner, run=run, birth_year=None, words={before.pk: "Ở hợp tác xã"}, now=NOW)
    enrolled(learner, run)

    switch(run, to)

    assert [each.words for each in to.learned_elsewhere.all()] == ["Ở hợp tác xã"]


def test_the_seat_left_behind_goes_to_who_waits_and_ones_own_waiting_ends():
    version = a_published_version()
    run, to = a_full_run(version=version), a_published_run(version=version)
    third = a_full_run(version=version)
    mine, next_one = waits_for(third, learner=someone_of(run).learner), waits_for(run)

    switch(run, to)

    assert ends_of(mine) == ["ELSEWHERE"]
    assert offer_to(next_one).run == run
    assert waiting_queries.audit(now=NOW) == []


@pytest.mark.parametrize(
    ("to", "refusal"),
    [
        (lambda run: a_published_run(), run_switch.AnotherCourse),
        (lambda run: run, run_switch.AnotherCourse),
        (lambda run: cancel(a_published_run(version=run.version)), run_switch.TakesNobody),
    ],
    ids=["another course", "the same", "cancelled"],
)
def test_nobody_is_moved_there(to, refusal):
    run = a_published_run()
    enrolled(run=run)

    with pytest.raises(refusal):
        switch(run, to(run))

    assert states(run) == ["ENROLLED"]


def test_who_waited_together_and_is_moved_waits_nowhere_alone():
    version = a_published_version()
    run, to = a_published_run(version=version), a_published_run(version=version)
    leader, friend = (enrolled(run=run).learner for _ in range(2))
    full = a_full_run(seats=2, version=version)
    group = group_member.make(
        leader=leader, run=full, comes_too=True, bring=[], fellows=1, creation_key=uuid4(), now=NOW
    )
    group_member.say_yes(member=group.members.get(learner=None), learner=friend, now=NOW)
    groups.wait(group=group, actor=leader, now=NOW)

    switch(run, to)

    assert not WaitingRequest.objects.filter(ended_at=None).exists()
    assert not Message.objects.filter(deduplication_key__startswith="waiting_joined:alone").exists()
