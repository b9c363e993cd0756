"""The roster on the phone: without script a form, with it marks that wait; and a real browser without network."""

import json
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from courses.models import AttendanceRecord, WalkIn
from tests.browser import open_window
from tests.factories.catalog import a_published_run
from tests.factories.enrollment import enrolled
from tests.factories.people import a_learner

pytestmark = pytest.mark.django_db


@pytest.fixture
def instructor():
    return a_learner(full_name="Trần Thị Ngọc Lan")


@pytest.fixture
def session(instructor, time_machine):
    session = a_published_run(instructor=instructor, seats=None).class_sessions.get(position=1)
    time_machine.move_to(session.starts_at, tick=False)
    return session


def page_of(session):
    provider = session.run.version.course.provider
    return f"/en/organizations/{provider.public_id}/runs/{session.run_id}/sessions/{session.position}/phone/"


def a_mark(place, session, **more):
    said = {"id": str(uuid.uuid4()), "person": place.pk, "status": "PRESENT", "seq": 1}
    return said | {"at": session.starts_at.isoformat()} | more


def sent(client, session, marks=(), names=(), **more):
    body = {"marks": list(marks), "names": list(names)} | more
    return client.post(page_of(session), json.dumps(body), content_type="application/json")


def test_without_script_it_is_a_form(session, instructor, learner_client):
    place = enrolled(run=session.run)

    answer = learner_client(instructor).post(
        page_of(session), {f"status-{place.pk}": "LATE", "name": "Lý Văn Tư", "phone": ""}
    )

    assert answer.url == page_of(session)
    assert AttendanceRecord.objects.get().status == "LATE"
    assert WalkIn.objects.get().full_name == "Lý Văn Tư"


def test_a_batch_is_answered_mark_by_mark(session, instructor, learner_client):
    place = enrolled(run=session.run)
    good, bad = a_mark(place, session), a_mark(place, session, person=10**12)
    door = {"id": str(uuid.uuid4()), "name": "Lý Văn Tư", "phone": "", "at": session.starts_at.isoformat()}

    answer = sent(learner_client(instructor), session, [good, bad], [door]).json()

    assert answer["taken"] == [good["id"], door["id"]]
    assert list(answer["refused"]) == [bad["id"]]
    assert AttendanceRecord.objects.get().method == "OFFLINE"


def test_who_is_not_signed_in_any_more_is_told_so_and_nothing_is_taken(session):
    place = enrolled(run=session.run)

    answer = sent(Client(), session, [a_mark(place, session)])

    assert answer.status_code == 401
    assert not AttendanceRecord.objects.exists()


def test_a_batch_needs_the_token_of_the_page(session, instructor):
    client = Client(enforce_csrf_checks=True)
    client.force_login(instructor)

    assert sent(client, session, [a_mark(enrolled(run=session.run), session)]).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        "x",
        "[]",
        "{}",
        '{"marks": 1, "names": []}',
        '{"marks": [{}], "names": []}',
        '{"marks": [1], "names": []}',
        '{"marks": [{"id": "x", "person": 1, "status": "PRESENT", "at": "2026-11-24", "seq": 1}], "names": []}',
        '{"marks": [], "names": [{"id": 5, "name": "A", "at": "2026"}]}',
    ],
)
def test_nonsense_is_refused_whole(session, instructor, learner_client, body):
    answer = learner_client(instructor).post(page_of(session), body, content_type="application/json")

    assert answer.status_code == 400
    assert not AttendanceRecord.objects.exists()


@pytest.mark.parametrize("field", [{"status": "HERE"}, {"seq": -1}, {"person": 2**70}, {"at": "2026-11-24T01:00:00"}])
def test_a_field_that_cannot_be_is_refused(session, instructor, learner_client, field):
    place = enrolled(run=session.run)

    assert sent(learner_client(instructor), session, [a_mark(place, session, **field)]).status_code == 400


def test_too_many_marks_are_no_batch(session, instructor, learner_client):
    place = enrolled(run=session.run)

    assert sent(learner_client(instructor), session, [a_mark(place, session)] * 2001).status_code == 400


def test_a_stranger_finds_nothing(session, learner_client):
    client = learner_client(a_learner())

    assert client.get(page_of(session)).status_code == 404
    assert sent(client, session).status_code == 404


def test_a_shared_computer_is_told_to_keep_nothing(session, instructor, learner_client):
    client = learner_client(instructor)
    assert 'data-shared=""' in client.get(page_of(session)).text

    kept = client.session
    kept["is_shared"] = True
    kept.save()

    assert 'data-shared="1"' in client.get(page_of(session)).text


def test_after_a_week_it_leads_to_the_sheet(session, instructor, learner_client, time_machine):
    time_machine.move_to(session.ends_at + timedelta(days=7), tick=False)

    assert learner_client(instructor).get(page_of(session)).url.endswith("/sessions/1/")


def test_the_page_costs_the_same_for_one_or_thirty(session, instructor, learner_client, django_assert_num_queries):
    client = learner_client(instructor)
    client.get(page_of(session))  # the first page of a session writes down that somebody is there
    for more in (1, 29):
        for _ in range(more):
            enrolled(run=session.run)
        with django_assert_num_queries(12):  # four write down who was seen
            client.get(page_of(session))


def test_the_worker_is_a_script_from_the_root(client):
    answer = client.get("/roster-worker.js")

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/javascript")


# A real browser


@pytest.fixture(scope="module")
def in_class(site):
    teacher = a_learner(full_name="Trần Thị Ngọc Lan")
    run = a_published_run(instructor=teacher, seats=None, starts_at=timezone.now() - timedelta(minutes=20))
    for number in range(22):
        enrolled(a_learner(full_name=f"Người học {number:02}"), run)
    return teacher, run.class_sessions.get(position=1)


@pytest.fixture(scope="module")
def phone(chromium, site, in_class):
    opened = open_window(chromium, site, width=360, learner=in_class[0])
    yield opened
    opened.context.close()


def test_twenty_marks_and_two_walk_ins_without_network(phone, in_class):
    _teacher, session = in_class
    page = phone.open(page_of(session))
    expect(page.locator("[data-roster][data-is-kept='1']")).to_be_attached()

    phone.context.set_offline(True)
    boxes = page.locator("input[value=PRESENT]")
    for number in range(20):
        boxes.nth(number).check()
    for name in ("Lý Văn Tư", "Cao Thị Năm"):
        page.fill("[name=name]", name)
        page.click("[data-add]")
    page.reload()  # the page itself is there without network, and what waits on it
    assert page.locator("input[value=PRESENT]:checked").count() == 20
    assert "22" in page.locator("[data-status]").inner_text()
    assert AttendanceRecord.objects.count() == 0

    phone.context.set_offline(False)
    expect(page.locator("[data-status]")).to_have_text("Everything is sent.", timeout=30_000)

    assert AttendanceRecord.objects.filter(superseded_at=None, status="PRESENT", method="OFFLINE").count() == 20
    assert WalkIn.objects.count() == 2
    kept = page.evaluate("Object.keys(localStorage).map(key => JSON.parse(localStorage[key]).marks.length)")
    assert kept == [0]
