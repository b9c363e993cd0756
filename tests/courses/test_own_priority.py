"""Whoever waits with a group borrows its class for as long as they wait with it, and no longer."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from courses.actions import enrollment, group_member, run_cancel, waiting, waiting_upkeep
from courses.actions import group as groups
from courses.choices import AttendanceStatus, Priority
from courses.models import CourseRun, WaitingChoice, WaitingRequest
from courses.queries import waiting as queries
from learners.models import Message
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.coming import a_no_show
from tests.factories.groups import a_group, a_waiting_group, offers_to
from tests.factories.people import NOW, a_learner
from tests.factories.waiting import a_full_run, offer_to, someone_of, waits_for

pytestmark = pytest.mark.django_db


def absent_twice(learner=None):
    learner = learner or a_learner()
    for days in (15, 8):
        a_no_show(learner, at=NOW - timedelta(days=days))
    return learner


def request_of(learner):
    return WaitingRequest.objects.get(learner=learner)


def fellow(group):
    return group.members.get(position=2).learner


def goes_alone(group, absent, friend):
    groups.go_alone(group=group, actor=absent, now=NOW)


def friend_goes_alone(group, absent, friend):
    groups.go_alone(group=group, actor=friend, now=NOW)


def friend_leaves_the_list(group, absent, friend):
    waiting.leave(request=request_of(friend), now=NOW)


def friend_leaves_the_group(group, absent, friend):
    group_member.take_out(member=group.members.get(learner=friend), actor=friend, now=NOW)


def is_taken_out(group, absent, friend):
    group_member.take_out(member=group.members.get(learner=absent), actor=group.leader, now=NOW)


def friend_takes_a_seat_elsewhere(group, absent, friend):
    enrollment.enroll(learner=friend, run=a_published_run(version=group.run.version), now=NOW)


WAYS = [
    goes_alone,
    friend_goes_alone,
    friend_leaves_the_list,
    friend_leaves_the_group,
    is_taken_out,
    friend_takes_a_seat_elsewhere,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_who_is_alone_again_stands_in_their_own_class_with_the_turn_they_had(way):
    run, absent = a_full_run(seats=2), absent_twice()
    group = a_group(run, size=2, leader=absent) if way is not is_taken_out else a_group(run, size=2)
    if way is is_taken_out:
        absent_twice(absent := fellow(group))
    friend = group.members.exclude(learner=absent).get().learner
    groups.wait(group=group, actor=group.leader, now=NOW)
    turn = WaitingChoice.objects.get(request__learner=absent).turn
    after = waits_for(run)

    way(group, absent, friend)

    choice = WaitingChoice.objects.get(request__learner=absent)
    assert (choice.priority, choice.turn, choice.request.group) == (Priority.LATER, turn, None)
    assert list(queries.line(run).values_list("request__learner", flat=True))[-2:] == [after.learner_id, absent.pk]
    assert queries.audit(now=NOW) == []


def test_those_left_of_a_group_stand_in_the_best_class_of_them():
    run, absent = a_full_run(seats=3), absent_twice()
    group = a_group(run, size=3, leader=absent)
    absent_twice(fellow(group))
    friend = group.members.get(position=3).learner
    groups.wait(group=group, actor=absent, now=NOW)
    after = waits_for(run)

    groups.go_alone(group=group, actor=friend, now=NOW)

    line = list(queries.line(run).values_list("request__learner", "priority", "request__group"))
    assert line == [
        (friend.pk, Priority.USUAL, None),
        (after.learner_id, Priority.USUAL, None),
        (absent.pk, Priority.LATER, group.pk),
        (fellow(group).pk, Priority.LATER, group.pk),
    ]


def test_who_leaves_one_of_two_lines_lends_their_class_in_the_other_only():
    version = a_published_version()
    run, also = a_full_run(version=version, seats=2), a_full_run(version=version, seats=2)
    absent = absent_twice()
    group = a_waiting_group(run, also, size=2, leader=absent)

    waiting.leave(request=request_of(fellow(group)), run=also, now=NOW)

    mine = dict(WaitingChoice.objects.filter(request__learner=absent).values_list("run", "priority"))
    assert mine == {run.pk: Priority.USUAL, also.pk: Priority.LATER}


def test_one_left_of_a_group_answers_for_themself_and_is_told():
    run = a_full_run(seats=2)
    group = a_waiting_group(run, size=2)
    one = fellow(group)

    waiting.leave(request=request_of(group.leader), now=NOW)
    enrollment.withdraw(enrollment=someone_of(run), now=NOW)

    group.refresh_from_db()
    assert (group.split_at, request_of(one).group) == (NOW, None)
    assert Message.objects.filter(kind="WAITING_JOINED", recipient=one).count() == 1
    assert Message.objects.get(kind="SEAT_OFFERED").recipient == one


@pytest.mark.parametrize("ends", ["closed", "cancelled"])
def test_one_left_by_the_end_of_a_line_answers_for_themself(ends):
    """Their leader waited for the other class only."""
    here = a_full_run(seats=2)
    there = a_full_run(seats=2, version=here.version)
    group = a_waiting_group(here, there, size=2)
    friend = fellow(group)
    waiting.leave(request=request_of(group.leader), run=there, now=NOW)

    if ends == "closed":
        CourseRun.objects.filter(pk=here.pk).update(enrollment_closes_at=NOW)
        waiting_upkeep.look_after(now=NOW)
    else:
        manager = here.version.course.provider.registered_by
        run_cancel.cancel(run=here, actor=manager, reason="Bão", now=NOW)
    enrollment.withdraw(enrollment=someone_of(there), now=NOW)

    assert request_of(friend).group is None
    assert offer_to(request_of(friend)).run == there


def test_seats_kept_for_a_group_stay_kept_for_who_is_left_of_it():
    run, absent = a_full_run(seats=2), absent_twice()
    group = a_waiting_group(run, size=2, leader=absent)
    for _ in range(2):
        enrollment.withdraw(enrollment=someone_of(run), now=NOW)

    waiting.leave(request=request_of(fellow(group)), now=NOW)

    [kept] = offers_to(group)
    assert waiting.accept(offer=kept, now=NOW).learner == absent


def test_who_has_come_to_a_class_meanwhile_keeps_the_usual_class_alone():
    run, absent = a_full_run(seats=2), absent_twice()
    group = a_waiting_group(run, size=2, leader=absent)
    a_no_show(absent, at=NOW - timedelta(days=1), status=AttendanceStatus.PRESENT)

    waiting_upkeep.look_after(now=NOW)
    groups.go_alone(group=group, actor=absent, now=NOW)

    assert request_of(absent).choices.get().priority == Priority.USUAL
    assert offer_to(request_of(absent)) is None


@pytest.mark.parametrize("worse", [{"priority": Priority.LATER}, {"own_priority": Priority.LATER}], ids=str)
def test_the_database_puts_nobody_behind_their_own_class(worse):
    choice = waits_for(a_full_run()).choices.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        WaitingChoice.objects.filter(pk=choice.pk).update(**worse)


def test_the_database_puts_nobody_into_a_line_behind_their_own_class():
    request = waits_for(a_full_run())
    other = a_full_run(version=request.choices.get().run.version)

    with pytest.raises(IntegrityError, match="waiting_choice_not_behind_own"), transaction.atomic():
        WaitingChoice.objects.create(request=request, run=other, priority=Priority.LATER, chosen_at=NOW)


def test_the_audit_finds_a_class_that_is_borrowed_from_nobody():
    run = a_full_run()
    waits_for(run, learner=absent_twice()).choices.update(priority=Priority.USUAL)

    assert [(found.rule, found.run_ids) for found in queries.audit(now=NOW)] == [
        ("a class in line that is not their own", [run.pk])
    ]
