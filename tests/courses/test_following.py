"""Feeds and calendars of the catalogue: what is in them, whom they are for, and what asking again costs."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from icalendar import Calendar

from courses.actions import catalog, run_cancel
from courses.models import CourseRun, CourseVersion
from courses.queries import syndication
from courses.rules import CALENDAR_SESSIONS_MAX, FEED_ENTRIES_MAX
from learners.choices import OrganizationStatus
from learners.models import Organization, Place
from tests.factories.catalog import a_draft, a_published_run, a_published_version, replaced
from tests.factories.people import NINH_KIEU, NOW, a_curator, a_learner, an_organization

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
CAN_THO, HA_NOI = "92", "01"
ELSEWHERE = "00004"  # a ward of Hà Nội
HEALTH = "0913"


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def atom(client, what: str, query: str = "", language: str = "") -> ElementTree.Element:
    answer = client.get(f"{language}/courses/feeds/{what}.atom{query}")
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def titles(feed: ElementTree.Element) -> list[str]:
    return [entry.findtext(f"{ATOM}title") or "" for entry in feed.iter(f"{ATOM}entry")]


def events(client, query: str = "") -> list:
    answer = client.get(f"/courses/feeds/classes.ics{query}")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def published_at(version: CourseVersion, moment) -> CourseVersion:
    CourseVersion.objects.filter(pk=version.pk).update(published_at=moment)
    return version


def test_new_courses_newest_first(client):
    older = a_published_version(title_vi="Đan giỏ")
    catalog.publish(
        version=catalog.submit(version=a_draft(title_vi="Trồng nấm"), author=older.created_by, now=NOW, tell=False),
        curator=a_curator(),
        now=NOW + timedelta(hours=1),
        tell=False,
    )
    a_draft(title_vi="Chưa ai thấy")

    assert titles(atom(client, "new")) == ["Trồng nấm", "Đan giỏ"]


def test_an_edit_is_an_update_and_no_new_course(client):
    version = a_published_version(title_vi="Đan giỏ")
    a_published_version(title_vi="Trồng nấm")
    later = NOW + timedelta(days=1)
    replaced(version, title_vi="Đan giỏ tre", now=later)

    feed = atom(client, "new")

    assert titles(feed) == ["Trồng nấm", "Đan giỏ tre"]
    entry = list(feed.iter(f"{ATOM}entry"))[1]
    assert entry.findtext(f"{ATOM}id") == f"http://localhost/courses/{version.course_id}/"
    assert entry.findtext(f"{ATOM}published") == NOW.isoformat()
    assert entry.findtext(f"{ATOM}updated") == later.isoformat()


def test_rss_says_the_same(client):
    version = a_published_version(title_vi="Đan giỏ")

    answer = client.get("/courses/feeds/new.rss")

    assert answer["Content-Type"] == "application/rss+xml; charset=utf-8"
    channel = ElementTree.fromstring(answer.content).find("channel")
    assert [item.findtext("title") for item in channel.iter("item")] == ["Đan giỏ"]
    assert channel.find("item").findtext("link") == f"http://localhost{version.get_absolute_url()}"


def test_a_feed_speaks_the_language_of_its_address(client):
    a_published_run(version=a_published_version(title_vi="Đan giỏ", title_en="Basket weaving"))

    assert titles(atom(client, "soon", language="/en")) == ["Basket weaving, from Tuesday 24 November 2026"]
    assert titles(atom(client, "soon")) == ["Đan giỏ, từ thứ Ba 24/11/2026"]


def test_what_begins_soon_is_open_and_dated(client):
    soon = a_published_run(version=a_published_version(title_vi="Đan giỏ"))
    a_published_run(version=a_published_version(title_vi="Sau này"), starts_at=NOW + timedelta(days=40))
    a_published_run(version=a_published_version(title_vi="Lúc nào cũng được", units=1), sessions=0)
    cancelled = a_published_run(version=a_published_version(title_vi="Đã hủy"))
    CourseRun.objects.filter(pk=cancelled.pk).update(cancelled_at=NOW)
    hidden = a_published_run(version=a_published_version(title_vi="Tạm dừng"))
    Organization.objects.filter(pk=hidden.version.course.provider_id).update(
        status=OrganizationStatus.SUSPENDED, suspended_at=NOW, suspended_by=a_curator()
    )

    assert titles(atom(client, "soon")) == [f"{soon.version.title_vi}, từ thứ Ba 24/11/2026"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Ở đây", "Xa", "Y tế"]),
        (f"?commune={NINH_KIEU}", ["Y tế", "Ở đây"]),
        (f"?province={CAN_THO}", ["Y tế", "Ở đây"]),
        (f"?province={HA_NOI}", ["Xa"]),
        ("?field=09", ["Y tế"]),
        ("?field=09&field=06", ["Ở đây", "Xa", "Y tế"]),
        (f"?field=06&commune={NINH_KIEU}", ["Ở đây"]),
    ],
)
def test_of_a_field_and_a_place(client, query, found):
    a_published_version(title_vi="Y tế", field_id=HEALTH)
    a_published_version(title_vi="Ở đây")
    a_published_version(title_vi="Xa", provider=an_organization(place=Place.objects.get(code=ELSEWHERE)))

    assert sorted(titles(atom(client, "new", query))) == sorted(found)


def test_who_keeps_a_class_in_the_calendar_is_told_that_it_is_cancelled(client):
    run = a_published_run()
    address = reverse("courses:run_calendar", args=[run.pk])
    kept = Calendar.from_ical(client.get(address).content).walk("VEVENT")
    run_cancel.cancel(run=run, actor=run.version.course.provider.registered_by, reason="Bão", now=NOW)

    now_read = Calendar.from_ical(client.get(address).content).walk("VEVENT")

    assert [event["uid"] for event in now_read] == [event["uid"] for event in kept]
    assert {str(event["status"]) for event in now_read} == {"CANCELLED"}
    assert [event["sequence"] for event in now_read] == [event["sequence"] + 1 for event in kept]
    assert "Bão" not in client.get(address).content.decode()


@pytest.mark.parametrize(
    "query", ["?field=77", "?field=0611", "?commune=92", "?province=31135", "?commune=%00", "?field=x%00"]
)
@pytest.mark.parametrize("name", ["new.atom", "soon.rss", "classes.ics"])
def test_what_there_is_not_is_said(client, name, query):
    assert client.get(f"/courses/feeds/{name}{query}").status_code == 404


@pytest.mark.parametrize("name", ["old.atom", "new.json", "new.ics"])
def test_there_are_no_other_feeds(client, name):
    assert client.get(f"/courses/feeds/{name}").status_code == 404


def test_text_stays_text(client):
    hostile = "<script>alert(1)</script> & ]]>\x0b\x1b\ufffe"
    version = a_published_version(title_vi=hostile, summary_vi=hostile)
    a_published_run(version=version)

    for what in ("new", "soon"):
        feed = atom(client, what)
        entry = next(feed.iter(f"{ATOM}entry"))
        assert "<script>alert(1)</script> & ]]>" in entry.findtext(f"{ATOM}title")
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; ]]&gt;" in entry.findtext(f"{ATOM}summary")


def test_a_reader_that_asks_again_gets_nothing_twice(client):
    a_published_run(version=a_published_version())

    for name in ("new.atom", "new.rss", "soon.atom", "classes.ics"):
        first = client.get(f"/courses/feeds/{name}")
        again = client.get(f"/courses/feeds/{name}", headers={"if-none-match": first["ETag"]})

        assert (again.status_code, again.content) == (304, b"")
        assert first["Cache-Control"] == "public, max-age=5, must-revalidate"
        assert first["Access-Control-Allow-Origin"] == "*"
    assert client.get("/courses/feeds/new.atom")["Last-Modified"] == "Sat, 21 Nov 2026 03:00:00 GMT"


def test_a_change_is_a_new_answer(client):
    version = a_published_version(title_vi="Đan giỏ")
    first = client.get("/courses/feeds/new.atom")

    Organization.objects.filter(pk=version.course.provider_id).update(
        status=OrganizationStatus.SUSPENDED, suspended_at=NOW, suspended_by=a_curator()
    )

    again = client.get("/courses/feeds/new.atom", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 200
    assert "Đan giỏ" not in again.content.decode()


def test_an_empty_feed_is_the_same_tomorrow(client, time_machine):
    first = client.get("/courses/feeds/new.atom")
    time_machine.move_to(NOW + timedelta(days=1), tick=False)

    assert client.get("/courses/feeds/new.atom").content == first.content


def test_a_calendar_has_every_class_in_vietnamese_time(client):
    run = a_published_run(version=a_published_version(title_vi="Đan giỏ; nâng cao, phần 2"), sessions=2)

    found = events(client)

    assert [event["UID"] for event in found] == [
        f"class-session-{session.pk}@localhost" for session in run.class_sessions.all()
    ]
    first = found[0]
    assert first["SUMMARY"] == "Đan giỏ; nâng cao, phần 2"
    assert first["DTSTART"].params["TZID"] == "Asia/Ho_Chi_Minh"
    assert first["DTSTART"].dt.isoformat() == "2026-11-24T08:00:00+07:00"
    assert first["DTEND"].dt.isoformat() == "2026-11-24T10:00:00+07:00"
    assert first["LOCATION"] == "Nhà văn hóa phường Ninh Kiều"  # the commune stands in the name of the venue
    assert first["URL"].startswith("http://localhost/courses/")


def test_a_calendar_is_written_as_the_standard_says(client):
    a_published_run(version=a_published_version(title_vi="Đan giỏ\nBEGIN:VALARM " + "dài " * 40))

    content = client.get("/courses/feeds/classes.ics").content

    lines = content.split(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in lines) <= 75
    assert b"BEGIN:VTIMEZONE" in lines
    assert b"TZID:Asia/Ho_Chi_Minh" in lines
    assert b"BEGIN:VALARM" not in content.replace(b"\\nBEGIN:VALARM", b"")


def test_what_is_over_or_cancelled_is_not_in_the_calendar(client):
    past = a_published_run(starts_at=NOW - timedelta(days=8), sessions=2)  # the second was yesterday
    run = a_published_run(sessions=3)
    run.class_sessions.filter(position=2).update(cancelled_at=NOW)

    found = {event["UID"] for event in events(client)}

    assert found == {f"class-session-{session.pk}@localhost" for session in run.class_sessions.exclude(position=2)}
    assert past.class_sessions.count() == 2


def test_a_calendar_of_a_place_has_what_is_held_there(client):
    here = a_published_run(sessions=1)
    there = a_published_run(sessions=1)
    CourseRun.objects.filter(pk=there.pk).update(place=Place.objects.get(code=ELSEWHERE))

    assert len(events(client)) == 2
    assert [event["UID"] for event in events(client, f"?commune={NINH_KIEU}")] == [
        f"class-session-{here.class_sessions.get().pk}@localhost"
    ]


def test_a_calendar_names_nobody(client):
    run = a_published_run(instructor=a_learner(full_name="Trần Thị Ngọc Lan"))

    assert run.instructors.count() == 1
    assert "Ngọc Lan" not in client.get("/courses/feeds/classes.ics").content.decode().replace("\r\n ", "")


@pytest.mark.parametrize(
    ("name", "queries"),
    [("new.atom", 1), ("soon.rss", 1), ("classes.ics", 1), (f"new.atom?commune={NINH_KIEU}&field=06", 3)],
)
def test_it_costs_the_same_with_one_course_or_many(client, django_assert_num_queries, name, queries):
    for count in (1, 8):
        for _ in range(count):
            a_published_run()
        with django_assert_num_queries(queries):
            client.get(f"/courses/feeds/{name}")


def test_there_is_an_end_to_it(client, monkeypatch):
    assert (FEED_ENTRIES_MAX, CALENDAR_SESSIONS_MAX) == (50, 500)
    monkeypatch.setattr(syndication, "FEED_ENTRIES_MAX", 2)
    monkeypatch.setattr(syndication, "CALENDAR_SESSIONS_MAX", 2)
    for _ in range(3):
        a_published_run()

    assert len(titles(atom(client, "new"))) == 2
    assert len(titles(atom(client, "soon"))) == 2
    assert len(events(client)) == 2


@pytest.mark.parametrize("page", ["/", "/courses/", "/courses/feeds/", "/en/courses/"])
def test_a_browser_finds_them(client, page):
    html = client.get(page).content.decode()

    prefix = "/en" if page.startswith("/en") else ""
    found = re.findall(r'<link rel="alternate" type="([^"]+)" title="[^"]+" href="([^"]+)">', html)
    assert found == [
        ("application/atom+xml", f"{prefix}/courses/feeds/new.atom"),
        ("application/rss+xml", f"{prefix}/courses/feeds/new.rss"),
        ("application/atom+xml", f"{prefix}/courses/feeds/soon.atom"),
        ("text/calendar", f"{prefix}/courses/feeds/classes.ics"),
    ]
    assert reverse("courses:following") in html


def test_the_catalogue_offers_the_feeds_of_what_it_shows(client):
    html = client.get(f"/courses/?field=06&province={CAN_THO}&commune={NINH_KIEU}").content.decode()

    assert f'href="/courses/feeds/new.atom?field=06&amp;commune={NINH_KIEU}&amp;province={CAN_THO}"' in html


def test_the_page_lists_what_was_chosen(client):
    page = client.get(f"/courses/feeds/?field=06&province={CAN_THO}&commune={NINH_KIEU}").content.decode()

    assert f"/courses/feeds/soon.rss?field=06&amp;commune={NINH_KIEU}" in page
    assert f"http://localhost/courses/feeds/classes.ics?field=06&amp;commune={NINH_KIEU}" in page
    assert "Phường Ninh Kiều, Cần Thơ" in page


@pytest.mark.parametrize(
    "query", ["?field=77&province=zz", f"?province={HA_NOI}&commune={NINH_KIEU}", "?commune=31135", "?field=%00"]
)
def test_the_page_takes_what_it_does_not_understand_for_not_chosen(client, query):
    answer = client.get(f"/courses/feeds/{query}")

    assert answer.status_code == 200
    assert "field__error" not in answer.content.decode()
