"""The pages of requests for a place: ask, see the clock, take back; the list with ages, and a decision."""

from datetime import timedelta

import pytest
from django.urls import reverse

from courses.actions import approval_upkeep
from courses.models import Enrollment, PlaceRequest
from tests.factories.catalog import a_published_run
from tests.factories.people import NOW, a_curator, a_learner
from tests.factories.terms import asked_place, asks_for

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def a_run():
    return asks_for(a_published_run(starts_at=NOW + timedelta(days=40)), approval_days=3)


def at_the_desk(name, run, **more):
    return reverse(name, kwargs={"organization_id": run.version.course.provider.public_id, "run_id": run.pk, **more})


def test_asking_on_the_class_page(learner_client):
    run, learner = a_run(), a_learner(language="en")
    client = learner_client(learner)

    page = client.get(f"/en/runs/{run.pk}/enroll/")
    answers = [client.post(f"/en/runs/{run.pk}/ask/") for _ in range(2)]  # a double click
    mine = client.get(answers[0].url)

    assert "answers within 3 days" in page.text
    assert ">Enrol</button>" not in page.text
    assert len({answer.url for answer in answers}) == 1
    assert PlaceRequest.objects.count() == 1
    assert "You have an answer by" in mine.text
    assert "You have an answer by" in client.get(f"/en/runs/{run.pk}/enroll/").text
    assert answers[0].url in client.get("/en/me/").text


def test_the_page_says_with_whom_an_overdue_request_is(learner_client, time_machine):
    request = asked_place(a_run(), a_learner(language="en"))
    client = learner_client(request.learner)
    said = []
    for days in (1, 4, 6):
        time_machine.move_to(NOW + timedelta(days=days), tick=False)
        approval_upkeep.look_after(now=NOW + timedelta(days=days))
        said.append(client.get(f"/en/me/requests/{request.public_id}/").text)

    assert "You have an answer by" in said[0]
    assert "with the managers" in said[1]
    assert "with the curators" in said[2]


def test_taking_it_back(learner_client):
    request = asked_place(a_run())
    client = learner_client(request.learner)

    for _ in range(2):
        client.post(f"/me/requests/{request.public_id}/")

    request.refresh_from_db()
    assert request.outcome == "WITHDRAWN"
    assert learner_client(a_learner()).get(f"/me/requests/{request.public_id}/").status_code == 404


def test_the_list_says_how_long_each_has_waited(learner_client, time_machine):
    run = a_run()
    old = asked_place(run, a_learner(full_name="Cao Văn Tư"))
    time_machine.move_to(NOW + timedelta(days=4), tick=False)
    asked_place(run, a_learner(full_name="Đỗ Thị Năm"), now=NOW + timedelta(days=4))
    client = learner_client(run.version.course.provider.registered_by)

    page = client.get(at_the_desk("courses:run_requests", run))

    assert page.text.index("Cao Văn Tư") < page.text.index("Đỗ Thị Năm")
    assert "chờ 4 ngày" in page.text
    assert "quá hạn từ" in page.text
    assert "2 người xin chỗ" in client.get(at_the_desk("courses:run", run)).text
    desk = client.get(reverse("courses:workspace", args=[run.version.course.provider.public_id]))
    assert at_the_desk("courses:run_requests", run) in desk.text
    assert old.learner.full_name not in desk.text


@pytest.mark.parametrize(
    ("typed", "outcome"), [({"approve": "1"}, "APPROVED"), ({"refuse": "1", "reason": "Ở xa"}, "REFUSED")]
)
def test_deciding(learner_client, typed, outcome):
    request = asked_place(a_run())
    client = learner_client(request.run.version.course.provider.registered_by)
    address = at_the_desk("courses:run_request", request.run, public_id=request.public_id)

    assert client.get(address).text.count('name="approve"') == 1
    unsaid = client.post(address, {"refuse": "1", "reason": " "})
    answers = [client.post(address, typed) for _ in range(2)]

    request.refresh_from_db()
    assert (unsaid.status_code, request.outcome) == (409, outcome)
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Enrollment.objects.count() == (outcome == "APPROVED")
    assert 'name="approve"' not in client.get(address).text


def test_the_curators_see_what_nobody_answered_and_give_the_place(learner_client, time_machine):
    request, in_time = asked_place(a_run()), asked_place(a_run(), now=NOW)
    time_machine.move_to(NOW + timedelta(days=6), tick=False)
    PlaceRequest.objects.filter(pk=in_time.pk).update(outcome="WITHDRAWN", decided_at=NOW)
    approval_upkeep.look_after(now=NOW + timedelta(days=6))
    client = learner_client(a_curator())
    address = reverse("admin:courses_placerequest_changelist")

    listed = client.get(address)
    client.post(address, {"action": "approve", "_selected_action": [request.pk]})

    request.refresh_from_db()
    assert listed.context["cl"].result_count == 1
    assert request.outcome == "APPROVED"
    assert Enrollment.objects.get().learner == request.learner


def test_the_list_costs_the_same_with_one_or_ten(learner_client, django_assert_num_queries):
    client = learner_client(a_run().version.course.provider.registered_by)
    for count in (1, 10):
        run = a_run()
        for _ in range(count):
            asked_place(run)
        client = learner_client(run.version.course.provider.registered_by)
        client.get(at_the_desk("courses:run_requests", run))
        with django_assert_num_queries(9):  # three look whether it is written already who was seen
            client.get(at_the_desk("courses:run_requests", run))
