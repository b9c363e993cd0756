"""Every answer, error pages too, carries the headers that keep a browser from being used against its reader."""

import pytest
from django.test import Client

from tests.factories.people import a_learner

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
}


@pytest.mark.parametrize("path", ["/", "/courses/", "/khong-co/", "/health/live", "/en/account/sign-in/"])
def test_headers(client: Client, path: str) -> None:
    answer = client.get(path)

    assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert len(answer["X-Request-Id"]) == 16
    assert "charset=utf-8" in answer["Content-Type"]


def test_what_a_signed_in_person_sees_is_kept_by_no_cache(client: Client) -> None:
    client.force_login(a_learner())

    assert client.get("/me/")["Cache-Control"] == "private, no-store"


def test_an_unknown_host_is_refused_before_any_page(client: Client) -> None:
    answer = client.get("/", headers={"host": "evil.example"})

    assert answer.status_code == 400
    assert b"evil.example" not in answer.content


def test_a_forwarded_host_is_ignored(client: Client) -> None:
    answer = client.get("/", headers={"x-forwarded-host": "evil.example"})

    assert b"evil.example" not in answer.content
