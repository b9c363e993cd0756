"""Who came without a place: written down, no seat held, claimed later by phone number or card."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from courses.actions import attendance, enrollment, erasure, run_seats
from courses.actions import walk_in as actions
from courses.models import AttendanceRecord, Course, Enrollment, PlaceRequest, WalkIn
from courses.queries import seats
from learners.models import Message
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.counter import a_card, a_registration
from tests.factories.enrollment import enrolled
from tests.factories.people import NOW, a_learner, an_organization
from tests.factories.terms import asks_for
from tests.factories.waiting import a_full_run, an_offer, someone_of, waits_for

pytestmark = pytest.mark.django_db
PHONE = "+84912345678"


@pytest.fixture
def instructor():
    return a_learner(full_name="Trần Thị Ngọc Lan")


@pytest.fixture
def session(instructor):
    version = a_published_version(attendance_percent_min=75)
    return a_published_run(version=version, seats=1, instructor=instructor).class_sessions.get(position=1)


@pytest.fixture
def came(session, instructor):
    return actions.record(
        class_session=session, full_name=" Lý  Văn Tư ", phone="0912 345 678", actor=instructor, now=session.ends_at
    )


def test_a_walk_in_holds_no_seat(session, came):
    assert (came.full_name, came.phone) == ("Lý Văn Tư", PHONE)
    assert seats.of_run(session.run).held == 0
    assert not Enrollment.objects.exists()


def test_claimed_by_the_number_it_is_an_enrolment_and_an_entry(session, instructor, came):
    learner = a_learner(phone=PHONE)

    place = actions.claim(walk_in=came, learner=learner, now=session.ends_at)

    assert actions.claim(walk_in=came, learner=learner, now=session.ends_at) == place
    record = AttendanceRecord.objects.get()
    assert (record.enrollment, record.status, record.method, record.recorded_by) == (
        place,
        "PRESENT",
        "CLAIMED",
        instructor,
    )
    assert (place.learner, place.state, record.marked_at) == (learner, "ENROLLED", came.marked_at)
    assert Message.objects.filter(kind="ENROLLED", recipient=learner).count() == 1


def test_in_a_full_class_it_waits_until_there_is_a_seat(session, came):
    enrolled(run=session.run)
    learner = a_learner(phone=PHONE)

    with pytest.raises(actions.NoSeat):
        actions.claim(walk_in=came, learner=learner, now=session.ends_at)

    assert Enrollment.objects.count() == 1
    manager = session.run.version.course.provider.registered_by
    run_seats.change_seats(run=session.run, actor=manager, seats_max=2, now=session.ends_at)
    assert actions.claim(walk_in=came, learner=learner, now=session.ends_at).state == "ENROLLED"


def test_who_has_a_place_already_has_one_afterwards(session, came):
    learner = a_learner(phone=PHONE)
    place = enrolled(learner, session.run)

    assert actions.claim(walk_in=came, learner=learner, now=session.ends_at) == place
    assert Enrollment.objects.count() == 1


@pytest.mark.parametrize("who", ["another number", "no number", "too late"])
def test_nobody_claims_what_is_not_theirs(session, came, who):
    phone = {"another number": "+84987654321", "no number": None, "too late": PHONE}[who]
    later = timedelta(days=91 if who == "too late" else 1)

    with pytest.raises(actions.NotTheirs):
        actions.claim(walk_in=came, learner=a_learner(phone=phone), now=session.ends_at + later)

    assert not Enrollment.objects.exists()


def test_who_wrote_it_down_does_not_claim_it(session):
    teacher = a_learner(phone=PHONE)
    own = a_published_run(instructor=teacher).class_sessions.get(position=1)
    came = actions.record(class_session=own, full_name="Tôi", phone="0912345678", actor=teacher, now=own.ends_at)

    with pytest.raises(actions.NotTheirs):
        actions.claim(walk_in=came, learner=teacher, now=own.ends_at)


def test_by_card_whoever_keeps_the_roster_gives_it(session, instructor, came):
    holder = a_registration(organization=session.run.version.course.provider, now=session.starts_at).learner

    place = actions.give(walk_in=came, learner=holder, actor=instructor, now=session.ends_at)

    assert place.learner == holder
    with pytest.raises(actions.NotTheirs):
        actions.give(walk_in=came, learner=a_learner(), actor=an_organization().registered_by, now=session.ends_at)


def test_a_stranger_writes_nobody_down(session):
    with pytest.raises(attendance.NotTheirClass):
        actions.record(class_session=session, full_name="Lý Văn Tư", actor=a_learner(), now=session.ends_at)


def test_without_a_name_nobody_is_written_down(session, instructor):
    with pytest.raises(attendance.UnableToMark):
        actions.record(class_session=session, full_name=" - ", actor=instructor, now=session.ends_at)


def test_names_are_kept_for_their_time(session, came):
    assert actions.empty_old(now=session.ends_at + timedelta(days=89)) == 0
    assert [actions.empty_old(now=session.ends_at + timedelta(days=91)) for _ in range(2)] == [1, 0]

    came.refresh_from_db()
    assert (came.full_name, came.phone) == ("", "")


def test_the_database_lets_a_walk_in_be_claimed_once_and_in_its_run(session, came):
    place = actions.claim(walk_in=came, learner=a_learner(phone=PHONE), now=session.ends_at)
    elsewhere = enrolled(run=a_published_run())

    for more in (
        {"enrollment": elsewhere},
        {"claimed_at": session.starts_at},
        {"enrollment": None, "claimed_at": None},
    ):
        with pytest.raises(IntegrityError, match="claimed once"), transaction.atomic():
            WalkIn.objects.filter(pk=came.pk).update(**more)

    assert WalkIn.objects.get().enrollment == place


# The pages


def test_the_learner_claims_on_their_page(session, came, learner_client, time_machine):
    time_machine.move_to(session.ends_at + timedelta(hours=1), tick=False)
    learner = a_learner(phone=PHONE)
    client = learner_client(learner)

    assert "That was me" in client.get("/en/me/walk-ins/").text
    answer = client.post("/en/me/walk-ins/", {"session": str(session.pk), "name": "ly van tu"})

    assert answer.status_code == 302
    assert Enrollment.objects.get().learner == learner
    posted = {"session": str(session.pk), "name": "Lý Văn Tư"}
    assert learner_client(a_learner()).post("/en/me/walk-ins/", posted).status_code == 200
    assert WalkIn.objects.get().enrollment.learner == learner


def test_who_shares_a_number_sees_no_name_and_claims_by_their_own(
    session, instructor, came, learner_client, time_machine
):
    """Two of a family say one number at the door; the account it belongs to is one's."""
    time_machine.move_to(session.ends_at + timedelta(hours=1), tick=False)
    manager = session.run.version.course.provider.registered_by
    run_seats.change_seats(run=session.run, actor=manager, seats_max=2, now=session.ends_at)
    other = actions.record(
        class_session=session, full_name="Cao Thị Năm", phone="0912345678", actor=instructor, now=session.ends_at
    )
    client = learner_client(a_learner(phone=PHONE))

    page = client.get("/en/me/walk-ins/").text
    assert [name for name in ("Lý Văn Tư", "Cao Thị Năm") if name in page] == []
    assert page.count("That was me") == 1
    wrong = client.post("/en/me/walk-ins/", {"session": str(session.pk), "name": "Nguyễn Thị Tư"})
    assert (wrong.status_code, "Nobody of this name" in wrong.text) == (409, True)
    client.post("/en/me/walk-ins/", {"session": str(session.pk), "name": "Năm"})

    other.refresh_from_db()
    came.refresh_from_db()
    assert (other.claimed_at is not None, came.claimed_at) == (True, None)


def test_names_are_not_guessed_without_end(session, came, learner_client, time_machine):
    time_machine.move_to(session.ends_at + timedelta(hours=1), tick=False)
    client = learner_client(a_learner(phone=PHONE))

    answers = [
        client.post("/en/me/walk-ins/", {"session": str(session.pk), "name": f"Tên {number}"}).status_code
        for number in range(11)
    ]

    assert answers == [409] * 10 + [429]


def test_a_card_shown_at_the_sheet_gives_the_place(session, instructor, came, learner_client, time_machine):
    time_machine.move_to(session.ends_at + timedelta(hours=1), tick=False)
    registration = a_registration(organization=session.run.version.course.provider, now=session.starts_at)
    printed = a_card(registration, now=session.starts_at)
    provider = session.run.version.course.provider
    page = f"/en/organizations/{provider.public_id}/runs/{session.run_id}/sessions/1/codes/"
    client = learner_client(instructor)

    wrong = client.post(page, {"give": str(came.mark_id), "card": "AAAAAAAA"})
    assert (wrong.status_code, "the code of no card" in wrong.text) == (409, True)
    client.post(page, {"give": str(came.mark_id), "card": printed.code.lower()})

    assert Enrollment.objects.get().learner == registration.learner


def test_after_twenty_wrong_cards_a_right_one_is_no_card_either(
    session, instructor, came, learner_client, time_machine
):
    time_machine.move_to(session.ends_at + timedelta(hours=1), tick=False)
    provider = session.run.version.course.provider
    printed = a_card(a_registration(organization=provider, now=session.starts_at), now=session.starts_at)
    page = f"/en/organizations/{provider.public_id}/runs/{session.run_id}/sessions/1/codes/"
    client = learner_client(instructor)
    given = {"give": str(came.mark_id), "card": printed.code}

    for _ in range(20):
        client.post(page, given | {"card": "AAAAAAAA"})
    refused = client.post(page, given)
    by_another = learner_client(provider.registered_by).post(page, given)

    assert (refused.status_code, "the code of no card" in refused.text) == (409, True)
    assert by_another.status_code == 302


def test_who_teaches_the_class_does_not_claim_in_it(session, came):
    other = a_learner(phone=PHONE)
    session.run.run_instructors.create(learner=other)

    with pytest.raises(actions.NotTheirs):
        actions.claim(walk_in=came, learner=other, now=session.ends_at)

    assert not Enrollment.objects.exists()


def test_who_closes_their_account_leaves_no_name_at_a_door(session, came):
    leaving, other = a_learner(phone=PHONE), a_learner(phone="+84987000222")

    erasure.leave(learner=other, now=session.ends_at)
    before = WalkIn.objects.get().phone
    erasure.leave(learner=leaving, now=session.ends_at)

    came.refresh_from_db()
    assert before == PHONE
    assert (came.full_name, came.phone) == ("", "")


# A place as everybody gets one


def claimed(came, learner):
    return actions.claim(walk_in=came, learner=learner, now=came.class_session.ends_at)


def test_a_seat_others_wait_for_is_not_theirs(instructor):
    run = a_full_run(instructor=instructor)
    session = run.class_sessions.get(position=1)
    came = actions.record(
        class_session=session, full_name="Lý Văn Tư", phone=PHONE, actor=instructor, now=session.ends_at
    )
    waits_for(run)
    enrollment.withdraw(enrollment=someone_of(run), now=NOW)  # kept for who waits

    with pytest.raises(actions.NoSeat, match="vẫn được ghi lại"):
        claimed(came, a_learner(phone=PHONE))

    came.refresh_from_db()
    assert came.claimed_at is None


def test_who_waits_has_their_wait_ended_and_their_offer_taken(instructor):
    run, learner = a_published_run(seats=1, instructor=instructor), a_learner(phone=PHONE)
    offer = an_offer(run, learner)
    session = run.class_sessions.get(position=1)
    came = actions.record(
        class_session=session, full_name="Lý Văn Tư", phone=PHONE, actor=instructor, now=session.ends_at
    )

    place = actions.claim(walk_in=came, learner=learner, now=NOW)

    offer.refresh_from_db()
    assert (place.learner, offer.outcome, offer.request.ended_how) == (learner, "ACCEPTED", "TAKEN")


@pytest.mark.parametrize("why", ["archived", "too young", "builds on another", "decided"])
def test_the_terms_of_the_class_hold_at_its_door(session, came, why):
    learner = a_learner(phone=PHONE, birth_year=2012)
    if why == "archived":
        Course.objects.filter(pk=session.run.version.course_id).update(archived_at=NOW)
    else:
        other = a_published_version(provider=session.run.version.course.provider).course
        terms = {
            "too young": {"age_min": 18},
            "builds on another": {"first": (other,)},
            "decided": {"approval_days": 3},
        }
        asks_for(session.run, **terms[why])

    with pytest.raises(actions.NoSeat, match="vẫn được ghi lại"):
        claimed(came, learner)

    came.refresh_from_db()
    assert (came.claimed_at, Enrollment.objects.exists()) == (None, False)


def test_who_decides_says_yes_by_giving(session, instructor, came):
    asks_for(session.run, approval_days=3)
    holder = a_registration(organization=session.run.version.course.provider, now=session.starts_at).learner

    place = actions.give(walk_in=came, learner=holder, actor=instructor, now=session.ends_at)

    request = PlaceRequest.objects.get()
    assert place.learner == holder
    assert (request.outcome, request.decided_by, request.learner) == ("APPROVED", instructor, holder)


def test_where_two_decide_giving_is_not_enough(session, instructor, came):
    asks_for(session.run, approval_days=3, approval_steps=2)
    holder = a_registration(organization=session.run.version.course.provider, now=session.starts_at).learner

    with pytest.raises(actions.NoSeat):
        actions.give(walk_in=came, learner=holder, actor=instructor, now=session.ends_at)

    assert (PlaceRequest.objects.exists(), Enrollment.objects.exists()) == (False, False)


def test_what_is_missing_is_said_on_the_page_itself(session, came, learner_client, time_machine):
    asks_for(session.run, age_min=18)
    time_machine.move_to(session.ends_at + timedelta(hours=1), tick=False)
    client, sent = learner_client(a_learner(phone=PHONE)), {"session": str(session.pk), "name": came.full_name}

    asked = client.post("/en/me/walk-ins/", sent)
    empty = client.post("/en/me/walk-ins/", sent | {"about": "1", "birth_year": ""})
    done = client.post("/en/me/walk-ins/", sent | {"about": "1", "birth_year": "1990"})

    assert (asked.status_code, "Year of birth" in asked.text, "stays written down" in asked.text) == (409, True, True)
    assert (empty.status_code, "Write the year in four digits" in empty.text) == (200, True)
    assert (done.status_code, Enrollment.objects.count()) == (302, 1)
