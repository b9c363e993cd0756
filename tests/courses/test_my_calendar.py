"""A learner's own calendar under a secret address: what is in it, and who can read it."""

import logging
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from courses.actions import calendar_feed, enrollment, run_meeting
from courses.choices import Format
from courses.models import CalendarFeed, ClassSession
from courses.rules import CALENDARS_READ
from courses.views import my_calendar
from learners.actions import message
from learners.choices import MessageKind, Urgency
from learners.models import Learner, Message
from portal.logs import without_secrets
from tests.courses.test_session_changes import FIRST_AT, at, cancel, manager_of, move, session_of
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import enrolled
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def run():
    return a_published_run()


@pytest.fixture
def learner(run):
    return enrolled(a_learner(full_name="Lê Văn Hòa"), run).learner


@pytest.fixture
def address(learner):
    return f"/calendars/{calendar_feed.renew(learner=learner, now=NOW)}.ics"


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer, Calendar.from_ical(answer.content)


def events(client, address):
    return [event for event in read(client, address)[1].walk("VEVENT")]


def test_it_is_a_calendar_of_ones_classes_in_vietnamese_time(client, address, run):
    a_published_run()  # somebody else's
    answer, calendar = read(client, address)

    assert (answer["Content-Type"], answer["Cache-Control"]) == ("text/calendar; charset=utf-8", "private, no-cache")
    assert not answer.cookies
    assert calendar.errors == []
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Asia/Ho_Chi_Minh"]
    made = calendar.walk("VEVENT")
    assert [event["DTSTART"].dt.astimezone(UTC) for event in made] == [FIRST_AT + timedelta(weeks=n) for n in range(3)]
    assert {event["SUMMARY"] for event in made} == {run.version.title_vi}
    assert {(event["STATUS"], event["SEQUENCE"]) for event in made} == {("CONFIRMED", 0)}
    assert all(name in event for event in made for name in ("UID", "DTSTAMP", "DTEND", "LAST-MODIFIED"))
    assert "16/10" in made[0]["DESCRIPTION"]  # the lunar date of 24 November 2026


def test_no_name_of_a_person_is_in_it(client, address, run):
    text = client.get(address).content.decode()

    for person in Learner.objects.all():
        assert person.full_name not in text
        assert person.email not in text


def test_what_changes_is_in_it_at_once_under_the_same_uid(client, address, run):
    before = events(client, address)
    first_tag = client.get(address)["ETag"]

    move(session_of(run), at(FIRST_AT + DAY, note="Phòng 2"))
    cancel(session_of(run, 3))

    after = {str(event["UID"]): event for event in events(client, address)}
    moved, _same, off = (after[str(event["UID"])] for event in before)
    assert moved["DTSTART"].dt.astimezone(UTC) == FIRST_AT + DAY
    assert (moved["SEQUENCE"], moved["STATUS"]) == (1, "CONFIRMED")
    assert str(moved["LOCATION"]).startswith("Phòng 2, Nhà văn hóa")
    assert (off["SEQUENCE"], off["STATUS"]) == (1, "CANCELLED")
    assert client.get(address)["ETag"] != first_tag


def test_unchanged_it_is_not_sent_again(client, address):
    tag = client.get(address)["ETag"]

    answer = client.get(address, headers={"If-None-Match": tag})

    assert (answer.status_code, answer.content) == (304, b"")


def test_who_leaves_has_no_class_in_it(client, address, run, learner):
    enrollment.withdraw(enrollment=run.enrollments.get(), now=NOW)

    assert events(client, address) == []
    assert read(client, address)[1].walk("VTIMEZONE")  # a calendar of nothing at all is none: RFC 5545, 3.4


def test_a_program_is_told_to_ask_again_within_a_quarter_of_an_hour(client, address):
    calendar = read(client, address)[1]

    assert calendar["refresh-interval"].dt == timedelta(minutes=15)


def test_one_click_makes_a_new_address_and_ends_the_one_before(learner, address, learner_client, client):
    browser = learner_client(learner)
    said = {"instead_of": browser.get("/me/calendar/").context["feed"].pk}
    page = browser.post("/me/calendar/", said).content.decode()
    again = browser.post("/me/calendar/", said, follow=True)  # reloaded

    made = browser.get("/me/calendar/").context["feed"]
    assert "vừa được tạo" in again.text
    assert again.context["feed"] == made
    client.logout()
    assert client.get(address).status_code == 404
    assert "/calendars/" in page
    assert CalendarFeed.objects.filter(ended_at=None).count() == 1


def test_it_is_shown_once_and_kept_as_a_hash(learner, learner_client):
    client = learner_client(learner)
    made = client.post("/me/calendar/").context["made"]
    token = made.rsplit("/", 1)[1].removesuffix(".ics")

    page = client.get("/me/calendar/").content.decode()

    assert token not in page
    assert token not in "".join(CalendarFeed.objects.values_list("token_hash", flat=True))
    assert len(token) >= 22  # 128 bits


def test_it_can_be_ended(learner, address, learner_client, client):
    learner_client(learner).post("/me/calendar/", {"end": "1"})

    assert client.get(address).status_code == 404
    assert not CalendarFeed.objects.filter(ended_at=None).exists()


@pytest.mark.parametrize("closed", [{"is_active": False}, {"merged_into": True}], ids=["closed", "merged"])
def test_the_address_of_an_account_that_is_no_more_leads_nowhere(learner, address, client, closed):
    changes = {name: a_learner() if name == "merged_into" else value for name, value in closed.items()}
    Learner.objects.filter(pk=learner.pk).update(**changes)

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("token", ["x", "0" * 22, "A" * 300, "%00", "../x"])
def test_no_other_address_is_one(client, token):
    assert client.get(f"/calendars/{token}.ics").status_code == 404


def test_the_address_is_in_no_log(client, address, caplog):
    token = address.rsplit("/", 1)[1].removesuffix(".ics")

    with caplog.at_level(logging.INFO):
        client.get(address)

    assert token not in without_secrets(f"GET {address} 200")
    assert token not in without_secrets(f"http://localhost{address}")
    assert token not in without_secrets(caplog.text)


def test_one_calendar_is_not_read_without_end_and_the_next_one_is_still_read(client, address):
    another = calendar_feed.renew(learner=a_learner(), now=NOW)

    answers = [client.get(address).status_code for _ in range(CALENDARS_READ.times + 1)]

    assert (answers.count(200), answers[-1]) == (CALENDARS_READ.times, 429)
    assert client.get(f"/calendars/{another}.ics").status_code == 200  # as everybody behind one network address is


def test_nobody_guesses_without_end(client, monkeypatch):
    monkeypatch.setitem(my_calendar.RATES, "guess", "5/3600s/ip")

    answers = [client.get("/calendars/nothing.ics").status_code for _ in range(6)]

    assert (answers.count(404), answers[-1]) == (5, 429)


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_one_class_and_for_three(client, learner, address, count, django_assert_num_queries):
    for _ in range(count):
        enrolled(learner, a_published_run())
    client.get(address)

    with django_assert_num_queries(14):
        client.get(address)


# --- Online ---


@pytest.fixture
def online():
    run = a_published_run(version=a_published_version(units=2))
    run.venue, run.place = "", None
    run.save()
    return run


def test_the_link_is_with_the_learner_half_an_hour_before(online, learner_client, time_machine):
    place = enrolled(run=online)
    run_meeting.link(run=online, actor=manager_of(online), url="https://meet.example.vn/abc", now=NOW)
    client = learner_client(place.learner)

    shown = {}
    for minutes in (-31, -30, 0, 119, 120):
        time_machine.move_to(FIRST_AT + timedelta(minutes=minutes), tick=False)
        shown[minutes] = "meet.example.vn" in client.get(f"/enrollments/{place.public_id}/").content.decode()

    assert shown == {-31: False, -30: True, 0: True, 119: True, 120: False}


def test_the_link_is_in_ones_own_calendar_and_in_no_other(online, client):
    learner = enrolled(run=online).learner
    run_meeting.link(run=online, actor=manager_of(online), url="https://meet.example.vn/abc", now=NOW)

    own = client.get(f"/calendars/{calendar_feed.renew(learner=learner, now=NOW)}.ics").content.decode()

    assert "meet.example.vn" in own
    for public in (
        f"/runs/{online.pk}/classes.ics",
        "/courses/feeds/classes.ics",
        online.version.get_absolute_url(),
        f"/runs/{online.pk}/enroll/",
    ):
        assert "meet.example.vn" not in client.get(public).content.decode()


@pytest.mark.parametrize(
    "url", ["http://meet.example.vn", "javascript:alert(1)", "https://", "https:// x", "ftp://x.vn"]
)
def test_only_https(online, learner_client, url):
    address = f"/organizations/{online.version.course.provider.public_id}/runs/{online.pk}/meeting/"

    page = learner_client(manager_of(online)).post(address, {"meeting_url": url}).content.decode()

    online.refresh_from_db()
    assert online.meeting_url == ""
    assert "https://" in page


def link_at(online, url, *, now):
    run_meeting.link(run=online, actor=manager_of(online), url=url, now=now)


OLD, NEW = "https://meet.example.vn/abc", "https://meet.example.vn/xyz"


def test_a_link_that_changes_is_a_newer_event_in_the_calendar(online, client):
    learner = enrolled(run=online).learner
    address = f"/calendars/{calendar_feed.renew(learner=learner, now=NOW)}.ics"
    link_at(online, OLD, now=NOW)
    before = Calendar.from_ical(client.get(address).content).walk("VEVENT")[0]
    for _ in range(2):
        link_at(online, NEW, now=NOW + DAY)
    after = Calendar.from_ical(client.get(address).content).walk("VEVENT")[0]

    assert (str(after["location"]), after["uid"]) == (NEW, before["uid"])
    assert after["sequence"] == before["sequence"] + 1
    assert after["last-modified"].dt == after["dtstamp"].dt == NOW + DAY


@pytest.mark.parametrize(
    ("links", "before", "told"),
    [
        ((OLD, NEW), DAY, 1),
        ((OLD, NEW), -timedelta(hours=1), 1),
        ((OLD, "", NEW), DAY, 1),
        ((OLD,), DAY, 0),
        ((OLD, OLD), DAY, 0),
        ((OLD, ""), DAY, 0),
        ((OLD, NEW), 3 * DAY, 0),
    ],
    ids=["the day before", "in class", "away and back", "the first", "the same", "none any more", "not soon"],
)
def test_a_link_that_changes_soon_before_class_is_told(online, links, before, told):
    place, completed, gone = enrolled(run=online), enrolled(run=online), enrolled(run=online)
    enrollment.withdraw(enrollment=gone, now=NOW)
    enrolled(run=a_published_run())
    now = FIRST_AT - before

    for url in links:
        link_at(online, url, now=now)

    letters = Message.objects.filter(kind=MessageKind.MEETING_CHANGED)
    assert set(letters.values_list("recipient", flat=True)) == (
        {place.learner_id, completed.learner_id} if told else set()
    )
    assert letters.count() == 2 * told
    for letter in letters.filter(recipient=place.learner):
        assert letter.data["link"].endswith(f"/enrollments/{place.public_id}/")
        assert "meet.example.vn" not in str(letter.data)
        assert letter.expires_at == FIRST_AT + timedelta(hours=2)


def test_a_class_in_both_ways_says_its_place_and_its_link(client):
    run = a_published_run(version=a_published_version(format=Format.BLENDED))
    learner = enrolled(run=run).learner
    run_meeting.link(run=run, actor=manager_of(run), url="https://meet.example.vn/abc", now=NOW)

    own = client.get(f"/calendars/{calendar_feed.renew(learner=learner, now=NOW)}.ics").content
    event = Calendar.from_ical(own).walk("VEVENT")[0]

    assert run.venue in event["location"]
    assert "https://meet.example.vn/abc" in event["description"]
    assert "meet.example.vn" not in client.get(f"/runs/{run.pk}/classes.ics").text


def test_a_class_in_a_place_has_no_link(run):
    with pytest.raises(run_meeting.NotOnline):
        run_meeting.link(run=run, actor=manager_of(run), url="https://meet.example.vn/abc", now=NOW)


# --- Time ---


@pytest.mark.parametrize(
    ("starts", "hours", "ends"),
    [
        (datetime(2026, 12, 31, 15, 30, tzinfo=UTC), 3, "20270101T013000"),
        (datetime(2028, 2, 28, 16, 0, tzinfo=UTC), 2, "20280229T010000"),
        (datetime(2027, 3, 31, 16, 30, tzinfo=UTC), 1, "20270401T003000"),
    ],
    ids=["across the new year", "into 29 February", "across the month"],
)
def test_a_session_across_midnight_ends_on_the_next_day(client, address, run, starts, hours, ends, time_machine):
    time_machine.move_to(starts - DAY, tick=False)
    session = ClassSession.objects.create(
        run=run, position=9, starts_at=starts, ends_at=starts + timedelta(hours=hours)
    )

    text = client.get(address).content.decode()

    (event,) = [each for each in events(client, address) if each["UID"].startswith(f"class-session-{session.pk}@")]
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(hours=hours)
    assert f"DTEND;TZID=Asia/Ho_Chi_Minh:{ends}" in text


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Tokyo"])
def test_a_learner_abroad_reads_the_same_instant(client, address, zone):
    first = events(client, address)[0]["DTSTART"].dt

    assert first.utcoffset() == timedelta(hours=7)
    assert first.astimezone(ZoneInfo(zone)).astimezone(UTC) == FIRST_AT
    assert first.date() == date(2026, 11, 24)


# Its owner is told of it, finds it beside their devices, and ends it with them


def test_who_has_made_one_is_told_wherever_they_are_reached(mailoutbox):
    learner = a_learner(email="hoa@example.vn", phone="+84912345678", full_name="Lê Văn Hòa")

    calendar_feed.renew(learner=learner, now=NOW)
    message.deliver_due(now=NOW, urgency=Urgency.ROUTINE)

    told = Message.objects.filter(kind=MessageKind.CALENDAR_MADE)
    assert {each.channel for each in told} == {"EMAIL", "SMS"}
    assert "địa chỉ lịch riêng" in mailoutbox[0].body
    assert "/me/calendar/" in mailoutbox[0].body


def test_it_stands_beside_the_devices_and_is_ended_there(address, learner, learner_client, client):
    browser = learner_client(learner)

    page = browser.get("/me/devices/").text
    browser.post("/me/calendar/", {"end": "1"})
    without = browser.get("/me/devices/").text

    assert 'action="/me/calendar/"' in page
    assert "Đăng xuất ở mọi nơi và bỏ địa chỉ lịch" in page
    assert 'action="/me/calendar/"' not in without
    assert "Đăng xuất ở mọi nơi và bỏ địa chỉ lịch" not in without
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("page", ["profile", "devices"])
def test_signing_out_everywhere_ends_it_and_says_so_before(address, learner, learner_client, client, page):
    other = calendar_feed.renew(learner=a_learner(), now=NOW)
    browser = learner_client(learner)

    said = browser.get(f"/me/{page}/").text
    browser.post("/me/sign-out-everywhere/")

    assert "Đăng xuất ở mọi nơi và bỏ địa chỉ lịch" in said
    assert client.get(address).status_code == 404
    assert client.get(f"/calendars/{other}.ics").status_code == 200
