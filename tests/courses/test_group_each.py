"""Each of a group: out of it with the turn one has, done for only as far as is allowed, and never worse off for it."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from courses.actions import approval, coming, enrollment, erasure, group_member, run_switch, waiting, waiting_upkeep
from courses.actions import group as actions
from courses.actions.group_seats import NotTheirs
from courses.choices import Priority
from courses.models import ComingQuestion, Enrollment, EnrollmentGroup, WaitingChoice, WaitingRequest
from courses.queries import group as groups
from courses.queries import waiting as queries
from courses.rules import WAITING_A_DAY_MAX
from learners.choices import HelperAct
from learners.models import MandateAct, Message
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.coming import a_no_show
from tests.factories.enrollment import attended, enrolled
from tests.factories.groups import a_group, a_waiting_group, offers_to
from tests.factories.guardians import a_child, a_guardian
from tests.factories.mandates import a_mandate
from tests.factories.people import NOW, a_learner
from tests.factories.terms import asked_place, asks_for
from tests.factories.waiting import a_full_run, ends_of, offer_to, someone_of

pytestmark = pytest.mark.django_db
IN_A_YEAR = NOW + timedelta(days=365)


def gives_up(run, *, seats=1):
    for _ in range(seats):
        enrollment.withdraw(enrollment=someone_of(run), now=NOW)


def member(group, index):
    return groups.members(group)[index].learner


def request_of(learner):
    return WaitingRequest.objects.get(learner=learner)


def brought(run, person, leader, *, waits=True):
    """Return a group of a leader and somebody they bring, which waits."""
    group = group_member.make(
        leader=leader, run=run, comes_too=True, bring=[person.pk], fellows=0, creation_key=uuid4(), now=NOW
    )
    return actions.wait(group=group, actor=leader, now=NOW) if waits else group


# --- Out of the middle ---


@pytest.mark.parametrize("free", [1, 2])
@pytest.mark.parametrize("seats_first", [True, False], ids=["with seats free", "seats come free later"])
def test_one_from_the_middle_goes_alone_and_the_lists_go_on(free, seats_first):
    run = a_full_run(seats=3)
    group = a_waiting_group(run)
    one = member(group, 1)

    if seats_first:
        gives_up(run, seats=free)
    actions.go_alone(group=group, actor=one, now=NOW)
    if not seats_first:
        gives_up(run, seats=free)
    waiting_upkeep.look_after(now=NOW)

    # With both seats free at once the pair comes first by its first member; one after the other they go to who is one.
    is_alone = free == 1 or not seats_first
    assert (offer_to(request_of(one)) is not None) == is_alone
    assert len(offers_to(group)) == (0 if is_alone else 2)
    assert queries.audit(now=NOW) == []

    gives_up(run, seats=3 - free)

    assert (offer_to(request_of(one)) is not None, len(offers_to(group))) == (True, 2)


# --- What one asked for alone is not answered by a group ---


def test_who_waits_with_a_group_asks_for_no_place_alone():
    version = a_published_version()
    run, other = a_full_run(version=version, seats=2), asks_for(a_full_run(version=version), approval_days=3)
    one = member(a_waiting_group(run, size=2), 1)

    with pytest.raises(approval.UnableToAsk):
        asked_place(other, one)


def test_who_has_asked_for_a_place_alone_waits_with_no_group():
    version = a_published_version()
    run, other = a_full_run(version=version, seats=2), asks_for(a_full_run(version=version), approval_days=3)
    group = a_group(run, size=2)
    asked_place(other, member(group, 1))

    with pytest.raises(group_member.CannotCome):
        actions.wait(group=group, actor=group.leader, now=NOW)


def test_a_yes_to_one_hangs_on_no_request_of_a_group():
    version = a_published_version()
    run, other = a_full_run(version=version, seats=2), a_full_run(version=version)
    one = member(a_waiting_group(run, size=2), 1)

    with pytest.raises(waiting.WaitsWithAGroup):
        waiting.put_in_line(learner=one, run=other, turn=1, now=NOW)

    assert request_of(one).choices.get().run == run


# --- Done for somebody: as far as is allowed, and written down ---


def acts_of(mandate):
    return list(MandateAct.objects.filter(mandate=mandate).order_by("pk").values_list("act", flat=True))


@pytest.mark.parametrize("act", ["take out", "pass on"])
@pytest.mark.parametrize("may", [True, False], ids=["who may", "who may not"])
def test_a_leader_ends_the_wait_of_whom_they_help_if_they_may(act, may):
    run, person = a_full_run(seats=2), a_learner()
    mandate = a_mandate(person=person, acts=(HelperAct.ENROL, HelperAct.WITHDRAW) if may else (HelperAct.ENROL,))
    group = brought(run, person, mandate.helper)
    turn = request_of(person).choices.get().turn

    if act == "take out":
        group_member.take_out(member=groups.members(group)[1], actor=mandate.helper, now=NOW)
    else:
        gives_up(run, seats=2)
        waiting.decline(offer=offers_to(group)[0], now=NOW)

    request = request_of(person)
    if may:
        assert request.ended_at is not None
        assert acts_of(mandate) == [HelperAct.ENROL, HelperAct.WITHDRAW]
    else:
        assert (request.ended_at, request.group, request.choices.get().turn) == (None, None, turn)
        assert acts_of(mandate) == [HelperAct.ENROL]
        assert Message.objects.filter(kind="WAITING_JOINED", recipient=person).exists()
        assert (offer_to(request) is not None) == (act == "pass on")


@pytest.mark.parametrize("seats", [0, 3], ids=["in line", "with seats kept"])
def test_a_fellow_who_is_taken_out_waits_on_alone_and_is_told(seats):
    run = a_full_run(seats=3)
    group = a_waiting_group(run)
    one = member(group, 1)
    gives_up(run, seats=seats)

    for _ in range(2):
        group_member.take_out(member=group.members.get(position=2), actor=group.leader, now=NOW)

    request = request_of(one)
    assert (request.ended_at, request.group) == (None, None)
    assert Message.objects.filter(kind="WAITING_JOINED", recipient=one).count() == 1
    assert len(offers_to(group)) == (2 if seats else 0)
    assert Message.objects.filter(kind="SEAT_OFFERED", recipient=one).count() == (1 if seats else 0)
    assert queries.audit(now=NOW) == []


def test_a_child_is_taken_off_the_list_by_who_stands_for_it():
    run, child = a_full_run(seats=2), a_child()
    parent = a_guardian(child).guardian
    group = brought(run, child, parent)

    group_member.take_out(member=groups.members(group)[1], actor=parent, now=NOW)

    assert ends_of(request_of(child)) == ["LEFT"]


def test_who_was_brought_gives_their_place_up_on_its_own_page_and_not_as_the_leader():
    run, person = a_published_run(seats=2), a_learner()
    mandate = a_mandate(person=person)
    group = brought(run, person, mandate.helper, waits=False)
    actions.enroll(group=group, actor=mandate.helper, now=NOW)

    with pytest.raises(NotTheirs):
        group_member.take_out(member=groups.members(group)[1], actor=person, now=NOW)

    assert acts_of(mandate) == [HelperAct.ENROL]
    assert Enrollment.objects.holding_seat().filter(learner=person).exists()


# --- A leader who goes ---


@pytest.mark.parametrize("kept", [False, True], ids=["in line", "with seats kept"])
def test_whom_a_leader_brought_waits_on_when_the_leader_closes_their_account(kept):
    run, child = a_full_run(seats=2, starts_at=IN_A_YEAR), a_child()
    parent = a_guardian(child).guardian
    group = brought(run, child, parent)
    if kept:
        gives_up(run, seats=2)

    erasure.leave(learner=parent, now=NOW)
    erasure.leave(learner=parent, now=NOW)
    if not kept:
        gives_up(run)

    group.refresh_from_db()
    assert group.split_at == NOW
    assert waiting.accept(offer=offer_to(request_of(child)), now=NOW).learner == child


def test_links_of_a_leader_who_has_gone_open_no_more():
    run = a_published_run(seats=3)
    group = group_member.make(
        leader=a_learner(), run=run, comes_too=True, bring=[], fellows=1, creation_key=uuid4(), now=NOW
    )
    link = groups.members(group)[1]

    erasure.leave(learner=group.leader, now=NOW)

    with pytest.raises(group_member.LinkIsUsed):
        group_member.say_yes(member=link, learner=a_learner(), now=NOW)


# --- And else ---


def test_one_whose_class_is_the_usual_again_raises_no_other_who_had_the_same_turn():
    run = a_full_run(seats=2, starts_at=NOW + timedelta(days=400))
    group = a_group(run, size=2)
    soon, late = group.leader, member(group, 1)
    for learner, days in ((soon, 15), (soon, 14), (late, 10), (late, 8)):
        a_no_show(learner, at=NOW - timedelta(days=days))
    actions.wait(group=group, actor=soon, now=NOW)
    actions.go_alone(group=group, actor=soon, now=NOW)

    waiting_upkeep.look_after(now=NOW + timedelta(days=352))

    priorities = dict(WaitingChoice.objects.values_list("request__learner", "priority"))
    assert priorities == {soon.pk: Priority.USUAL, late.pk: Priority.LATER}


def test_a_no_taken_back_keeps_the_group():
    run = a_published_run(seats=3, starts_at=NOW + timedelta(days=2))
    group = a_group(run, size=2, now=NOW - timedelta(days=10))
    actions.enroll(group=group, actor=group.leader, now=NOW - timedelta(days=10))
    coming.ask_due(now=NOW)
    question = ComingQuestion.objects.get(enrollment__learner=group.leader)
    coming.say_no(question=question, now=NOW)

    assert coming.undo(question=question, now=NOW).group == group


@pytest.mark.parametrize("gone", ["merged", "closed"])
def test_an_account_nobody_opens_any_more_takes_no_seat(gone):
    run = a_published_run(seats=3)
    group = a_group(run)
    one = member(group, 1)
    one.is_active = False
    one.merged_into = group.leader if gone == "merged" else None
    one.save(update_fields=["is_active", "merged_into"])

    places = actions.enroll(group=group, actor=group.leader, now=NOW)

    assert [place.learner for place in places] == [group.leader, member(group, 2)]


def test_a_button_of_an_old_page_is_not_answered_for_the_other():
    waits = a_waiting_group(a_full_run(seats=2), size=2)
    placed = a_group(a_published_run(seats=2), size=2)
    actions.enroll(group=placed, actor=placed.leader, now=NOW)

    with pytest.raises(group_member.IsSettled):
        actions.enroll(group=waits, actor=waits.leader, now=NOW)
    with pytest.raises(group_member.IsSettled):
        actions.wait(group=placed, actor=placed.leader, now=NOW)


def test_a_key_of_somebody_elses_page_makes_a_group_of_ones_own():
    run, key = a_published_run(), uuid4()
    made = {"run": run, "comes_too": True, "bring": [], "fellows": 1, "creation_key": key, "now": NOW}

    group_member.make(leader=a_learner(), **made)
    group_member.make(leader=a_learner(), **made)

    assert EnrollmentGroup.objects.count() == 2


def test_a_fellow_whose_offer_lapses_is_told_too():
    run = a_full_run(seats=2)
    group = a_waiting_group(run, size=2)
    gives_up(run, seats=2)

    waiting_upkeep.look_after(now=offers_to(group)[0].expires_at)

    told = Message.objects.filter(kind="SEAT_OFFER_LAPSED")
    assert {letter.recipient for letter in told} == {group.leader, member(group, 1)}


def test_the_leader_learns_who_waits_elsewhere_and_not_for_what():
    version = a_published_version()
    run, full = a_published_run(version=version, seats=3), a_full_run(version=version, seats=2)
    one = member(a_waiting_group(full, size=2), 1)
    group = group_member.make(
        leader=a_learner(), run=run, comes_too=True, bring=[], fellows=1, creation_key=uuid4(), now=NOW
    )
    group_member.say_yes(member=groups.members(group)[1], learner=one, now=NOW)

    with pytest.raises(group_member.CannotCome) as refused:
        actions.enroll(group=group, actor=group.leader, now=NOW)

    assert one.full_name in str(refused.value)
    assert "nhóm khác" not in str(refused.value)
    assert "another group" not in str(refused.value)


def test_so_many_lists_a_day_are_counted_together(monkeypatch):
    version = a_published_version()
    runs = [a_full_run(version=version, seats=2) for _ in range(3)]
    group = a_group(runs[0], size=2)
    monkeypatch.setattr(waiting, "WAITING_A_DAY_MAX", replace(WAITING_A_DAY_MAX, count_max=2))

    with pytest.raises(group_member.CannotCome):
        actions.wait(group=group, actor=group.leader, also=runs[1:], now=NOW)


def test_where_one_of_a_group_has_attended_all_of_it_stay():
    version = a_published_version()
    run, to = a_published_run(version=version, seats=4), a_published_run(version=version, seats=4)
    group = a_group(run, size=3)
    places = actions.enroll(group=group, actor=group.leader, now=NOW)
    alone = enrolled(run=run)
    manager = run.version.course.provider.registered_by
    attended(places[1], run.class_sessions.order_by("starts_at").first(), by=manager)

    switched = run_switch.switch(run=run, to=to, actor=manager, reason="Bão", now=NOW)

    assert [place.learner for place in switched.moved] == [alone.learner]
