"""Groups nobody gathers any more end with their links; a link that is taken back leaves its place to another."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from courses.actions import enrollment, group_member, group_upkeep, run_cancel, waiting, waiting_upkeep
from courses.actions import group as actions
from courses.models import EnrollmentGroup, GroupMember, WaitingRequest
from courses.queries import group as queries
from courses.rules import GROUP_GATHERED_FOR, GROUP_LINKS_MAX, GROUP_SIZE_MAX
from learners.models import Message
from tests.factories.catalog import a_published_run
from tests.factories.groups import a_group, a_waiting_group
from tests.factories.guardians import a_child, a_guardian
from tests.factories.people import NOW, a_learner
from tests.factories.waiting import a_full_run, offer_to, someone_of

pytestmark = pytest.mark.django_db
IN_A_YEAR = NOW + timedelta(days=365)


def gathered(run=None, *, fellows=1):
    return group_member.make(
        leader=a_learner(),
        run=run or a_published_run(starts_at=IN_A_YEAR),
        comes_too=True,
        bring=[],
        fellows=fellows,
        creation_key=uuid4(),
        now=NOW,
    )


# --- Ends ---


def test_one_that_is_gathered_for_too_long_ends_with_its_links():
    group = gathered()
    link = queries.members(group)[1]

    before = group_upkeep.look_after(now=NOW + GROUP_GATHERED_FOR - timedelta(minutes=1))
    ended = [group_upkeep.look_after(now=NOW + GROUP_GATHERED_FOR) for _ in range(2)]

    group.refresh_from_db()
    assert (before, ended) == (0, [1, 0])
    assert group.ended_at == NOW + GROUP_GATHERED_FOR
    with pytest.raises(group_member.LinkIsUsed):
        group_member.say_yes(member=link, learner=a_learner(), now=NOW)
    with pytest.raises(group_member.IsSettled):
        group_member.invite(group=group, actor=group.leader)
    for act in (actions.enroll, actions.wait):
        with pytest.raises(group_member.IsSettled):
            act(group=group, actor=group.leader, now=NOW)


def closes(run):
    run.enrollment_closes_at = NOW
    run.save(update_fields=["enrollment_closes_at"])


def is_cancelled(run):
    run.cancelled_at, run.cancelled_by, run.cancel_reason = NOW, run.version.course.provider.registered_by, "Bão"
    run.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])


@pytest.mark.parametrize("over", [closes, is_cancelled], ids=lambda over: over.__name__)
def test_one_for_a_class_that_takes_nobody_any_more_ends(over):
    group = gathered()
    over(group.run)

    assert group_upkeep.look_after(now=NOW) == 1
    assert EnrollmentGroup.objects.get(pk=group.pk).ended_at == NOW


def test_those_that_have_places_or_wait_stay_as_they_are():
    placed, waits = a_group(a_published_run(seats=3, starts_at=IN_A_YEAR)), a_waiting_group(a_full_run(seats=3))
    actions.enroll(group=placed, actor=placed.leader, now=NOW)

    assert group_upkeep.look_after(now=NOW + GROUP_GATHERED_FOR) == 0
    assert waits.waiting_requests.filter(ended_at=None).count() == 3


def test_one_that_has_gone_on_while_its_end_was_coming_is_left_as_it_is():
    """The job has chosen it, and stands at its lock behind who lets it wait."""
    group = gathered(a_full_run(seats=2))
    group_member.say_yes(member=queries.members(group)[1], learner=a_learner(), now=NOW)
    later = NOW + GROUP_GATHERED_FOR
    assert queries.due(now=later, limit=9) == [group.pk]
    actions.wait(group=group, actor=group.leader, now=NOW)

    actions.disband(group=group, now=later, only_due=True)

    assert group.waiting_requests.filter(ended_at=None).count() == 2
    assert EnrollmentGroup.objects.get(pk=group.pk).split_at is None


def test_whom_a_leader_brought_who_may_not_sign_in_any_more_answers_alone():
    run, child = a_full_run(seats=2), a_child()
    parent = a_guardian(child).guardian
    group = group_member.make(
        leader=parent, run=run, comes_too=True, bring=[child.pk], fellows=0, creation_key=uuid4(), now=NOW
    )
    actions.wait(group=group, actor=parent, now=NOW)
    parent.is_active = False
    parent.save(update_fields=["is_active"])

    ended = [group_upkeep.look_after(now=NOW) for _ in range(2)]
    enrollment.withdraw(enrollment=someone_of(run), now=NOW)

    request = WaitingRequest.objects.get(learner=child)
    assert ended == [1, 0]
    assert request.group is None
    assert waiting.accept(offer=offer_to(request), now=NOW).learner == child


def test_a_group_has_ended_or_gone_on_and_never_both():
    group = a_waiting_group(a_full_run(seats=3))

    with pytest.raises(IntegrityError), transaction.atomic():
        EnrollmentGroup.objects.filter(pk=group.pk).update(ended_at=NOW)


# --- Places of those who have left ---


def test_a_link_taken_back_leaves_its_place_to_another():
    group = gathered(fellows=GROUP_SIZE_MAX - 1)
    for link in queries.members(group).filter(learner=None)[: GROUP_SIZE_MAX - 2]:
        group_member.say_yes(member=link, learner=a_learner(), now=NOW)
    old = queries.members(group).get(learner=None)

    for _ in range(3):
        group_member.take_out(member=queries.members(group).get(learner=None), actor=group.leader, now=NOW)
        assert group_member.invite(group=group, actor=group.leader).position == GROUP_SIZE_MAX

    assert queries.members(group).count() == GROUP_SIZE_MAX
    with pytest.raises(group_member.LinkIsUsed):
        group_member.say_yes(member=old, learner=a_learner(), now=NOW)


def test_a_group_of_three_may_change_its_mind_often_and_not_for_ever():
    group = gathered()
    for _ in range(GROUP_LINKS_MAX.count_max - 2):
        link = queries.members(group).get(learner=None)
        group_member.take_out(member=link, actor=group.leader, now=NOW)
        assert group_member.invite(group=group, actor=group.leader).position == 2
    group_member.take_out(member=queries.members(group).get(learner=None), actor=group.leader, now=NOW)

    with pytest.raises(group_member.WrongSize):
        group_member.invite(group=group, actor=group.leader)


def test_two_who_are_there_have_no_number_in_common():
    group = gathered()

    with pytest.raises(IntegrityError), transaction.atomic():
        GroupMember.objects.create(group=group, position=2)


# --- Who came by their own yes hears of what another has answered ---


def test_who_came_by_their_own_yes_is_told_that_their_seats_were_passed_on():
    run, child = a_full_run(seats=3), a_child()
    parent = a_guardian(child).guardian
    group = group_member.make(
        leader=parent, run=run, comes_too=True, bring=[child.pk], fellows=1, creation_key=uuid4(), now=NOW
    )
    fellow = a_learner()
    group_member.say_yes(member=queries.members(group)[2], learner=fellow, now=NOW)
    actions.wait(group=group, actor=parent, now=NOW)
    for _ in range(3):
        enrollment.withdraw(enrollment=someone_of(run), now=NOW)

    for _ in range(2):
        waiting.decline(offer=offer_to(WaitingRequest.objects.get(learner=parent)) or _first(group), now=NOW)

    letter = Message.objects.get(kind="SEATS_PASSED_ON")
    assert (letter.recipient, letter.data["leader"]) == (fellow, parent.full_name)


def brings_alone(run, *, waits=True):
    """Return a group of a parent who does not come along, and of two children."""
    first, second = a_child(), a_child()
    parent = a_guardian(first).guardian
    a_guardian(second, guardian=parent)
    group = group_member.make(
        leader=parent, run=run, comes_too=False, bring=[first.pk, second.pk], fellows=0, creation_key=uuid4(), now=NOW
    )
    act = actions.wait if waits else actions.enroll
    act(group=group, actor=parent, now=NOW)
    return group


def test_a_leader_who_does_not_come_along_is_told_that_the_line_closes():
    run = a_full_run(seats=2)
    group = brings_alone(run)
    run.enrollment_closes_at = NOW
    run.save(update_fields=["enrollment_closes_at"])

    for _ in range(2):
        waiting_upkeep.look_after(now=NOW)

    letter = Message.objects.get(kind="WAITING_CLOSED", recipient=group.leader)
    assert "2" in letter.data["course"]


def test_a_leader_who_comes_along_is_told_once():
    run = a_full_run(seats=3)
    a_waiting_group(run)
    run.enrollment_closes_at = NOW
    run.save(update_fields=["enrollment_closes_at"])

    waiting_upkeep.look_after(now=NOW)

    assert Message.objects.filter(kind="WAITING_CLOSED").count() == 3


@pytest.mark.parametrize("waits", [True, False], ids=["in line", "with places"])
def test_a_leader_who_does_not_come_along_is_told_that_the_class_is_cancelled(waits):
    run = a_full_run(seats=2, starts_at=IN_A_YEAR) if waits else a_published_run(seats=2, starts_at=IN_A_YEAR)
    group = brings_alone(run, waits=waits)
    manager = run.version.course.provider.registered_by

    for _ in range(2):
        run_cancel.cancel(run=run, actor=manager, reason="Bão", now=NOW)

    assert Message.objects.filter(kind="RUN_CANCELLED", recipient=group.leader).count() == 1


def _first(group):
    return WaitingRequest.objects.filter(group=group).order_by("pk").first().offers.get()
