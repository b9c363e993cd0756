"""When a page cannot be shown, what is shown instead."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from portal.views import errors
from tests.factories.catalog import a_published_run
from tests.factories.people import a_curator, a_learner

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "words"),
    [("/khong-co/", "Trang này không còn ở đây"), ("/en/khong-co/", "This page is no longer here")],
    ids=["vi", "en"],
)
def test_404_speaks_the_readers_language(client: Client, path: str, words: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 404
    assert words in answer.content.decode()


def test_500_needs_neither_database_nor_session(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(0):
        answer = errors.server_error(RequestFactory().get("/"))

    assert answer.status_code == 500
    assert "Cổng đang trục trặc" in answer.content.decode()
    assert 'lang="en"' in answer.content.decode()


@pytest.mark.parametrize("answer", [errors.server_error, errors.busy])
def test_who_gets_no_further_reads_whom_to_call(answer: Callable[..., HttpResponse], settings: Any) -> None:
    settings.HELPLINE, settings.HELPLINE_HOURS = "1900 1234", "7:00–19:00"
    with_number = answer(RequestFactory().get("/")).content.decode()
    settings.HELPLINE = ""
    without = answer(RequestFactory().get("/")).content.decode()

    assert with_number.count('href="tel:19001234"') == 2  # in both languages
    assert "7:00–19:00" in with_number
    assert "tel:" not in without


def test_a_form_without_its_token_is_refused_in_words() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(a_learner())

    answer = client.post("/display/", {"text": "lg"})

    assert answer.status_code == 403
    assert "<h1" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_lock_waited_for_too_long_is_a_calm_503() -> None:
    """Another session holds the run; the answer says busy and when to come back, and not that the class is full."""
    run = a_published_run(starts_at=timezone.now() + timedelta(days=3))
    learner = a_learner()
    client = Client()
    client.force_login(learner)
    other = connection.copy()
    with other.cursor() as cursor:
        other.set_autocommit(False)
        cursor.execute("SELECT 1 FROM courses_courserun WHERE id = %s FOR UPDATE", [run.pk])
        with connection.cursor() as own:
            own.execute("SET lock_timeout = '50ms'")
        answer = client.post(f"/runs/{run.pk}/enroll/")
    other.rollback()
    other.close()
    with connection.cursor() as own:
        own.execute("SET lock_timeout = '5s'")

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "Chưa có gì thay đổi" in answer.content.decode()
    assert run.enrollments.count() == 0


@pytest.mark.parametrize(
    ("prefix", "words"),
    [("", "Bạn gửi nhiều quá một lượt"), ("/en", "That was too much at once")],
    ids=["vi", "en"],
)
@pytest.mark.parametrize("how", ["long", "many fields", "many files"])
def test_more_than_a_page_takes_is_said_in_the_readers_language(prefix: str, words: str, how: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(a_learner())
    sent: dict[str, dict[str, object]] = {
        "long": {"text": "x" * (1024 * 1024 + 1)},
        "many fields": {f"text{number}": "lg" for number in range(1001)},
        "many files": {f"file{number}": BytesIO(b"x") for number in range(11)},
    }

    client.get(f"{prefix}/me/profile/")  # with it comes the cookie, without which nothing of a form is read
    answer = client.post(f"{prefix}/me/profile/", sent[how])

    assert answer.status_code == 413
    assert words in answer.content.decode()
    assert answer.headers["Content-Language"] == (prefix.removeprefix("/") or "vi")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
@pytest.mark.parametrize(
    "path", ["/", "/me/record/", "/admin/", "/admin/credits/dispute/", "/health/live", "/account/sign-in/", "/x/"]
)
def test_no_page_is_asked_by_other_methods(method: str, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(a_curator())

    answer = client.generic(method, path, b"x=1", content_type="application/x-www-form-urlencoded")

    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")
