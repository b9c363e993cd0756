"""Where the organization decides who comes: asked once, never silently pending, decided once, in order of asking."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from courses.actions import approval, approval_upkeep, enrollment, erasure, run_switch, waiting
from courses.models import Enrollment, PlaceRequest
from courses.queries import waiting as lines
from courses.queries import waiting_shown
from learners.actions import following
from learners.choices import Role
from learners.models import Learner, Message
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.counter import a_registration
from tests.factories.enrollment import enrolled
from tests.factories.people import NOW, a_curator, a_learner, a_membership, an_organization
from tests.factories.terms import asked_place, asks_for
from tests.factories.waiting import a_full_run, offer_to, someone_of, waits_for

pytestmark = pytest.mark.django_db
FAR = NOW + timedelta(days=40)


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def a_run(*, seats=20, steps=1, instructor=None, starts_at=FAR):
    run = a_published_run(seats=seats, instructor=instructor, starts_at=starts_at)
    return asks_for(run, approval_days=3, approval_steps=steps)


def a_full_run_that_asks(seats=1):
    return asks_for(a_full_run(seats=seats, starts_at=FAR), approval_days=3)


def manager_of(run):
    return run.version.course.provider.registered_by


def letters(kind="PLACE_TO_DECIDE"):
    return [(row.recipient, row.deduplication_key.split(":")[2]) for row in Message.objects.filter(kind=kind)]


def approve(request, now=NOW):
    return approval.approve(request=request, actor=manager_of(request.run), now=now)


def test_one_does_not_enrol_by_oneself():
    run = a_run()

    with pytest.raises(enrollment.NeedsApproval, match="Lớp này do đơn vị xét"):
        enrolled(a_learner(), run)
    with pytest.raises(waiting.NotTakingPeople):
        waiting.join(learner=a_learner(), runs=[run], now=NOW)


def test_asked_twice_it_is_one_request_with_its_day():
    run, learner = a_run(), a_learner()

    first, second = asked_place(run, learner), asked_place(run, learner)

    assert first == second
    assert first.due_at == NOW + timedelta(days=3)
    data = Message.objects.get(kind="PLACE_ASKED").data
    assert data["deadline"] == "10:00 thứ Ba 24/11/2026"
    assert data["link"].endswith(f"/me/requests/{first.public_id}/")


@pytest.mark.parametrize(("closes", "due"), [(20, 14), (16, 13), (13, 10), (5, 2.5), (1, 0.5)])
def test_it_is_due_with_room_before_the_close_of_enrolment(closes, due):
    run = asks_for(a_published_run(starts_at=NOW + timedelta(days=closes)), approval_days=14)

    assert asked_place(run).due_at == NOW + timedelta(days=due)


@pytest.mark.parametrize(("closes", "managers", "curators"), [(13, 10, 11.5), (1, 0.5, 0.75)])
def test_a_request_due_with_the_close_goes_to_the_managers_and_the_curators_too(closes, managers, curators):
    a_curator()
    run = asks_for(
        a_published_run(starts_at=NOW + timedelta(days=closes), instructor=a_learner(full_name="Cô Lan")),
        approval_days=14,
    )
    request = asked_place(run)
    minute = timedelta(minutes=1)
    told = []
    for days in (managers, curators):
        for at in (NOW + timedelta(days=days) - minute, NOW + timedelta(days=days)):
            approval_upkeep.look_after(now=at)
            told.append({stage for _person, stage in letters()} & {"overdue", "curators"})

    request.refresh_from_db()
    assert told == [set(), {"overdue"}, {"overdue"}, {"overdue", "curators"}]
    assert request.outcome == ""


def test_who_teaches_is_told_once_a_day_or_the_managers_where_nobody_does():
    teacher = a_learner(full_name="Cô Lan")
    taught, untaught = a_run(instructor=teacher), a_run()

    for run in (taught, untaught):
        asked_place(run)
        asked_place(run)

    assert letters() == [(teacher, "asked"), (manager_of(untaught), "asked")]


def test_who_is_approved_has_a_seat():
    request = asked_place(a_run())

    decided = approve(request)
    again = approve(request)

    assert decided == again
    assert Enrollment.objects.get().learner == request.learner
    assert (decided.outcome, decided.decided_by) == ("APPROVED", manager_of(request.run))


def test_in_a_full_class_the_order_is_that_of_asking():
    run = a_full_run_that_asks()
    first, second, third = (asked_place(run) for _ in range(3))

    for request in (third, first, second):
        approve(request)
    enrollment.withdraw(enrollment=someone_of(run), now=NOW)

    waiting_now = [choice.request.learner for choice in lines.line(run)]
    assert waiting_now == [first.learner, second.learner, third.learner]
    offer = offer_to(lines.open_request(first.learner, run.version.course_id))
    assert waiting.accept(offer=offer, now=NOW).learner == first.learner


def test_a_freed_seat_waits_for_who_is_approved_and_in_line():
    run = a_full_run_that_asks()
    early, late = asked_place(run), asked_place(run)
    approve(early)
    enrollment.withdraw(enrollment=someone_of(run), now=NOW)  # offered to who is in line

    approve(late)

    assert not Enrollment.objects.filter(learner=late.learner).exists()
    assert lines.open_request(late.learner, run.version.course_id) is not None


def test_a_refusal_says_why():
    request = asked_place(a_run())
    manager = manager_of(request.run)

    with pytest.raises(approval.ReasonMissing):
        approval.refuse(request=request, actor=manager, reason="", now=NOW)
    for _ in range(2):
        approval.refuse(request=request, actor=manager, reason="Lớp dành cho thợ điện", now=NOW)

    letter = Message.objects.get(kind="PLACE_REFUSED")
    assert (letter.recipient, letter.data["reason"]) == (request.learner, "Lớp dành cho thợ điện")
    with pytest.raises(approval.AnsweredAlready):
        approve(request)
    assert not Enrollment.objects.exists()


def test_two_people_decide_and_the_second_is_a_manager():
    teacher = a_learner(full_name="Cô Lan")
    run = a_run(steps=2, instructor=teacher)
    volunteer = a_learner()
    a_membership(organization=run.version.course.provider, learner=volunteer, role=Role.INSTRUCTOR)
    run.run_instructors.create(learner=volunteer)
    request = asked_place(run)

    for _ in range(2):  # the same person twice is one yes
        half = approval.approve(request=request, actor=teacher, now=NOW)
    with pytest.raises(approval.NotYours):
        approval.approve(request=request, actor=volunteer, now=NOW)
    whole = approve(request)

    assert (half.outcome, half.first_by) == ("", teacher)
    assert whole.outcome == "APPROVED"
    assert (manager_of(run), "second") in letters()


@pytest.mark.parametrize("who", ["stranger", "self", "curator"])
def test_who_does_not_decide(who):
    run = a_run()
    learner = manager_of(run) if who == "self" else a_learner()
    request = asked_place(run, learner)
    actor = {"stranger": a_learner(), "self": learner, "curator": a_curator()}[who]

    with pytest.raises(approval.NotYours):
        approval.approve(request=request, actor=actor, now=NOW)

    assert not Enrollment.objects.exists()


def test_what_is_taken_back_is_not_decided():
    request = asked_place(a_run())

    for _ in range(2):
        approval.withdraw(request=request, now=NOW)

    with pytest.raises(approval.AnsweredAlready):
        approve(request)


def test_what_is_decided_is_not_taken_back():
    request = asked_place(a_run())
    approve(request)

    with pytest.raises(approval.UnableToAsk, match="vừa có quyết định"):
        approval.withdraw(request=request, now=NOW)


def test_a_yes_to_a_class_that_takes_nobody_any_more_is_none():
    request = asked_place(a_run())
    type(request.run).objects.filter(pk=request.run_id).update(cancelled_at=NOW)

    with pytest.raises(approval.UnableToDecide, match="hủy"):
        approve(request)

    request.refresh_from_db()
    assert request.outcome == ""


def test_one_asks_only_so_often():
    run, learner = a_run(), a_learner()
    for _ in range(3):
        approval.withdraw(request=asked_place(run, learner), now=NOW)

    with pytest.raises(approval.UnableToAsk, match="nhiều lần"):
        asked_place(run, learner)


def test_nobody_asks_where_nobody_decides():
    with pytest.raises(approval.UnableToAsk, match="không cần ai xét"):
        asked_place(a_published_run())


# By the clock


def test_no_request_is_silently_pending():
    teacher, curator = a_learner(full_name="Cô Lan"), a_curator()
    run = a_run(instructor=teacher)
    request = asked_place(run)
    Message.objects.all().delete()
    told = []
    for days in (1, 2, 3, 5, 9):
        for _ in range(2):  # a task that runs twice writes once
            approval_upkeep.look_after(now=NOW + timedelta(days=days))
        told.append([stage for _person, stage in letters()])

    request.refresh_from_db()
    desk = {person for person, stage in letters() if stage == "curators"}
    assert told[:3] == [[], ["soon"], ["soon", "overdue"]]
    assert set(told[3]) == set(told[4]) == {"soon", "overdue", "curators"}
    assert (manager_of(run), "overdue") in letters()
    assert curator in desk
    assert request.escalated_at == NOW + timedelta(days=5)
    assert approval.approve(request=request, actor=curator, now=NOW + timedelta(days=6)).outcome == "APPROVED"


def test_a_request_of_one_day_is_reminded_of_halfway_and_not_as_it_is_asked():
    request = asked_place(asks_for(a_published_run(starts_at=FAR), approval_days=1))
    Message.objects.all().delete()
    told = []
    for hours in (0, 11, 12, 23, 24):
        approval_upkeep.look_after(now=NOW + timedelta(hours=hours))
        told.append([stage for _person, stage in letters()])

    request.refresh_from_db()
    assert told == [[], [], ["soon"], ["soon"], ["soon", "overdue"]]
    assert request.reminded_at < request.due_at


def test_a_curator_of_the_organization_does_not_decide_for_the_portal():
    run = a_run()
    request = asked_place(run)
    curator = a_curator()
    a_membership(organization=run.version.course.provider, learner=curator, role=Role.VOLUNTEER)
    approval_upkeep.look_after(now=NOW + timedelta(days=6))

    with pytest.raises(approval.NotYours):
        approval.approve(request=request, actor=curator, now=NOW + timedelta(days=6))


def test_the_end_of_enrolment_ends_what_is_open():
    request = asked_place(a_run())

    approval_upkeep.look_after(now=FAR)

    request.refresh_from_db()
    assert request.outcome == "CLOSED"
    assert Message.objects.get(kind="PLACE_REFUSED").recipient == request.learner
    assert approval_upkeep.look_after(now=FAR) == 0


# What the database keeps


@pytest.mark.parametrize(
    ("spoil", "refusal"),
    [
        ({"outcome": ""}, "is decided once"),
        ({"outcome": "REFUSED", "reason": "x"}, "is decided once"),
        ({"reason": "x"}, "is decided once"),
        ({"due_at": FAR}, "permission denied|is decided once"),
    ],
    ids=str,
)
def test_what_is_decided_stays(spoil, refusal):
    request = approve(asked_place(a_run()))

    with pytest.raises(Exception, match=refusal), transaction.atomic():
        PlaceRequest.objects.filter(pk=request.pk).update(**spoil)


def test_the_database_keeps_one_open_request_and_two_people():
    request = asked_place(a_run())

    with pytest.raises(IntegrityError, match="place_request_one_open"), transaction.atomic():
        PlaceRequest.objects.create(learner=request.learner, run=request.run, asked_at=NOW, due_at=FAR)
    manager = manager_of(request.run)
    both = {"first_by": manager, "first_at": NOW, "outcome": "APPROVED", "decided_by": manager, "decided_at": NOW}
    with pytest.raises(IntegrityError, match="place_request_two_people"), transaction.atomic():
        PlaceRequest.objects.filter(pk=request.pk).update(**both)
    unsaid = {"outcome": "REFUSED", "decided_by": manager, "decided_at": NOW}
    with pytest.raises(IntegrityError, match="place_request_refused_with_a_reason"), transaction.atomic():
        PlaceRequest.objects.filter(pk=request.pk).update(**unsaid)


def test_leaving_the_portal_takes_requests_back_and_empties_reasons():
    learner = a_learner()
    asked = asked_place(a_run(), learner)
    refused = asked_place(a_run(), learner)
    approval.refuse(request=refused, actor=manager_of(refused.run), reason="Chưa đủ giấy tờ", now=NOW)

    erasure.leave(learner=learner, now=NOW)
    Learner.objects.filter(pk=learner.pk).update(closed_at=NOW, is_active=False)
    erasure.erase(learner=learner, name=learner.full_name, now=NOW)

    asked.refresh_from_db()
    refused.refresh_from_db()
    assert (asked.outcome, refused.reason) == ("WITHDRAWN", "—")


# A place got otherwise


def ended(request):
    request.refresh_from_db()
    return request.outcome, request.decided_at, request.decided_by


def test_a_place_got_once_nobody_decides_any_more_ends_the_request():
    request = asked_place(a_run())
    asks_for(request.run)

    enrolled(request.learner, request.run)

    assert ended(request) == ("HAS_PLACE", NOW, None)


def test_a_seat_offered_and_taken_ends_it():
    run = a_full_run(starts_at=FAR)
    waits = waits_for(run)
    asks_for(run, approval_days=3)
    other = asked_place(run)
    PlaceRequest.objects.filter(pk=other.pk).update(learner=waits.learner)  # as after two accounts became one
    enrollment.withdraw(enrollment=someone_of(run), now=NOW)

    waiting.accept(offer=offer_to(waits), now=NOW)

    assert ended(other) == ("HAS_PLACE", NOW, None)


def test_moved_by_staff_ends_it():
    version = a_published_version()
    run, to = a_published_run(version=version, starts_at=FAR), a_published_run(version=version, starts_at=FAR)
    to = asks_for(to, approval_days=3)
    place = enrolled(run=run)
    request = asked_place(to, place.learner)

    run_switch.switch(run=run, to=to, actor=manager_of(run), reason="Phòng học sửa.", now=NOW)

    assert ended(request) == ("HAS_PLACE", NOW, None)


def test_its_learner_reads_that_they_have_a_place(learner_client):
    request = asked_place(a_run())
    asks_for(request.run)
    enrolled(request.learner, request.run)

    page = learner_client(request.learner).get(f"/en/me/requests/{request.public_id}/")

    assert "You have a place in this class" in page.text


def test_what_two_accounts_asked_that_became_one_ends_where_one_has_a_place():
    kept, merged = a_learner(), a_learner()
    run = a_run()
    request = asked_place(run, merged)
    asks_for(run)
    enrolled(kept, run)
    following.move(giver=merged, taker=kept, key="m:1", now=NOW)

    tended = [approval_upkeep.look_after(now=NOW) for _ in range(2)]

    assert tended == [1, 0]
    assert (*ended(request), request.learner) == ("HAS_PLACE", NOW, None, kept)


def test_what_both_had_asked_stays_open_once():
    kept, merged = a_learner(), a_learner()
    run = a_run()
    mine, theirs = asked_place(run, kept), asked_place(run, merged)
    following.move(giver=merged, taker=kept, key="m:1", now=NOW)

    approval_upkeep.look_after(now=NOW)

    assert (ended(mine)[0], ended(theirs)[0]) == ("", "WITHDRAWN")


def test_a_no_stands_on_the_page_of_who_has_no_address(learner_client, time_machine):
    person = a_registration(organization=an_organization(), now=NOW).learner
    request = asked_place(a_run(), person)
    approval.refuse(request=request, actor=manager_of(request.run), reason="Lớp dành cho phường khác.", now=NOW)

    shown = waiting_shown.summary(person, now=NOW + timedelta(days=29)).asked
    later = waiting_shown.summary(person, now=NOW + timedelta(days=30)).asked

    assert (shown, later) == ([request], [])
