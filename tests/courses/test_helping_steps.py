"""The steps to a place a helper takes by a mandate: say what the class asks, ask, wait, take the seat, leave."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from courses.actions import approval, enrollment, helping
from courses.models import Enrollment, PlaceRequest, SeatOffer, WaitingRequest
from learners.choices import HelperAct
from learners.emails import render
from learners.models import MandateAct, Message
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.mandates import a_mandate
from tests.factories.people import NOW, a_learner
from tests.factories.terms import asks_for
from tests.factories.waiting import a_full_run, someone_of, waits_for

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()


@pytest.fixture
def pair():
    """Somebody and who helps them."""
    return a_learner(full_name="Lê Văn Hòa"), a_learner(full_name="Nguyễn Thị Hồng")


def signed_in(learner):
    client = Client()
    client.force_login(learner)
    return client


def steps(mandate, run):
    return reverse("courses:enroll_for", args=[run.pk, mandate.public_id])


def acts():
    return [act.done.label for act in MandateAct.objects.order_by("pk")]


def test_a_helper_says_what_the_class_asks_for_and_enrols(pair):
    person, helper = pair
    run, mandate = asks_for(a_published_run(), age_min=18), a_mandate(person=person, helper=helper)
    client, address = signed_in(helper), steps(mandate, run)

    empty = client.post(address, {"act": "SAY", "birth_year": ""})
    client.post(address, {"act": "SAY", "birth_year": "1958"})
    client.post(address)

    person.refresh_from_db()
    assert "birth_year" in empty.context["about"].errors
    assert (person.birth_year, Enrollment.objects.get().learner) == (1958, person)
    assert acts() == ["Khai điều lớp hỏi", "Đã giữ chỗ"]


def test_a_helper_asks_for_a_place_and_takes_the_request_back(pair):
    person, helper = pair
    run, mandate = asks_for(a_published_run(), approval_days=3), a_mandate(person=person, helper=helper)
    client, address = signed_in(helper), steps(mandate, run)

    for _ in range(2):
        client.post(address, {"act": "ASK"})
    request = PlaceRequest.objects.get()
    shown = [client.get(address).text, client.get(reverse("courses:timetable_of", args=[mandate.public_id])).text]
    told = signed_in(person).get(f"/me/requests/{request.public_id}/").text
    for _ in range(2):
        client.post(address, {"act": "TAKE_BACK"})

    request.refresh_from_db()
    assert (request.learner, request.outcome) == (person, "WITHDRAWN")
    assert ['value="TAKE_BACK"' in shown[0], run.version.title_vi in shown[1]] == [True, True]
    assert "Nguyễn Thị Hồng làm thay Lê Văn Hòa" in told
    assert acts() == ["Xin chỗ", "Xem lịch học", "Rút lại yêu cầu xin chỗ"]


def test_letters_of_asking_and_waiting_name_who_did_it(pair):
    person, helper = pair
    asks, full = asks_for(a_published_run(), approval_days=3), a_full_run()
    mandate = a_mandate(person=person, helper=helper)

    helping.ask_for(mandate=mandate, helper=helper, run=asks, now=NOW)
    helping.wait_for(mandate=mandate, helper=helper, run=full, now=NOW)
    waits_for(a_full_run(), learner=person)

    asked = Message.objects.get(kind="PLACE_ASKED", recipient=person)
    waits, alone = Message.objects.filter(kind="WAITING_JOINED", recipient=person).order_by("pk")
    line = "Nguyễn Thị Hồng làm việc này thay bạn, theo ủy quyền của bạn."
    assert [line in render(letter).text for letter in (asked, waits, alone)] == [True, True, False]


def test_joining_a_line_again_is_written_down_again(pair):
    person, helper = pair
    version = a_published_version()
    run, other = a_full_run(version=version), a_full_run(version=version)
    mandate = a_mandate(person=person, helper=helper)
    waits_for(other, learner=person)  # so it stays one request

    for _ in range(2):
        helping.wait_for(mandate=mandate, helper=helper, run=run, now=NOW)
        helping.leave_for(mandate=mandate, helper=helper, run=run, now=NOW)

    assert WaitingRequest.objects.count() == 1
    assert acts() == ["Ghi tên vào danh sách chờ", "Đã rời danh sách chờ"] * 2


def test_a_helper_reads_why_it_was_a_no(pair):
    person, helper = pair
    run, mandate = asks_for(a_published_run(), approval_days=3), a_mandate(person=person, helper=helper)
    helping.ask_for(mandate=mandate, helper=helper, run=run, now=NOW)
    decider = run.version.course.provider.registered_by
    approval.refuse(request=PlaceRequest.objects.get(), actor=decider, reason="Lớp dành cho người mới.", now=NOW)

    page = signed_in(helper).get(reverse("courses:timetable_of", args=[mandate.public_id]))

    assert "Lớp dành cho người mới." in page.text


def test_a_helper_waits_with_the_person_takes_the_seat_or_leaves(pair):
    person, helper = pair
    run, other = a_full_run(), a_full_run()
    mandate = a_mandate(person=person, helper=helper)
    client = signed_in(helper)

    for each in (run, run, other):
        client.post(steps(mandate, each), {"act": "WAIT"})
    enrollment.withdraw(enrollment=someone_of(run), now=NOW)
    offered = client.get(steps(mandate, run))
    client.post(steps(mandate, run))
    client.post(steps(mandate, other), {"act": "LEAVE"})

    offer = SeatOffer.objects.get()
    assert (offer.outcome, Enrollment.objects.filter(run=run, learner=person).count()) == ("ACCEPTED", 1)
    assert offered.context["standing"].offer == offer
    assert "Lê Văn Hòa sẽ mất lượt" in offered.text  # before the button that passes it on
    assert not WaitingRequest.objects.filter(ended_at=None).exists()
    assert acts() == ["Ghi tên vào danh sách chờ", "Ghi tên vào danh sách chờ", "Đã giữ chỗ", "Đã rời danh sách chờ"]


def test_what_the_person_had_done_already_is_no_act_of_the_helpers(pair):
    person, helper = pair
    mandate, run, other = a_mandate(person=person, helper=helper), a_full_run(), a_full_run()
    asking = asks_for(a_published_run(), approval_days=3)
    waits_for(run, learner=person)
    approval.ask(learner=person, run=asking, now=NOW)
    same_course = a_full_run(version=run.version)

    helping.wait_for(mandate=mandate, helper=helper, run=run, now=NOW)
    helping.ask_for(mandate=mandate, helper=helper, run=asking, now=NOW)
    for each in (other, same_course):
        helping.leave_for(mandate=mandate, helper=helper, run=each, now=NOW)

    assert not MandateAct.objects.exists()
    assert WaitingRequest.objects.filter(ended_at=None).count() == 1


def test_to_join_a_line_again_is_written_again(pair):
    person, helper = pair
    mandate, run = a_mandate(person=person, helper=helper), a_full_run()
    waits_for(a_full_run(version=run.version), learner=person)

    for _ in range(2):
        helping.wait_for(mandate=mandate, helper=helper, run=run, now=NOW)
        helping.leave_for(mandate=mandate, helper=helper, run=run, now=NOW)

    assert acts() == ["Ghi tên vào danh sách chờ", "Đã rời danh sách chờ"] * 2


@pytest.mark.parametrize(
    ("allowed", "act"), [(HelperAct.ENROL, "LEAVE"), (HelperAct.ENROL, "TAKE_BACK"), (HelperAct.WITHDRAW, "WAIT")]
)
def test_a_step_needs_its_own_word_in_the_mandate(pair, allowed, act):
    person, helper = pair
    run, asking = a_full_run(), asks_for(a_published_run(), approval_days=3)
    waits_for(run, learner=person)
    approval.ask(learner=person, run=asking, now=NOW)
    mandate = a_mandate(person=person, helper=helper, acts=(allowed,))

    answer = signed_in(helper).post(steps(mandate, asking if act == "TAKE_BACK" else run), {"act": act})

    assert answer.status_code == 404
    assert (PlaceRequest.objects.get().outcome, WaitingRequest.objects.get().ended_how) == ("", "")
    assert not MandateAct.objects.exists()


@pytest.mark.parametrize("act", ["ASK", "WAIT"])
def test_a_step_that_is_not_open_is_refused_with_the_reason(pair, act):
    person, helper = pair
    mandate, run = a_mandate(person=person, helper=helper), a_published_run()

    answer = signed_in(helper).post(steps(mandate, run), {"act": act})

    assert (answer.status_code, "đăng ký được ngay" in answer.text) == (409, True)
    assert not MandateAct.objects.exists()
