"""When a page cannot be shown, what is shown instead."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone

from portal.views import errors
from tests.factories.catalog import a_published_run
from tests.factories.people import a_learner

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
