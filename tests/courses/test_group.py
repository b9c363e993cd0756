"""Groups: people who take seats together or not at all, in their turn; and go on without one of them, or alone."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from courses.actions import (
    enrollment,
    erasure,
    group_member,
    run_cancel,
    run_seats,
    run_switch,
    waiting,
    waiting_upkeep,
)
from courses.actions import group as actions
from courses.actions.group_seats import UnableToTake
from courses.models import Enrollment, EnrollmentGroup, SeatOffer, WaitingChoice, WaitingRequest
from courses.queries import group as groups
from courses.queries import waiting as queries
from learners.actions import guardian as guardians
from learners.actions import mandate as mandates
from learners.choices import HelperAct
from learners.models import MandateAct, Message
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import enrolled
from tests.factories.groups import a_group, a_waiting_group, offers_to
from tests.factories.guardians import a_child, a_guardian
from tests.factories.mandates import a_mandate
from tests.factories.people import NOW, a_learner
from tests.factories.waiting import a_full_run, offer_to, someone_of, waits_for
from tests.faults.sabotage import as_owner

pytestmark = pytest.mark.django_db
IN_A_YEAR = NOW + timedelta(days=365)


def gives_up(run, *, seats=1):
    """Give up so many seats, those who came first first."""
    for _ in range(seats):
        enrollment.withdraw(enrollment=someone_of(run), now=NOW)


def seats_of(group):
    return Enrollment.objects.holding_seat().filter(group=group).count()


# --- Making one up ---


def test_a_parent_with_two_children_is_a_group_at_once():
    run = a_published_run(seats=3)
    first, second = a_child(full_name="Phan An"), a_child(full_name="Phan Bình")
    parent = a_guardian(first).guardian
    a_guardian(second, guardian=parent)

    made = {"leader": parent, "run": run, "comes_too": True, "fellows": 0, "creation_key": uuid4(), "now": NOW}
    group = group_member.make(bring=[first.pk, second.pk], **made)
    again = group_member.make(bring=[first.pk, second.pk], **made)
    places = actions.enroll(group=group, actor=parent, now=NOW)

    assert group == again
    assert [place.learner for place in places] == [parent, first, second]
    assert actions.enroll(group=group, actor=parent, now=NOW) == places


def test_for_who_is_helped_it_is_written_down():
    run, person = a_published_run(seats=3), a_learner()
    mandate = a_mandate(person=person)

    group = group_member.make(
        leader=mandate.helper, run=run, comes_too=True, bring=[person.pk], fellows=0, creation_key=uuid4(), now=NOW
    )
    places = actions.enroll(group=group, actor=mandate.helper, now=NOW)

    letters = [Message.objects.get(deduplication_key=f"enrolled:{place.pk}").data for place in places]
    assert [letter.get("helper") for letter in letters] == [None, mandate.helper.full_name]
    assert MandateAct.objects.get(mandate=mandate).act == HelperAct.ENROL


@pytest.mark.parametrize(
    ("comes_too", "fellows"), [(True, 0), (False, 1), (True, 10)], ids=["alone", "one fellow", "eleven"]
)
def test_a_group_is_two_to_ten_people(comes_too, fellows):
    run, leader = a_published_run(), a_learner()

    with pytest.raises(group_member.WrongSize, match="10"):
        group_member.make(
            leader=leader, run=run, comes_too=comes_too, bring=[], fellows=fellows, creation_key=uuid4(), now=NOW
        )

    assert not EnrollmentGroup.objects.exists()


def test_nobody_brings_a_stranger():
    run, stranger = a_published_run(), a_learner()

    with pytest.raises(group_member.CannotCome):
        group_member.make(
            leader=a_learner(),
            run=run,
            comes_too=True,
            bring=[stranger.pk],
            fellows=0,
            creation_key=uuid4(),
            now=NOW,
        )


def test_a_fellow_comes_by_their_own_yes_and_by_a_link_of_their_own():
    run, fellow = a_published_run(seats=3), a_learner()
    group = group_member.make(
        leader=a_learner(), run=run, comes_too=True, bring=[], fellows=2, creation_key=uuid4(), now=NOW
    )
    link = groups.member_of(groups.token(groups.members(group)[1]))

    group_member.say_yes(member=link, learner=fellow, now=NOW)
    group_member.say_yes(member=link, learner=fellow, now=NOW)
    with pytest.raises(group_member.LinkIsUsed):
        group_member.say_yes(member=link, learner=a_learner(), now=NOW)
    with pytest.raises(group_member.CannotCome):
        group_member.say_yes(member=groups.members(group)[2], learner=fellow, now=NOW)
    places = actions.enroll(group=group, actor=group.leader, now=NOW)

    assert [place.learner for place in places] == [group.leader, fellow]  # who has not come is left out
    with pytest.raises(group_member.IsSettled):
        group_member.say_yes(member=groups.members(group)[2], learner=a_learner(), now=NOW)


def test_a_link_is_not_guessed():
    member = groups.members(a_group(a_published_run()))[1]

    assert groups.member_of(member.public_id.hex) is None
    assert groups.member_of(groups.token(member)[:-1]) is None


# --- At once or not at all ---


def test_too_few_seats_are_taken_by_nobody():
    run = a_published_run(seats=2)
    group = a_group(run)

    with pytest.raises(actions.TooFewSeats):
        actions.enroll(group=group, actor=group.leader, now=NOW)

    assert not Enrollment.objects.exists()
    assert EnrollmentGroup.objects.get().settled_at is None


def test_one_who_cannot_come_keeps_all_from_it_and_is_named_without_the_reason():
    run = a_published_run(seats=3)
    group = a_group(run)
    fellow = groups.members(group)[1].learner
    run.run_instructors.create(learner=fellow)

    with transaction.atomic(), pytest.raises(UnableToTake) as refused:
        actions.enroll(group=group, actor=group.leader, now=NOW)

    assert fellow.full_name in str(refused.value)
    assert not Enrollment.objects.exists()


@pytest.mark.parametrize("by", ["guardian", "mandate"])
def test_who_may_no_longer_act_for_somebody_takes_no_seat_for_them(by):
    run = a_full_run(seats=2, starts_at=IN_A_YEAR)
    if by == "guardian":
        person = a_child()
        held = a_guardian(person)
        leader = held.guardian
    else:
        person = a_learner()
        held = a_mandate(person=person)
        leader = held.helper
    group = group_member.make(
        leader=leader, run=run, comes_too=True, bring=[person.pk], fellows=0, creation_key=uuid4(), now=NOW
    )
    actions.wait(group=group, actor=leader, now=NOW)
    gives_up(run, seats=2)
    if by == "guardian":
        guardians.revoke(guardian=held, actor=leader, now=NOW)
    else:
        mandates.revoke(mandate=held, actor=person, now=NOW)

    with transaction.atomic(), pytest.raises(UnableToTake):
        waiting.accept(offer=offers_to(group)[0], now=NOW)

    assert seats_of(group) == 0


def test_a_group_does_not_jump_the_line():
    run = a_full_run(seats=2)
    request = waits_for(run)
    group = a_group(run, size=2)
    gives_up(run, seats=2)

    with pytest.raises(actions.TooFewSeats):
        actions.enroll(group=group, actor=group.leader, now=NOW)

    assert offer_to(request) is not None


# --- In line ---


def test_a_group_stands_in_line_with_one_turn_and_is_offered_all_its_seats():
    run = a_full_run(seats=3)
    group = a_waiting_group(run)
    after = waits_for(run)

    gives_up(run, seats=3)

    assert WaitingChoice.objects.filter(request__group=group).values("turn").distinct().count() == 1
    assert offer_to(after) is not None  # of the first seat: too few for the group
    assert offers_to(group) == []

    waiting.decline(offer=offer_to(after), now=NOW)

    assert len(offers_to(group)) == 3
    letter = Message.objects.get(kind="SEAT_OFFERED", recipient=group.leader)
    assert "3" in letter.data["course"]
    assert Message.objects.filter(kind="SEAT_OFFERED").count() == 2  # one for the group, one for who came after


def test_a_group_before_others_is_offered_first_when_it_fits():
    run = a_full_run(seats=2)
    group = a_waiting_group(run, size=2)
    after = waits_for(run)
    manager = run.version.course.provider.registered_by

    run_seats.change_seats(run=run, actor=manager, seats_max=4, now=NOW)

    assert len(offers_to(group)) == 2
    assert offer_to(after) is None


def test_a_newcomer_takes_a_seat_that_is_too_few_for_the_group():
    run = a_full_run(seats=3)
    a_waiting_group(run)
    gives_up(run)

    place = enrolled(run=run)

    assert place.state == "ENROLLED"


def test_a_newcomer_does_not_take_what_the_group_is_next_for():
    run = a_full_run(seats=2)
    a_waiting_group(run, size=2)
    with transaction.atomic():
        Enrollment.objects.filter(run=run).update(state="WITHDRAWN", withdrawn_at=NOW)  # the task is late

    with pytest.raises(enrollment.RunIsFull):
        enrolled(run=run)

    assert [finding.rule for finding in queries.audit(now=NOW)] == ["a seat free while somebody is next"]
    waiting_upkeep.look_after(now=NOW)
    assert queries.audit(now=NOW) == []


def test_the_audit_does_not_wait_for_a_group_that_does_not_fit():
    run = a_full_run(seats=3)
    a_waiting_group(run)

    gives_up(run, seats=2)

    assert queries.audit(now=NOW) == []


def test_one_tap_takes_all_and_twice_is_once():
    run = a_full_run(seats=3)
    group = a_waiting_group(run)
    gives_up(run, seats=3)
    offer = offers_to(group)[0]

    places = [waiting.accept(offer=offer, now=NOW) for _ in range(2)]

    assert places[0] == places[1]
    assert seats_of(group) == 3
    assert set(SeatOffer.objects.values_list("outcome", flat=True)) == {"ACCEPTED"}
    assert not WaitingRequest.objects.filter(ended_at=None).exists()


def test_one_tap_passes_all_on():
    run = a_full_run(seats=2)
    group = a_waiting_group(run, size=2)
    after = waits_for(run)
    gives_up(run, seats=2)
    waiting.decline(offer=offer_to(after), now=NOW)
    again = waits_for(run)

    waiting.decline(offer=offers_to(group)[1], now=NOW)

    assert offers_to(group) == []
    assert offer_to(again) is not None
    assert {request.ended_how for request in WaitingRequest.objects.filter(group=group)} == {"DECLINED"}


def test_an_offer_lapses_for_all_and_is_told_to_each_once():
    run = a_full_run(seats=2)
    group = a_waiting_group(run, size=2)
    gives_up(run, seats=2)
    after = waits_for(run)

    waiting_upkeep.look_after(now=offers_to(group)[0].expires_at)

    assert {request.ended_how for request in WaitingRequest.objects.filter(group=group)} == {"LAPSED"}
    told = Message.objects.filter(kind="SEAT_OFFER_LAPSED").values_list("recipient", flat=True)
    assert sorted(told) == sorted({group.leader_id, groups.members(group)[1].learner_id})
    assert offer_to(after) is not None


def test_the_end_of_an_offer_is_told_once_before():
    run = a_full_run(seats=2, starts_at=IN_A_YEAR)
    group = a_waiting_group(run, size=2)
    gives_up(run, seats=2)
    soon = offers_to(group)[0].expires_at - timedelta(hours=1)

    told = [waiting_upkeep.say_that_offers_end(now=soon) for _ in range(2)]

    assert told == [1, 0]
    assert Message.objects.filter(kind="SEAT_OFFER_ENDING").get().recipient == group.leader


# --- Going on without one, or alone ---


def test_a_member_leaves_without_loss_for_the_rest():
    run = a_full_run(seats=3)
    group = a_waiting_group(run)
    after = waits_for(run)
    gives_up(run, seats=2)
    waiting.decline(offer=offer_to(after), now=NOW)

    waiting.leave(request=group.waiting_requests.order_by("pk").last(), now=NOW)

    assert len(offers_to(group)) == 2  # two seats are enough now


def test_a_member_leaves_while_seats_are_kept():
    run = a_full_run(seats=3)
    group = a_waiting_group(run)
    gives_up(run, seats=3)
    offer, after = offers_to(group)[0], waits_for(run)

    waiting.leave(request=offer.request, now=NOW)  # the leader themself, whose link it was

    assert Message.objects.get(kind="SEAT_OFFERED", recipient=group.leader).state == "DUE"
    assert offer_to(after) is not None

    waiting.accept(offer=offer, now=NOW)

    assert seats_of(group) == 2
    assert Message.objects.get(kind="SEAT_OFFERED", recipient=group.leader).state == "DROPPED"


def test_going_alone_keeps_the_groups_time():
    run = a_full_run(seats=3)
    group = a_waiting_group(run)
    after = waits_for(run)
    gives_up(run)
    later = waits_for(run)
    waiting.decline(offer=offer_to(after), now=NOW)
    waiting.decline(offer=offer_to(later), now=NOW)

    alone = actions.go_alone(group=group, actor=group.leader, now=NOW)

    group.refresh_from_db()
    assert (alone, actions.go_alone(group=group, actor=group.leader, now=NOW)) == (3, 0)
    assert group.split_at == NOW
    (offered,) = SeatOffer.objects.filter(outcome="")
    assert offered.request.learner in {member.learner for member in groups.members(group)}
    assert len(set(queries.line(run).values_list("turn", flat=True))) == 1


def test_one_goes_alone_and_the_rest_stays_together():
    run = a_full_run(seats=3)
    group = a_waiting_group(run)
    member = groups.members(group)[2].learner
    gives_up(run)

    assert actions.go_alone(group=group, actor=member, now=NOW) == 1

    assert offer_to(WaitingRequest.objects.get(learner=member)) is not None
    assert group.waiting_requests.count() == 2


def test_a_group_takes_what_comes_first_of_several_classes():
    version = a_published_version()
    tuesday, thursday = (a_full_run(version=version, seats=2) for _ in range(2))
    group = a_waiting_group(tuesday, thursday, size=2)

    gives_up(thursday, seats=2)
    gives_up(tuesday, seats=2)
    waiting.accept(offer=offers_to(group)[0], now=NOW)

    assert {place.run for place in Enrollment.objects.holding_seat().filter(group=group)} == {thursday}
    assert queries.audit(now=NOW) == []


@pytest.mark.parametrize("case", ["room", "never", "waits alone", "not the leader"])
def test_waiting_together_is_refused(case):
    run = a_full_run(seats=2)
    group = a_group(run, size=3 if case == "never" else 2)
    actor = group.leader
    if case == "room":
        gives_up(run, seats=2)
    elif case == "waits alone":
        waits_for(run, learner=groups.members(group)[1].learner)
    elif case == "not the leader":
        actor = groups.members(group)[1].learner
    refusals = {
        "room": actions.HasRoom,
        "never": actions.TooFewSeats,
        "waits alone": group_member.CannotCome,
        "not the leader": group_member.NotTheLeader,
    }

    with pytest.raises(refusals[case]):
        actions.wait(group=group, actor=actor, now=NOW)

    assert not group.waiting_requests.exists()


def test_who_closes_their_account_leaves_and_the_rest_goes_on():
    run = a_full_run(seats=3)
    gathering, group = a_group(a_published_run()), a_waiting_group(run)

    for each in (gathering, group):
        erasure.leave(learner=groups.members(each)[1].learner, now=NOW)
        leader = each.leader
        leader.is_active = False
        leader.save(update_fields=["is_active"])
    gives_up(run, seats=2)

    assert groups.members(gathering).count() == 2
    (offer,) = offers_to(group)  # of the leader, who is gone, no seat is offered
    assert Message.objects.get(kind="SEAT_OFFERED").recipient == offer.request.learner


# --- History ---


def test_a_cancelled_class_ends_the_wait_of_all_and_keeps_who_waited():
    run = a_full_run(seats=2)
    group = a_waiting_group(run, size=2)
    manager = run.version.course.provider.registered_by

    run_cancel.cancel(run=run, actor=manager, reason="Bão", now=NOW)

    assert {request.ended_how for request in group.waiting_requests.all()} == {"CLOSED"}
    assert groups.members(group).count() == 2


@pytest.mark.parametrize(("seats", "moved"), [(3, 3), (2, 1)], ids=["with all", "or with none"])
def test_people_are_moved_with_their_group(seats, moved):
    version = a_published_version()
    run, to = a_published_run(version=version, seats=4), a_published_run(version=version, seats=seats)
    group = a_group(run, size=3)
    actions.enroll(group=group, actor=group.leader, now=NOW)
    enrolled(run=run)
    manager = run.version.course.provider.registered_by

    switched = run_switch.switch(run=run, to=to, actor=manager, reason="Bão", now=NOW)

    assert len(switched.moved) == moved
    assert {place.group for place in switched.moved} == ({group} if moved == 3 else {None})


# --- What the database keeps ---


def offered_in_part(group, run):
    choice = WaitingChoice.objects.filter(request__group=group, run=run).first()
    SeatOffer.objects.create(
        choice=choice, request=choice.request, run=run, offered_at=NOW, expires_at=NOW + timedelta(hours=1)
    )


def test_the_database_offers_nothing_to_half_a_group():
    run = a_full_run(seats=2)
    group = a_waiting_group(run, size=2)
    gives_up(run)

    with pytest.raises(IntegrityError, match="for some of it only"), transaction.atomic():
        offered_in_part(group, run)

    assert not SeatOffer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_half_a_group_is_offered_a_seat():
    run = a_full_run(seats=2)
    group = a_waiting_group(run, size=2)
    gives_up(run)
    as_owner("ALTER TABLE courses_seatoffer DISABLE TRIGGER courses_group_together")
    try:
        offered_in_part(group, run)
    finally:
        as_owner("ALTER TABLE courses_seatoffer ENABLE TRIGGER courses_group_together")

    assert SeatOffer.objects.count() == 1


def test_who_waits_with_a_group_waits_for_its_course():
    group = a_waiting_group(a_full_run(seats=2), size=2)
    another = a_full_run().version.course

    with pytest.raises(IntegrityError, match="waiting_request_group_of_its_course"), transaction.atomic():
        WaitingRequest.objects.create(learner=a_learner(), course=another, group=group, asked_at=NOW)


def test_nobody_is_put_into_a_group_they_did_not_come_with():
    run = a_full_run(seats=2)
    group = a_waiting_group(run, size=2)
    request = waits_for(run)

    with pytest.raises(IntegrityError, match="is of no other group"), transaction.atomic():
        WaitingRequest.objects.filter(pk=request.pk).update(group=group)
