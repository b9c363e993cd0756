"""Asking for a code does not tell whether an address is known: not by status, headers, body or time."""

import re
from contextlib import closing
from http.client import HTTPConnection
from time import perf_counter
from typing import Any

import pytest
from django.core.cache import cache
from django.core.servers.basehttp import WSGIRequestHandler
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from learners.actions import sign_in
from learners.choices import Language
from tests.factories.people import NOW, a_learner
from tests.learners.telling_apart import PAIRS, Browser, auc, in_pairs, plain

VALUE = re.compile(r"'[^']*'(::\w+)?|\b\d+\b|\b(true|false|NULL)\b")
pytestmark = pytest.mark.django_db(transaction=True)


def asks_for_a_code(form: Browser, address: str) -> tuple[float, Any]:
    """Return how long the answer took, and the whole answer without what is random in every answer."""
    cache.clear()  # one network address asks hundreds of times here
    browser = form.of_another()
    began = perf_counter()
    asked = browser.ask("POST", reverse("account_login"), {"address": address, "next": ""})
    seconds = perf_counter() - began
    shown = browser.ask("GET", reverse("account_confirm_login_code"))
    return seconds, [
        (status, sorted(map(plain, headers)), plain(body, address)) for status, headers, body in (asked, shown)
    ]


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
    asked = in_pairs(known, unknown)

    with closing(HTTPConnection(live_server.thread.host, live_server.thread.port)) as open_one:
        form = Browser(open_one).opens(reverse("account_login"))
        asks_for_a_code(form, "warm-up@example.vn" if by == "email" else "+84912345800")
        answers = [(address in known, *asks_for_a_code(form, address)) for address in asked]

    told_apart = auc(
        [seconds for is_known, seconds, _answer in answers if is_known],
        [seconds for is_known, seconds, _answer in answers if not is_known],
    )
    print(f"AUC {told_apart:.3f} of {len(answers)} answers")
    assert answers[0][2][0][0] == 302
    assert {repr(answer) for _is_known, _seconds, answer in answers} == {repr(answers[0][2])}
    assert 0.40 <= told_apart <= 0.60, told_apart


@pytest.mark.parametrize(("known", "unknown"), [("lan@example.vn", "hoa@example.vn"), ("+84912345601", "+84912345602")])
def test_known_and_unknown_addresses_cost_the_same_statements(known: str, unknown: str) -> None:
    """What a clock would tell after a few hundred tries stands in the number of questions asked of the database."""
    a_learner(**{"phone" if known.startswith("+") else "email": known})
    asked = []
    for address in (known, unknown):
        with CaptureQueriesContext(connection) as captured:
            sign_in.ask(address=address, language=Language.VI, now=NOW)
        asked.append([VALUE.sub("?", each["sql"]) for each in captured if "SAVEPOINT" not in each["sql"]])

    assert asked[0] == asked[1]
