"""The code of a room: for who is there, themself, once, for about a minute."""

from datetime import timedelta

import pytest
import segno
from django.test import Client

from courses.actions import attendance_room as actions
from courses.choices import AttendanceStatus
from courses.models import AttendanceRecord
from courses.queries import attendance
from courses.queries import room as queries
from learners.models import Session
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.counter import a_card, a_registration, the_manager
from tests.factories.enrollment import attended, enrolled
from tests.factories.people import a_learner, an_organization
from tests.learners.sign_in import ask_for_code, code_sent_to, type_code

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def instructor():
    return a_learner(full_name="Trần Thị Ngọc Lan")


@pytest.fixture
def session(instructor):
    return a_published_run(instructor=instructor).class_sessions.get(position=1)


@pytest.fixture
def place(session):
    return enrolled(run=session.run)


def check_in(place, typed, now):
    return actions.check_in(learner=place.learner, typed=typed, now=now)


def test_who_types_the_code_is_recorded_as_present(session, place):
    code = queries.code(session, now=session.starts_at)

    record = check_in(place, f" {code[:3].lower()} {code[3:]} ", session.starts_at)

    assert (record.enrollment, record.class_session, record.status) == (place, session, "PRESENT")
    assert (record.method, record.recorded_by) == ("ROOM", place.learner)


def test_twice_is_once_and_what_is_on_record_stays(session, place, instructor):
    attended(place, session, by=instructor, status=AttendanceStatus.ABSENT, now=session.starts_at)

    record = check_in(place, queries.code(session, now=session.starts_at), session.starts_at)

    assert record.status == "ABSENT"
    assert AttendanceRecord.objects.count() == 1


@pytest.mark.parametrize(("seconds", "taken"), [(0, True), (29, True), (59, True), (60, False), (3600, False)])
def test_a_code_is_taken_for_a_minute(session, place, seconds, taken):
    code = queries.code(session, now=session.starts_at)  # a step begins with the hour

    if taken:
        assert check_in(place, code, session.starts_at + seconds * SECOND)
    else:
        with pytest.raises(actions.WrongCode):
            check_in(place, code, session.starts_at + seconds * SECOND)


def test_each_step_and_each_session_has_another_code(session):
    other = session.run.class_sessions.get(position=2)
    codes = [queries.code(session, now=session.starts_at + step * 30 * SECOND) for step in range(200)]

    assert len(set(codes)) == 200
    assert queries.code(other, now=session.starts_at) != codes[0]
    assert all(len(code) == 6 for code in codes)


def test_the_code_of_another_class_is_no_code(place):
    other = a_published_run().class_sessions.get(position=1)

    with pytest.raises(actions.WrongCode):
        check_in(place, queries.code(other, now=other.starts_at), other.starts_at)

    assert not AttendanceRecord.objects.exists()


def test_who_keeps_the_roster_does_not_record_themself(session):
    own = enrolled(the_manager(session.run.version.course.provider), session.run)
    code = queries.code(session, now=session.starts_at)

    with pytest.raises(actions.WrongCode, match="tự điểm danh"):
        check_in(own, code, session.starts_at)

    assert not AttendanceRecord.objects.exists()


def test_who_is_not_enrolled_is_not_recorded(session):
    with pytest.raises(actions.WrongCode):
        actions.check_in(learner=a_learner(), typed=queries.code(session, now=session.starts_at), now=session.starts_at)

    assert not AttendanceRecord.objects.exists()


@pytest.mark.parametrize("when", ["too early", "over", "cancelled"])
def test_a_code_opens_only_while_the_class_is_open(session, place, when):
    now = {
        "too early": session.starts_at - timedelta(minutes=31),
        "over": session.ends_at,
        "cancelled": session.starts_at,
    }[when]
    if when == "cancelled":
        session.cancelled_at = now
        session.save()

    with pytest.raises(actions.WrongCode):
        check_in(place, queries.code(session, now=now), now)


def test_the_last_class_by_the_code_completes_the_course():
    provider = an_organization()
    version = a_published_version(provider=provider, attendance_percent_min=100)
    session = a_published_run(version=version, sessions=1).class_sessions.get()
    place = enrolled(run=session.run)

    check_in(place, queries.code(session, now=session.starts_at), session.starts_at)

    place.refresh_from_db()
    assert place.state == "COMPLETED"


# The pages


def screen(session):
    provider = session.run.version.course.provider
    return f"/en/organizations/{provider.public_id}/runs/{session.run_id}/sessions/1/room/"


def test_the_screen_shows_the_code_and_the_learner_types_it(session, place, instructor, learner_client, time_machine):
    time_machine.move_to(session.starts_at, tick=False)
    code = queries.code(session, now=session.starts_at)
    shown = learner_client(instructor).get(screen(session))
    assert code in shown.text
    assert "<svg" in shown.text
    assert "no-store" in shown["Cache-Control"]

    client = learner_client(place.learner)
    assert f'value="{code}"' in client.get(f"/en/room/{code}/").text
    assert not AttendanceRecord.objects.exists()  # opening the address records nothing
    answer = client.post("/en/room/", {"code": code})

    assert answer.url == f"/en/enrollments/{place.public_id}/attendance/"
    assert AttendanceRecord.objects.get().enrollment == place


def test_the_learner_shows_their_line_and_the_roster_has_it(session, place, instructor, learner_client, time_machine):
    time_machine.move_to(session.starts_at, tick=False)

    page = learner_client(place.learner).get("/en/room/").text

    (code,) = attendance.line_codes(session)
    assert "Or let the instructor scan this" in page
    assert f'<p class="room__code">{code}</p>' in page
    path = f"/en/organizations/{session.run.version.course.provider.public_id}/runs/{session.run_id}/sessions/1/phone/"
    drawn = segno.make(f"http://localhost{path}#{code}", error="m", micro=False)
    assert drawn.svg_inline(border=2, light="white", omitsize=True) in page
    assert f'data-code="{code}"' in learner_client(instructor).get(path).text
    assert learner_client(place.learner).get(path).status_code == 404
    time_machine.move_to(session.ends_at, tick=False)
    assert "Or let the instructor scan this" not in learner_client(place.learner).get("/en/room/").text


def test_before_and_after_the_class_the_screen_shows_none(session, instructor, learner_client, time_machine):
    time_machine.move_to(session.ends_at, tick=False)

    page = learner_client(instructor).get(screen(session)).text

    assert "data-room" not in page
    assert queries.code(session, now=session.ends_at) not in page


def test_guesses_are_bounded(session, place, learner_client, time_machine):
    time_machine.move_to(session.starts_at, tick=False)
    client = learner_client(place.learner)

    answers = [client.post("/en/room/", {"code": f"AAAA{n:02}"}).status_code for n in range(12)]
    right = client.post("/en/room/", {"code": queries.code(session, now=session.starts_at)})

    assert answers == [409] * 10 + [429] * 2
    assert right.status_code == 429
    assert not AttendanceRecord.objects.exists()


def test_a_stranger_sees_no_screen(session, learner_client):
    assert learner_client(a_learner()).get(screen(session)).status_code == 404


def test_who_is_not_signed_in_comes_back_with_the_code(client):
    answer = client.get("/en/room/K7PQ2R/")

    assert answer.status_code == 302
    assert "K7PQ2R" in answer.url


# Scanned before signing in


@pytest.fixture
def by_code(place):
    """Return a signed-out browser, and what signs the learner in there by a code to their address."""
    browser = Client()

    def sign_in():
        ask_for_code(browser, place.learner.email)
        type_code(browser, code_sent_to(place.learner.email))

    return browser, sign_in


@pytest.mark.parametrize(("minutes", "taken"), [(9, True), (11, False)], ids=["in time", "too late"])
def test_what_was_scanned_signed_out_counts_once_one_has_signed_in(
    session, place, by_code, time_machine, minutes, taken
):
    browser, sign_in = by_code
    scanned_at = session.starts_at + timedelta(minutes=2)
    time_machine.move_to(scanned_at, tick=False)
    code = queries.code(session, now=scanned_at)
    browser.get(f"/en/room/{code}/")

    time_machine.move_to(scanned_at + timedelta(minutes=minutes), tick=False)
    sign_in()
    shown = browser.get(f"/en/room/{code}/").text
    answer = browser.post("/en/room/", {"code": code})

    assert f'value="{code}"' in shown
    assert (answer.status_code == 302) is taken
    assert [each.marked_at for each in AttendanceRecord.objects.all()] == ([scanned_at] if taken else [])


def test_a_scan_is_of_its_browser_and_its_code(session, place, by_code, time_machine):
    browser, sign_in = by_code
    time_machine.move_to(session.starts_at, tick=False)
    code = queries.code(session, now=session.starts_at)
    Client().get(f"/en/room/{code}/")  # somebody who is in the room sends the code on
    browser.get("/en/room/AAAAAA/")

    time_machine.move_to(session.starts_at + timedelta(minutes=3), tick=False)
    sign_in()

    assert browser.post("/en/room/", {"code": code}).status_code == 409
    assert browser.post("/en/room/", {"code": "AAAAAA"}).status_code == 409
    assert not AttendanceRecord.objects.exists()


def test_a_scan_counts_once_and_ends_with_signing_out(session, place, by_code, time_machine):
    browser, sign_in = by_code
    time_machine.move_to(session.starts_at, tick=False)
    code = queries.code(session, now=session.starts_at)
    browser.get(f"/en/room/{code}/")
    sign_in()
    browser.post("/en/account/sign-out/")

    time_machine.move_to(session.starts_at + timedelta(minutes=3), tick=False)
    sign_in()

    assert browser.post("/en/room/", {"code": code}).status_code == 409


def test_who_guesses_codes_signed_out_leaves_no_row_behind(client):
    for code in ("AAAAAA", "K7PQ2R"):
        assert client.get(f"/en/room/{code}/").status_code == 302

    assert Session.objects.count() == 0


def test_a_scan_that_somebody_has_written_themself_is_none(session, place, by_code, time_machine):
    browser, sign_in = by_code
    time_machine.move_to(session.starts_at, tick=False)
    code = queries.code(session, now=session.starts_at)
    browser.cookies["room_scan"] = f"{code} {session.starts_at.timestamp()}:forged:forged"

    time_machine.move_to(session.starts_at + timedelta(minutes=3), tick=False)
    sign_in()

    assert browser.post("/en/room/", {"code": code}).status_code == 409


def test_it_goes_through_a_card_too(session, time_machine):
    registered = a_registration(organization=session.run.version.course.provider, now=session.starts_at)
    printed = a_card(registered, now=session.starts_at)
    enrolled(registered.learner, session.run)
    time_machine.move_to(session.starts_at, tick=False)
    browser, code = Client(), queries.code(session, now=session.starts_at)
    browser.get(f"/en/room/{code}/")

    time_machine.move_to(session.starts_at + timedelta(minutes=3), tick=False)
    browser.post(f"/en/card/{printed.secret}/")
    answer = browser.post("/en/room/", {"code": code})

    assert answer.status_code == 302
    assert AttendanceRecord.objects.get().recorded_by == registered.learner
