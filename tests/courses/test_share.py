"""A course is passed on: a short address, plain links, its class sessions in a calendar."""

import pytest
from icalendar import Calendar

from tests.factories.catalog import a_draft, a_published_run, a_published_version
from tests.factories.people import a_learner

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("prefix", ["", "/en"], ids=["vi", "en"])
def test_the_short_address_leads_to_the_course_in_the_readers_language(client, prefix):
    version = a_published_version(title_vi="Sơ cấp cứu")

    answer = client.get(f"{prefix}/k/{version.course_id}")

    assert (answer.status_code, answer["Location"]) == (302, f"{prefix}/courses/{version.course_id}-so-cap-cuu/")


def test_written_with_a_slash_it_leads_there_too(client):
    version = a_published_version()

    assert client.get(f"/k/{version.course_id}/")["Location"] == version.get_absolute_url()


def test_what_is_not_published_has_no_short_address(client):
    draft = a_draft()

    assert client.get(f"/k/{draft.course_id}").status_code == 404
    assert client.get("/k/999999999").status_code == 404
    assert client.get("/k/99999999999999999999").status_code == 404


def test_the_page_offers_plain_links_with_the_short_address(client):
    version = a_published_version(title_vi="Sơ cứu & băng bó")

    page = client.get(version.get_absolute_url()).content.decode()

    short = f"http://localhost/k/{version.course_id}"
    quoted = f"http%3A%2F%2Flocalhost%2Fk%2F{version.course_id}"
    assert f'value="{short}" readonly' in page
    title = "S%C6%A1%20c%E1%BB%A9u%20%26%20b%C4%83ng%20b%C3%B3"
    body = f"{title}%0A{quoted}"
    assert f'href="mailto:?subject={title}&amp;body={body}"' in page
    assert f'href="https://www.facebook.com/sharer/sharer.php?u={quoted}"' in page
    assert f'href="https://zalo.me/share?url={quoted}"' in page


def test_the_class_sessions_of_a_run_go_into_a_calendar(client):
    run = a_published_run(instructor=a_learner(full_name="Trần Thị Ngọc Lan"))
    a_published_run(version=run.version)

    answer = client.get(f"/runs/{run.pk}/classes.ics")

    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert [event["UID"] for event in events] == [
        f"class-session-{session.pk}@localhost" for session in run.class_sessions.order_by("starts_at")
    ]
    assert "Nhà văn hóa phường Ninh Kiều" in events[0]["LOCATION"]
    assert b"Lan" not in answer.content


def test_a_run_nobody_may_see_has_no_calendar(client):
    for run in (a_published_run(sessions=0), a_published_run(version=a_draft())):
        assert client.get(f"/runs/{run.pk}/classes.ics").status_code == 404


def test_a_calendar_costs_one_query(client, django_assert_num_queries):
    run = a_published_run(sessions=30)

    with django_assert_num_queries(1):
        client.get(f"/runs/{run.pk}/classes.ics")
