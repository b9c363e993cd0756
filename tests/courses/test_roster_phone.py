"""The roster on the phone: without script a form, with it marks that wait; and a real browser without network."""

import json
import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client

from courses.actions import session as session_changes
from courses.models import AttendanceRecord, WalkIn
from courses.queries import attendance as queries
from tests.factories.catalog import a_published_run
from tests.factories.enrollment import attended, enrolled
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
    by = int(client.session.get("_auth_user_id", 0))
    body = {"by": by, "marks": list(marks), "names": list(names)} | more
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
    assert AttendanceRecord.objects.get().method == "ROSTER"


def test_what_counts_instead_is_told_with_who_said_it(session, instructor, learner_client):
    place, manager = enrolled(run=session.run), session.run.version.course.provider.registered_by
    client, later = learner_client(instructor), session.starts_at + timedelta(minutes=5)
    attended(place, session, by=manager, status="LATE", now=later)

    blind = sent(client, session, [mark := a_mark(place, session, status="ABSENT")]).json()

    assert blind["taken"] == [mark["id"]]
    assert blind["uncounted"] == {mark["id"]: f"{manager.full_name} recorded later: Late"}
    assert blind["counts"] == {str(place.pk): {"status": "LATE", "said": later.isoformat()}}
    seen = re.search(r'data-said="([^"]+)"', client.get(page_of(session)).text)[1]
    answered = sent(client, session, [a_mark(place, session, status="ABSENT", answers=seen)]).json()
    assert (seen, answered["uncounted"]) == (later.isoformat(), {})
    assert AttendanceRecord.objects.get(superseded_at=None).status == "ABSENT"


def test_what_the_clock_said_is_kept_beside_the_time_set_right(session, instructor, learner_client):
    place, clock = enrolled(run=session.run), session.starts_at - timedelta(minutes=7)

    sent(learner_client(instructor), session, [a_mark(place, session, clock=clock.isoformat())])

    record = AttendanceRecord.objects.get()
    assert (record.marked_at, record.device_at) == (session.starts_at, clock)


def test_half_an_emoji_is_no_letter_of_a_name_and_holds_nothing_up(session, instructor, learner_client):
    door = {"id": str(uuid.uuid4()), "name": "An \ud83d", "phone": "\udc00", "at": session.starts_at.isoformat()}

    answer = sent(learner_client(instructor), session, [], [door]).json()

    assert answer["taken"] == [door["id"]]
    assert WalkIn.objects.get().full_name == "An"


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
        "[" * 100_000,
        "[]",
        "{}",
        '{"marks": 1, "names": []}',
        '{"marks": [1], "names": []}',
        json.dumps({"marks": [{}] * 60, "names": [{}] * 41}),
        json.dumps({"marks": [], "names": [], "more": "x" * 128 * 1024}),
    ],
    ids=["no JSON", "deep", "a list", "empty", "no list", "no entry", "too many", "too large"],
)
def test_what_no_phone_of_ours_sends_is_refused_whole(session, instructor, learner_client, body):
    answer = learner_client(instructor).post(page_of(session), body, content_type="application/json")

    assert answer.status_code == 400
    assert not AttendanceRecord.objects.exists()


@pytest.mark.parametrize(
    "field",
    [
        *({"status": "HERE"}, {"seq": -1}, {"person": 2**70}, {"at": "2026-11-24T01:00:00"}, {"person": 1e999}),
        *({"at": 5}, {"answers": "x"}, {"answers": 5}, {"clock": "9999-01-01T00:00:00+00:00"}),
    ],
)
def test_an_entry_that_cannot_be_is_refused_alone(session, instructor, learner_client, field):
    place = enrolled(run=session.run)
    bad, good = a_mark(place, session, **field), a_mark(place, session)

    answer = sent(learner_client(instructor), session, [bad, good, {"id": 7}], [{"id": "x", "name": "A", "at": "2026"}])

    assert answer.json() == {
        "taken": [good["id"]],
        "refused": dict.fromkeys([bad["id"], "7", "x"], "This cannot be read."),
        "uncounted": {},
        "counts": {},
    }


def test_marks_of_one_person_are_not_sent_as_another_s(session, instructor, learner_client):
    place, manager = enrolled(run=session.run), session.run.version.course.provider.registered_by

    answer = sent(learner_client(manager), session, [a_mark(place, session)], by=instructor.pk)

    assert (answer.status_code, answer.json()["by"]) == (409, "another")
    assert not AttendanceRecord.objects.exists()


def test_marks_of_a_cancelled_class_are_kept_uncounted_and_shown_to_the_manager(session, instructor, learner_client):
    place, manager = enrolled(run=session.run), session.run.version.course.provider.registered_by
    session_changes.cancel(session=session, actor=manager, reason="Bão", now=session.starts_at)
    client, mark = learner_client(instructor), a_mark(place, session)
    door = {"id": str(uuid.uuid4()), "name": "Lý Văn Tư", "phone": "", "at": session.starts_at.isoformat()}

    answers = [sent(client, session, [mark], [door]).json()["uncounted"] for _twice in range(2)]

    assert answers == [dict.fromkeys([mark["id"], door["id"]], "The class was cancelled")] * 2
    assert not AttendanceRecord.objects.exists()
    assert "This class was cancelled" in client.get(page_of(session)).text
    provider = f"/en/organizations/{session.run.version.course.provider.public_id}/"
    desk = learner_client(manager).get(f"{provider}attendance/").text
    assert place.learner.full_name in desk
    assert "Lý Văn Tư" in desk
    assert "2 marks from phones are not counted" in learner_client(manager).get(provider).text


def test_before_the_class_opens_the_page_holds_the_names_and_opens_nothing(
    session, instructor, learner_client, time_machine
):
    place = enrolled(run=session.run)
    time_machine.move_to(session.starts_at - timedelta(hours=13), tick=False)

    page = learner_client(instructor).get(page_of(session)).text

    assert place.learner.full_name in page
    assert re.search(r"<fieldset[^>]*data-marking disabled", page)
    assert f'data-opens="{(session.starts_at - timedelta(minutes=30)).isoformat()}"' in page


def test_signing_out_leaves_what_a_phone_has_not_sent(session, instructor, learner_client):
    client = learner_client(instructor)
    client.get(page_of(session))

    kept = client.post("/en/account/sign-out/")

    assert kept["Clear-Site-Data"] == '"cache"'


def test_signing_out_forgets_everything_where_nothing_waits(session, instructor, learner_client):
    client = learner_client(instructor)
    client.get(page_of(session))

    gone = client.post("/en/account/sign-out/", {"phone": "empty"})

    assert gone["Clear-Site-Data"] == '"cache", "storage"'
    assert gone.cookies["roster"].value == ""


def test_the_page_has_the_codes_of_the_sheet(session, instructor, learner_client):
    place = enrolled(run=session.run)
    (code,) = queries.line_codes(session)

    page = learner_client(instructor).get(page_of(session)).text

    assert re.search(rf'<fieldset class="mark" data-code="{code}"[^>]*><legend[^>]*>{place.learner.full_name}<', page)


def test_a_form_that_is_stale_is_told_of_what_has_changed(session, instructor, learner_client):
    place, other = enrolled(run=session.run), session.run.version.course.provider.registered_by
    attended(place, session, by=instructor, status="ABSENT", now=session.starts_at)
    client = learner_client(instructor)
    seen = re.search(r'name="seen" value="([^"]*)"', client.get(page_of(session)).text)[1]
    attended(place, session, by=other, status="LATE", now=session.starts_at)

    answer = client.post(page_of(session), {f"status-{place.pk}": "ABSENT", "seen": seen, "name": ""})

    assert (answer.status_code, "Changed by somebody else" in answer.text) == (409, True)
    assert AttendanceRecord.objects.get(superseded_at=None).status == "LATE"


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


def test_after_a_week_it_leads_to_the_sheet_and_takes_what_a_phone_still_holds(
    session, instructor, learner_client, time_machine
):
    place = enrolled(run=session.run)
    time_machine.move_to(session.ends_at + timedelta(days=7), tick=False)
    client = learner_client(instructor)

    assert 'sessions/1/">Attendance</a>' in client.get(page_of(session)).text
    answer = sent(client, session, [mark := a_mark(place, session)]).json()

    assert answer["uncounted"] == {mark["id"]: "More than a week after the class"}
    assert not AttendanceRecord.objects.exists()


def test_the_page_costs_the_same_for_one_or_thirty(session, instructor, learner_client, django_assert_num_queries):
    client = learner_client(instructor)
    client.get(page_of(session))  # the first page of a session writes down that somebody is there
    for more in (1, 29):
        for _ in range(more):
            enrolled(run=session.run)
        with django_assert_num_queries(13):  # four write down who was seen
            client.get(page_of(session))


def test_the_worker_is_a_script_from_the_root(client):
    answer = client.get("/roster-worker.js")

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/javascript")
