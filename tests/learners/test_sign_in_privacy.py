"""Asking for a code does not tell whether an address is known: not by status, headers, body or time."""

import re
from contextlib import closing
from http.client import HTTPConnection
from random import Random
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.core.servers.basehttp import WSGIRequestHandler
from django.urls import reverse

from learners.formats import way
from tests.factories.people import a_learner

pytestmark = pytest.mark.django_db(transaction=True)
PAIRS = 50
ROUNDS = 4  # so many times each: chance alone then moves the AUC by 0.03, a third of what is allowed
RANDOM_VALUES = [
    (re.compile(r'(name="csrfmiddlewaretoken" value=)"[^"]+"'), r"\1"),
    (re.compile(r"((?:session|csrf)=)[^;]+"), r"\1"),
    (re.compile(r"(expires=)[^;]+"), r"\1"),
]


class Browser:
    """Cookies and the token of the form, over a real socket; one socket for all, or connecting would be most of it."""

    def __init__(self, connection: HTTPConnection) -> None:
        self.connection = connection
        self.cookies: dict[str, str] = {}
        self.token = ""

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, list[str], str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Host": "localhost"}
        body = urlencode({**(form or {}), "csrfmiddlewaretoken": self.token}) if method == "POST" else None
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        for name, value in response.getheaders():
            if name == "Set-Cookie":
                cookie, _semicolon, _rest = value.partition(";")
                self.cookies.update([cookie.split("=", 1)])
        if found := re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text):
            self.token = found[1]
        kept = [
            f"{name}: {value}"
            for name, value in response.getheaders()
            if name not in {"Date", "Expires", "X-Request-Id"}
        ]
        return response.status, kept, text


def asks_for_a_code(connection: HTTPConnection, address: str) -> tuple[float, Any]:
    """Return how long the answer took, and the whole answer without what is random in every answer."""
    cache.clear()  # one network address asks hundreds of times here
    browser = Browser(connection)
    browser.ask("GET", reverse("account_login"))
    began = perf_counter()
    asked = browser.ask("POST", reverse("account_login"), {"address": address, "next": ""})
    seconds = perf_counter() - began
    shown = browser.ask("GET", reverse("account_confirm_login_code"))
    return seconds, [
        (status, sorted(map(plain, headers)), plain(body, address)) for status, headers, body in (asked, shown)
    ]


def plain(text: str, address: str = "") -> str:
    for pattern, replacement in RANDOM_VALUES:
        text = pattern.sub(replacement, text)
    for shown in (address, way(address)):
        text = text.replace(shown, "ADDRESS") if shown else text
    return text


def auc(first: list[float], second: list[float]) -> float:
    """The chance that a value of ``first`` is above one of ``second``: 0.5 when they cannot be told apart."""
    above = sum((one > other) + (one == other) / 2 for one in first for other in second)
    return above / (len(first) * len(second))


@pytest.mark.parametrize("by", ["email", "phone"])
def test_known_and_unknown_addresses_are_answered_alike(
    live_server: Any, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    """Numbers too: of them nobody should learn either whether a neighbour has a record here. ASVS 6.3.8."""
    # The test server writes head and body apart; waiting for the client's acknowledgement would add 40 ms of noise.
    monkeypatch.setattr(WSGIRequestHandler, "disable_nagle_algorithm", True)
    if by == "email":
        known = [a_learner(email=f"known{number:03}@example.vn").email for number in range(PAIRS)]
        unknown = [f"nobody{number:02}@example.vn" for number in range(PAIRS)]
    else:
        known = [str(a_learner(phone=f"+849123456{number:02}").phone) for number in range(PAIRS)]
        unknown = [f"+849123457{number:02}" for number in range(PAIRS)]
    # In pairs, each in random order: a machine that grows slower meanwhile slows both alike.
    random = Random(20261121)
    pairs = list(zip(known, unknown, strict=True)) * ROUNDS
    random.shuffle(pairs)
    asked = [address for pair in pairs for address in random.sample(pair, 2)]

    with closing(HTTPConnection(live_server.thread.host, live_server.thread.port)) as connection:
        asks_for_a_code(connection, "warm-up@example.vn" if by == "email" else "+84912345800")
        answers = [(address in known, *asks_for_a_code(connection, address)) for address in asked]

    told_apart = auc(
        [seconds for is_known, seconds, _answer in answers if is_known],
        [seconds for is_known, seconds, _answer in answers if not is_known],
    )
    print(f"AUC {told_apart:.3f} of {len(answers)} answers")
    assert answers[0][2][0][0] == 302
    assert {repr(answer) for _is_known, _seconds, answer in answers} == {repr(answers[0][2])}
    assert 0.40 <= told_apart <= 0.60, told_apart
