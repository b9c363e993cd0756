"""What a session is that began by a card: for looking and enrolling, on a shared computer, for two hours at most."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from learners import rules
from learners.actions import card as actions
from learners.actions import closing
from learners.choices import MessageKind
from learners.models import AccountClosing, Device, Learner, Message
from tests.factories.people import NOW, a_learner
from tests.learners.sign_in import ask_for_code, code_sent_to, shown_by_the_app, type_code

pytestmark = pytest.mark.django_db
ADDRESS = "hoa@example.vn"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def saturday(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    cache.clear()


@pytest.fixture
def learner() -> Learner:
    return a_learner(email=ADDRESS)


@pytest.fixture
def with_an_app(learner: Learner) -> Learner:
    totp.TOTP.activate(learner, SECRET)
    return learner


def scan(client: Client, learner: Learner, *, now: datetime = NOW) -> Any:
    printed = actions.issue(learner=learner, actor=learner, pin="4711", now=now)
    return client.post(reverse("learners:card_scan", args=[printed.secret]))


def type_second(client: Client) -> Any:
    return client.post(reverse("mfa_authenticate"), {"code": shown_by_the_app(SECRET)})


def is_open(client: Client) -> bool:
    return client.get("/me/").status_code == 200


def test_after_the_second_step_it_is_still_a_card(client: Client, with_an_app: Learner) -> None:
    asked = scan(client, with_an_app)
    type_second(client)

    assert asked.url == reverse("mfa_authenticate")
    assert is_open(client)
    assert client.get("/me/profile/").status_code == 403
    assert client.post(reverse("learners:close")).status_code == 403


def test_after_the_second_step_it_ends_with_its_card(client: Client, with_an_app: Learner) -> None:
    scan(client, with_an_app)
    type_second(client)
    actions.revoke(learner=with_an_app, actor=with_an_app, now=NOW)

    assert not is_open(client)


def test_a_card_left_at_the_second_step_makes_nothing_of_another_way_in(client: Client, with_an_app: Learner) -> None:
    scan(client, with_an_app)
    ask_for_code(client, ADDRESS)
    type_code(client, code_sent_to(ADDRESS))
    type_second(client)

    assert client.get("/me/profile/").status_code == 200


def test_it_ends_after_two_hours_however_busy(client: Client, learner: Learner, time_machine: Any) -> None:
    scan(client, learner)
    step, opened = timedelta(minutes=15), []
    for number in range(1, rules.CARD_SESSION // step + 2):
        time_machine.move_to(NOW + step * number, tick=False)
        opened.append(is_open(client))

    assert opened == [True] * (rules.CARD_SESSION // step) + [False]
    assert "_auth_user_id" not in client.session
    assert Device.objects.get().ended_at is not None


def test_it_is_one_of_a_shared_computer(client: Client, learner: Learner, time_machine: Any) -> None:
    entered = scan(client, learner)
    time_machine.move_to(NOW + rules.SHARED_IDLE + timedelta(seconds=1), tick=False)

    assert entered.cookies["session"]["max-age"] == ""  # with the browser
    assert "device" not in entered.cookies
    assert Device.objects.get().is_shared
    assert not is_open(client)


def test_a_card_stops_no_closing_and_says_when_the_account_closes(client: Client, learner: Learner) -> None:
    closing.ask(learner=learner, now=NOW)
    learner.refresh_from_db()

    entered = scan(client, learner)
    page = client.get(entered.url).content.decode()

    assert AccountClosing.objects.get().stopped_at is None
    assert "Tài khoản này sẽ đóng ngày" in page


def test_a_code_stops_a_closing_and_everybody_there_is_told(client: Client) -> None:
    learner = a_learner(email=ADDRESS, phone="+84912345678")
    closing.ask(learner=learner, now=NOW)

    ask_for_code(client, ADDRESS)
    type_code(client, code_sent_to(ADDRESS))

    told = Message.objects.filter(kind=MessageKind.WAY_CHANGED)
    assert AccountClosing.objects.get().stopped_at == NOW
    assert {letter.address for letter in told} == {ADDRESS, "+84912345678"}
    assert all("được dừng lại" in letter.data["what"] for letter in told)


def test_signing_in_without_a_closing_tells_nobody_of_one(client: Client, learner: Learner) -> None:
    ask_for_code(client, ADDRESS)
    type_code(client, code_sent_to(ADDRESS))

    assert not Message.objects.filter(kind=MessageKind.WAY_CHANGED).exists()
