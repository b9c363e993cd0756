"""The pages of waiting lists: join, look, leave, answer; signed in, and by the links of a letter."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from courses.actions import enrollment, waiting
from courses.models import Enrollment, SeatOffer, WaitingRequest
from courses.queries import offer_link
from learners.choices import Role
from learners.models import Message
from tests.factories.catalog import a_published_version
from tests.factories.counter import a_registration
from tests.factories.people import NOW, a_learner, a_membership, an_organization
from tests.factories.waiting import a_full_run, ends_of, offer_to, someone_of, waits_for

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def an_offer(run=None):
    """Return the open offer of somebody who waited first."""
    run = run or a_full_run()
    request = waits_for(run)
    enrollment.withdraw(enrollment=someone_of(run), now=NOW)
    return offer_to(request)


def links_of(offer):
    return [
        reverse(f"courses:offer_{act}", args=[offer_link.token(offer, act)])
        for act in (offer_link.ACCEPT, offer_link.DECLINE)
    ]


def test_a_full_class_lets_one_wait(learner_client):
    run = a_full_run()
    waits_for(run)
    learner = a_learner(language="en")
    client = learner_client(learner)

    page = client.get(f"/en/runs/{run.pk}/enroll/")
    answers = [client.post(f"/en/runs/{run.pk}/waiting/") for _ in range(2)]  # a double click
    mine = client.get("/en/me/waiting/")

    assert "1 person waits for this class." in page.text
    assert {answer.url for answer in answers} == {"/en/me/waiting/"}
    assert WaitingRequest.objects.filter(learner=learner).count() == 1
    assert "Number 2 of 2 in line" in mine.text
    assert "You are number 2 of 2 in line" in client.get(f"/en/runs/{run.pk}/enroll/").text


def test_several_classes_are_chosen_on_one_page(learner_client):
    version = a_published_version()
    tuesday, thursday, other = a_full_run(version=version), a_full_run(version=version), a_full_run()
    learner = a_learner()

    learner_client(learner).post(f"/runs/{tuesday.pk}/waiting/", {"also": [thursday.pk, other.pk, "x", "9" * 30]})

    request = WaitingRequest.objects.get(learner=learner)
    assert sorted(request.choices.values_list("run", flat=True)) == sorted([tuesday.pk, thursday.pk])


def test_a_seat_that_has_come_free_meanwhile_is_said(learner_client):
    run = a_full_run()
    enrollment.withdraw(enrollment=someone_of(run), now=NOW)

    answer = learner_client(a_learner(language="en")).post(f"/en/runs/{run.pk}/waiting/", follow=True)

    assert "There is a free seat in this class" in answer.text
    assert ">Enrol</button>" in answer.text


def test_leaving_one_list(learner_client):
    version = a_published_version()
    tuesday, thursday = a_full_run(version=version), a_full_run(version=version)
    request = waits_for(tuesday, thursday)
    client = learner_client(request.learner)

    client.post(f"/me/waiting/{request.public_id}/leave/", {"run": tuesday.pk})
    assert ends_of(request) == ["LEFT", ""]
    assert client.post(f"/me/waiting/{request.public_id}/leave/", {"run": "no"}).status_code == 404
    client.post(f"/me/waiting/{request.public_id}/leave/")

    assert ends_of(request) == ["LEFT", "LEFT"]


def test_leaving_is_asked_about_and_says_what_is_lost(learner_client):
    version = a_published_version()
    tuesday, thursday = a_full_run(version=version), a_full_run(version=version)
    waits_for(tuesday)
    request = waits_for(tuesday, thursday, learner=a_learner(language="en"))
    client = learner_client(request.learner)
    door = f"/en/me/waiting/{request.public_id}/leave/"
    assert f'href="{door}?run={tuesday.pk}"' in client.get("/en/me/waiting/").text

    page, both = client.get(door, {"run": tuesday.pk}), client.get(door)

    assert "number 2 of 2 in line" in page.text
    assert "number 1 of 1" not in page.text
    assert "number 1 of 1 in line" in both.text
    assert "Your turn is gone for good" in page.text
    assert ends_of(request) == ["", ""]
    assert client.get(door, {"run": "no"}).status_code == 404
    client.post(door, {"run": tuesday.pk})
    assert client.get(door, {"run": tuesday.pk}).url == "/en/me/waiting/"  # nothing is left to ask about


def test_passing_a_seat_on_is_asked_about_and_says_what_is_lost(learner_client):
    offer = an_offer()
    client = learner_client(offer.request.learner)
    door = f"/en/me/offers/{offer.public_id}/"
    by_link = f"/en/offers/accept/{offer_link.token(offer, offer_link.ACCEPT)}/"

    pages = client.get(door), client.get(by_link)
    asked = [client.get(re.search(r'href="([^"]*decline[^"]*)"', page.text)[1]) for page in pages]

    offer.refresh_from_db()
    assert [page.text.count("<form class") for page in pages] == [1, 1]
    assert all("Your turn is gone then" in page.text for page in asked)
    assert [f'href="{door}"' in page.text for page in asked] == [True, False]
    assert offer.outcome == ""


@pytest.mark.parametrize(("typed", "outcome"), [({}, "ACCEPTED"), ({"decline": "1"}, "DECLINED")])
def test_answering_on_ones_own_page(learner_client, typed, outcome):
    offer = an_offer()
    client = learner_client(offer.request.learner)
    page = client.get(f"/me/offers/{offer.public_id}/")

    answers = [client.post(f"/me/offers/{offer.public_id}/", typed) for _ in range(2)]

    offer.refresh_from_db()
    assert (page.status_code, page.text.count("<form class")) == (200, 1)
    assert offer.outcome == outcome
    assert answers[0].url == answers[1].url
    assert Enrollment.objects.filter(learner=offer.request.learner).count() == (outcome == "ACCEPTED")
    assert client.get(f"/me/offers/{offer.public_id}/").status_code == 200


def test_the_dashboard_says_what_waits_for_an_answer(learner_client):
    offer = an_offer()

    page = learner_client(offer.request.learner).get("/me/")

    assert f"/me/offers/{offer.public_id}/" in page.text
    assert "/me/waiting/" in page.text


# Without signing in


def test_the_letter_opens_a_page_and_its_button_takes_the_seat(client):
    offer = an_offer()
    link = Message.objects.get(kind="SEAT_OFFERED").data["link"].removeprefix("http://localhost")

    page = client.get(link)  # as a mail scanner does
    offer.refresh_from_db()
    assert (page.status_code, offer.outcome) == (200, "")
    assert page.text.count("<form class") == 1

    answers = [client.post(link) for _ in range(2)]
    shown = client.get(link)

    offer.refresh_from_db()
    assert [answer.status_code for answer in answers] == [302, 302]
    assert offer.outcome == "ACCEPTED"
    assert Enrollment.objects.filter(learner=offer.request.learner).count() == 1
    assert "Bạn đã nhận chỗ này" in shown.text


def test_the_other_link_passes_it_on_and_nothing_else(client):
    offer = an_offer()
    _accept, decline = links_of(offer)

    page = client.get(decline)
    assert re.findall(r'action="(/offers/[^"]+)"', page.text) == [decline]
    client.post(decline)

    offer.refresh_from_db()
    assert offer.outcome == "DECLINED"
    assert "Cảm ơn bạn đã nhường chỗ" in client.get(decline).text


def forged(offer):
    token = offer_link.token(offer, "accept")
    return f"/offers/accept/{token[:-1]}{'A' if token[-1] != 'A' else 'B'}/"


def made_for_the_other_act(offer):
    return f"/offers/accept/{offer_link.token(offer, 'decline')}/"


def of_another_offer(offer):
    other = an_offer()
    signature = offer_link.token(offer, "accept").partition("~")[2]
    return f"/offers/accept/{other.public_id.hex}~{signature}/"


def without_signature(offer):
    return f"/offers/accept/{offer.public_id.hex}/"


def no_number(_offer):
    return f"/offers/accept/{offer_link._signer('accept').sign('x')}/"


@pytest.mark.parametrize(
    "spoil",
    [forged, made_for_the_other_act, of_another_offer, without_signature, no_number],
    ids=lambda value: value.__name__,
)
def test_a_link_that_is_not_ours_opens_nothing(client, spoil):
    offer = an_offer()
    link = spoil(offer)

    answers = client.get(link), client.post(link)

    assert [answer.status_code for answer in answers] == [404, 404]
    assert set(SeatOffer.objects.values_list("outcome", flat=True)) == {""}


def test_a_link_is_dead_when_the_time_is_over(client, time_machine):
    offer = an_offer()
    accept, decline = links_of(offer)
    time_machine.move_to(offer.expires_at, tick=False)

    answers = [client.get(accept), client.post(accept), client.post(decline)]

    assert [answer.status_code for answer in answers] == [200, 409, 409]
    assert all("đã quá hạn trả lời" in answer.text for answer in answers)
    assert not any("<form class" in answer.text for answer in answers)
    offer.refresh_from_db()
    assert offer.outcome == ""


def test_one_act_done_the_other_link_says_so(client):
    offer = an_offer()
    accept, decline = links_of(offer)
    client.post(decline)

    answer = client.post(accept)

    assert answer.status_code == 409
    assert "Bạn đã nhường chỗ này" in answer.text
    assert not Enrollment.objects.filter(learner=offer.request.learner).exists()


def test_a_class_that_takes_nobody_any_more_is_said_calmly(client):
    offer = an_offer()
    type(offer.run).objects.filter(pk=offer.run_id).update(cancelled_at=NOW)

    answer = client.post(links_of(offer)[0])

    assert answer.status_code == 409
    assert "Lớp này đã hủy" in answer.text


def test_links_do_not_leak(client):
    offer = an_offer()

    page = client.get(links_of(offer)[0])

    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in page.headers["Cache-Control"]
    assert offer.request.learner.full_name not in page.text


# Who may not


def test_a_list_is_its_learners_own(learner_client):
    run = a_full_run()
    request = waits_for(run)
    enrollment.withdraw(enrollment=someone_of(run), now=NOW)
    offer = offer_to(request)
    client = learner_client(a_learner())

    assert client.post(f"/me/waiting/{request.public_id}/leave/").status_code == 404
    assert client.get(f"/me/offers/{offer.public_id}/").status_code == 404
    assert client.post(f"/me/offers/{offer.public_id}/").status_code == 404
    assert ends_of(request) == [""]


# The centre


def roster(run):
    provider = run.version.course.provider
    return f"/en/organizations/{provider.public_id}/runs/{run.pk}/"


def test_the_roster_shows_who_waits_in_order(learner_client):
    run = a_full_run()
    for name in ("Thạch Thị Một", "Sơn Văn Hai"):
        waits_for(run, learner=a_learner(full_name=name))

    page = learner_client(run.version.course.provider.registered_by).get(roster(run))

    assert "2 people wait." in page.text
    assert page.text.index("Thạch Thị Một") < page.text.index("Sơn Văn Hai")


def test_a_manager_changes_the_number_of_places(learner_client):
    run = a_full_run()
    request = waits_for(run)
    client = learner_client(run.version.course.provider.registered_by)
    address = f"{roster(run)}seats/"

    assert client.get(address).status_code == 200
    assert client.post(address, {"seats_max": "ba"}).status_code == 200
    answer = client.post(address, {"seats_max": "2"})

    run.refresh_from_db()
    assert (run.seats_max, answer.url) == (2, roster(run))
    assert offer_to(request) is not None


def test_fewer_than_are_taken_is_said_at_the_field(learner_client):
    run = a_full_run(seats=2)

    answer = learner_client(run.version.course.provider.registered_by).post(f"{roster(run)}seats/", {"seats_max": "1"})

    assert answer.status_code == 409
    assert "2 places are taken" in answer.text
    run.refresh_from_db()
    assert run.seats_max == 2


def test_an_instructor_sees_the_list_and_changes_nothing(learner_client):
    instructor = a_learner()
    run = a_full_run(instructor=instructor)
    a_membership(organization=run.version.course.provider, learner=a_learner(), role=Role.VOLUNTEER)
    client = learner_client(instructor)

    assert "Change the number of places" not in client.get(roster(run)).text
    assert client.post(f"{roster(run)}seats/", {"seats_max": "9"}).status_code == 403


# What pages cost


def test_pages_cost_the_same_however_many_wait(learner_client, django_assert_num_queries):
    learner = a_learner()
    client = learner_client(learner)
    counted = []
    for number in range(1, 4):
        version = a_published_version()
        runs = [a_full_run(version=version) for _ in range(3)]
        waits_for(*runs[:2], learner=learner)
        for _ in range(number):
            waits_for(runs[0])
        counted.append(count_of(client, "/me/waiting/", django_assert_num_queries))
    assert counted[1] == counted[2]


def count_of(client, address, django_assert_num_queries):
    client.get(address)
    with django_assert_num_queries(30, exact=False) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_an_offer_lasts_beyond_this_page():
    """The clock of these tests stands still: an offer of now can be answered now."""
    offer = an_offer()

    assert waiting.why_over(offer, now=NOW + timedelta(hours=1)) == ""


def test_the_roster_says_whom_no_letter_reaches(learner_client):
    told, untold = a_full_run(), a_full_run()
    an_offer(told)
    waits_for(untold, learner=a_registration(organization=an_organization()).learner)  # has a card at most
    enrollment.withdraw(enrollment=someone_of(untold), now=NOW)
    pages = []
    for run in (told, untold):
        provider = run.version.course.provider
        client = learner_client(provider.registered_by)
        pages.append(client.get(f"/en/organizations/{provider.public_id}/runs/{run.pk}/").text)

    assert ["tell them yourself that a seat is kept" in page for page in pages] == [False, True]
