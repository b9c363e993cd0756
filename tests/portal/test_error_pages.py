"""When a page cannot be shown, what is shown instead."""

import pytest
from django.test import Client, RequestFactory

from portal.views import errors
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
