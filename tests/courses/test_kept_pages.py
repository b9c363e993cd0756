"""Pages kept for visitors: no query, never older than five seconds, and never one visitor's for another."""

import re
import time
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.actions import enrollment
from learners.actions import organization
from portal.page_cache import ForgivingRedisCache
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.people import NOW, a_curator, a_learner

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def pages_are_kept(settings):
    settings.PAGES_KEPT_SECONDS = 4
    caches["pages"].clear()
    yield
    caches["pages"].clear()


def course_page(version) -> str:
    return reverse("courses:course", args=[version.course_id, version.slug])


@pytest.mark.parametrize("courses", [1, 25])
def test_a_kept_page_costs_no_query_and_a_new_one_no_more_than_four(
    courses, django_assert_num_queries, django_assert_max_num_queries
):
    runs = [a_published_run() for _ in range(courses)]
    Client().get("/courses/?near=31135")  # what each process reads once

    for address in ("/courses/?format=IN_PERSON", "/courses/?q=so+cap", course_page(runs[0].version)):
        with django_assert_max_num_queries(4 if "?" in address else 8):
            first = Client().get(address)
        with django_assert_num_queries(0):
            second = Client().get(address)
        assert without_token(first) == without_token(second)


def without_token(response) -> str:
    return re.sub(r'csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())


def test_a_change_is_seen_by_a_second_visitor_within_five_seconds():
    run = a_published_run(seats=7, starts_at=timezone.now() + timedelta(days=3))
    version = run.version
    assert "Còn 7 chỗ" in Client().get("/courses/").content.decode()
    assert Client().get(course_page(version)).status_code == 200

    enrollment.enroll(learner=a_learner(), run=run, now=timezone.now())
    assert "Còn 7 chỗ" in Client().get("/courses/").content.decode()  # it is kept
    five_seconds_later()
    assert "Còn 6 chỗ" in Client().get("/courses/").content.decode()

    organization.suspend(organization=version.course.provider, curator=a_curator(), now=NOW)
    five_seconds_later()
    assert Client().get(course_page(version)).status_code == 404


def five_seconds_later() -> None:
    """Drop what Valkey would drop within five seconds, by the time it gives each; what it keeps for longer stays."""
    valkey = caches["pages"]._cache.get_client(write=True)
    for key in valkey.scan_iter():
        if 0 <= valkey.pttl(key) < 5000:
            valkey.delete(key)


def test_each_visitor_gets_a_token_of_their_own_that_works():
    a_published_version()
    first, second = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)

    tokens = []
    for visitor in (first, second):
        page = visitor.get("/courses/").content.decode()
        tokens.append(re.search(r'csrfmiddlewaretoken" value="([^"]*)"', page)[1])
        answer = visitor.post(
            reverse("display"), {"csrfmiddlewaretoken": tokens[-1], "theme": "dark", "next": "/courses/"}
        )
        assert answer.status_code == 302

    assert tokens[0] != tokens[1]
    assert first.post(reverse("display"), {"csrfmiddlewaretoken": "", "theme": "dark"}).status_code == 403


def test_whoever_is_signed_in_gets_a_page_of_their_own(learner_client):
    a_published_version()
    Client().get("/courses/")

    page = learner_client(a_learner(full_name="Lê Thị Riêng")).get("/courses/").content.decode()

    assert "Lê Thị Riêng" in page
    assert "Lê Thị Riêng" not in Client().get("/courses/").content.decode()


def test_display_settings_and_languages_have_pages_of_their_own():
    a_published_version()
    plain = Client().get("/courses/").content.decode()
    dark = Client()
    dark.cookies["theme"] = "dark"

    assert 'data-theme="dark"' not in plain
    assert 'data-theme="dark"' in dark.get("/courses/").content.decode()
    assert 'lang="en"' in Client().get("/en/courses/").content.decode()
    assert "data-lite" in Client().get("/courses/", headers={"Save-Data": "on"}).content.decode()


def test_what_is_not_there_is_not_kept():
    assert Client().get("/courses/?page=9").status_code == 404
    version = a_published_version()

    assert Client().get(f"/courses/{version.course_id + 1}-x/").status_code == 404
    assert Client().get(f"/courses/{version.course_id}-x/").status_code == 301


def test_a_database_made_anew_keeps_cards_under_other_names():
    """Its courses are numbered from one again; what was kept for the first of another must not be shown for its own."""
    first, other = a_published_version(), a_published_version()

    assert first.course.catalog_entry.revision != other.course.catalog_entry.revision


def test_without_valkey_pages_are_made(settings, monkeypatch):
    a_published_version(title_vi="Vẽ màu nước")
    monkeypatch.setattr(ForgivingRedisCache, "_closed_until", time.monotonic() + 3600)

    for _ in range(2):
        assert "Vẽ màu nước" in Client().get("/courses/").content.decode()
