"""Whoever was on the way to a page reaches it by each door, after a slip as well; nobody is led out of the portal."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from django.utils.http import urlencode

from learners.models import Session
from learners.views import limits
from tests.factories.counter import a_card, a_registration
from tests.factories.people import a_learner, an_organization
from tests.learners.sign_in import ask_for_code

pytestmark = pytest.mark.django_db
THEN = "/runs/7/enroll/?from=search&q=may"
CARRIED = escape(f"?{urlencode({'next': THEN})}")
CARRIED_BY = {"card": "learners:card_sign_in", "passkey": "account_passkey"}
ELSEWHERE = ["https://evil.example/", "//evil.example/", "javascript:alert(1)"]


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def links_to(name: str, page: str) -> list[str]:
    return re.findall(f'href="{reverse(name)}([^"]*)"', page)


@pytest.mark.parametrize("door", CARRIED_BY.values(), ids=CARRIED_BY)
def test_the_doors_beside_the_code_know_where_somebody_is_going(client: Client, door: str) -> None:
    asked = client.get(reverse("account_login"), {"next": THEN}).content.decode()
    slipped = ask_for_code(client, "no address", next=THEN).content.decode()

    assert [links_to(door, asked), links_to(door, slipped)] == [[CARRIED], [CARRIED]]


@pytest.mark.parametrize("then", ELSEWHERE)
@pytest.mark.parametrize("door", CARRIED_BY.values(), ids=CARRIED_BY)
def test_no_door_leads_out_of_the_portal(client: Client, door: str, then: str) -> None:
    asked = client.get(reverse("account_login"), {"next": then}).content.decode()
    beside = client.get(reverse(door), {"next": then}).content.decode()

    assert links_to(door, asked) == [""]
    assert "evil" not in beside.replace(escape(urlencode({"next": then})), "")
    assert "alert(1)" not in beside


class TestCard:
    @pytest.fixture
    def said(self) -> dict[str, str]:
        printed = a_card(a_registration(organization=an_organization(), birth_year=1952))
        return {"code": printed.code, "known": "1952"}

    def test_it_opens_where_somebody_was_going(self, client: Client, said: dict[str, str]) -> None:
        path = reverse("learners:card_sign_in", query={"next": THEN})
        slipped = client.post(path, said | {"known": "1953"})
        entered = client.post(path, said)

        assert CARRIED in links_to("account_login", slipped.content.decode())
        assert 'action="' not in slipped.content.decode().partition("<main")[2].partition("</form>")[0]  # to itself
        assert entered.url == THEN

    @pytest.mark.parametrize("then", ELSEWHERE)
    def test_it_leads_nowhere_else(self, client: Client, said: dict[str, str], then: str) -> None:
        entered = client.post(reverse("learners:card_sign_in", query={"next": then}), said)

        assert entered.url == reverse("dashboard")


class TestPasskey:
    """What a passkey opens is seen in a browser: tests/learners/test_ways_in_browser.py."""

    @pytest.mark.parametrize(("then", "carried"), [(THEN, f"?{urlencode({'next': THEN})}"), (ELSEWHERE[0], "")])
    def test_who_is_not_let_in_is_led_to_the_codes(self, client: Client, then: str, carried: str) -> None:
        refused = client.post(reverse("mfa_login_webauthn"), {"credential": "{}", "next": then})

        assert refused.url == reverse("account_login") + carried

    @pytest.mark.parametrize(
        ("action", "sends"),
        [
            ("guess", lambda path: Client().post(path, {"credential": "{}"})),
            ("ask", lambda path: Client().get(path, headers={"X-Requested-With": "XMLHttpRequest"})),
        ],
        ids=["says", "asks"],
    )
    def test_too_many_tries_leave_no_session(
        self, monkeypatch: pytest.MonkeyPatch, action: str, sends: Callable[[str], Any]
    ) -> None:
        monkeypatch.setitem(limits.RATES, action, "2/60s/ip")

        answers = [sends(reverse("mfa_login_webauthn")).status_code for _try in range(5)]

        assert answers[2:] == [429, 429, 429]
        assert Session.objects.count() == 2


def test_who_is_signed_in_already_goes_on(client: Client) -> None:
    client.force_login(a_learner())

    answers = [client.get(reverse(door), {"next": THEN}).url for door in CARRIED_BY.values()]

    assert answers == [THEN, THEN]
