"""What Django refuses: one line where the visitor is at fault, the whole way where it may be us."""

import logging
import re

import pytest
from django.contrib.admin.exceptions import DisallowedModelAdminLookup, DisallowedModelAdminToField
from django.contrib.sessions.exceptions import InvalidSessionKey, SuspiciousSession
from django.core.exceptions import (
    DisallowedHost,
    DisallowedRedirect,
    RequestDataTooBig,
    SuspiciousFileOperation,
    SuspiciousMultipartForm,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.core.handlers.exception import response_for_exception
from django.test import Client
from django.urls import URLResolver, get_resolver

from portal.by_card import EVERYBODYS
from portal.logs import without_secrets

SECRET = "Zq3mX9-_0aBcDeFgHiJkLm"
SECRETS = re.compile("<(?:str:token|uuid:[a-z_]+)>")

THEIRS = [
    DisallowedModelAdminLookup, DisallowedModelAdminToField, InvalidSessionKey, RequestDataTooBig,
    SuspiciousMultipartForm, SuspiciousSession, TooManyFieldsSent, TooManyFilesSent,
]  # fmt: skip
OURS = [DisallowedRedirect, SuspiciousFileOperation]


def logged(error: type[SuspiciousOperation], rf, caplog) -> str:
    """Return what is written when a view ends by this error."""
    try:
        raise error("said")
    except SuspiciousOperation as reason:
        response_for_exception(rf.get("/"), reason)
    (record,) = [each for each in caplog.records if each.name == f"django.security.{error.__name__}"]
    written = next(handler.formatter for handler in logging.getLogger().handlers if handler.formatter)
    return written.format(record)


def with_secrets(resolver: URLResolver, before: str = "", space: str = "") -> list[str]:
    """Return every address that has a token in it, or a random number that alone opens its page, with a secret."""
    found = []
    for pattern in resolver.url_patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += with_secrets(pattern, address, f"{pattern.namespace}:" if pattern.namespace else space)
        elif "<str:token>" in address or f"{space}{pattern.name}" in EVERYBODYS:
            found += ["/" + address.replace(secret, SECRET) for secret in SECRETS.findall(address)]
    return found


def test_every_address_with_a_secret_is_written_down_without_it():
    addresses = with_secrets(get_resolver())

    assert len(addresses) == 13
    assert [address for address in addresses if SECRET in without_secrets(address)] == []


@pytest.mark.parametrize(
    "said",
    [
        "/card/{}",
        "/en/card/{}/",
        "/card//{}/",
        "/CARD/{}",
        "https://hoc.vn/en/messages/stop/{}/?x",
        "GET /closing/{} x",
    ],
)
def test_however_the_address_is_written(said):
    assert without_secrets(said.format(SECRET)) == said.format("***")


@pytest.mark.parametrize(
    "path", ["/card/", "/me/card/end/", "/courses/closing/", "/organizations/1/people/2/card.pdf", "/closing/x"]
)
def test_an_address_without_a_token_stays(path):
    assert without_secrets(path) == path


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "slash"), [("get", ""), ("put", "/"), ("delete", ""), ("get", "/")])
def test_an_answer_before_it_is_known_where_an_address_leads(client, caplog, method, slash):
    """A slash that was missing and a method nobody is asked by are answered by middlewares."""
    with caplog.at_level("INFO", logger="portal.request"):
        getattr(client, method)(f"/card/{SECRET}{slash}")

    assert SECRET not in caplog.text
    assert f"'path': '/card/***{slash}'" in caplog.text


@pytest.mark.django_db
def test_an_answer_that_leads_to_https(caplog, settings):
    settings.SECURE_SSL_REDIRECT = True
    with caplog.at_level("INFO", logger="portal.request"):
        answer = Client().get(f"/card/{SECRET}/")

    assert answer.status_code == 301
    assert SECRET not in caplog.text
    assert "/card/***/" in caplog.text


def test_what_a_library_says_of_an_address_too():
    written = next(handler.formatter for handler in logging.getLogger().handlers if handler.formatter)
    record = logging.LogRecord(
        "django.request", logging.ERROR, "", 0, "Internal Server Error: %s", (f"/card/{SECRET}/",), None
    )

    assert SECRET not in written.format(record)


@pytest.mark.django_db
@pytest.mark.parametrize("error", THEIRS, ids=lambda error: error.__name__)
def test_what_was_sent_is_one_warning(rf, caplog, error):
    line = logged(error, rf, caplog)

    assert "warning" in line
    assert "Traceback" not in line


@pytest.mark.django_db
@pytest.mark.parametrize("error", OURS, ids=lambda error: error.__name__)
def test_where_we_send_and_what_we_open_keeps_its_way(rf, caplog, error):
    line = logged(error, rf, caplog)

    assert "error" in line
    assert "Traceback" in line


def test_every_refusal_of_django_is_one_or_the_other():
    """``DisallowedHost`` is a line of our own (middleware), and the last is for code that says no more."""
    known = {*THEIRS, *OURS, DisallowedHost}
    of_django = {each for each in SuspiciousOperation.__subclasses__() if each.__module__.startswith("django.")}

    assert {each for each in of_django if ".gis." not in each.__module__} == known
