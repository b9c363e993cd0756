"""Codes are limited: for each address, for each network address, and for guesses made at the same time."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from learners import rules
from learners.actions import sign_in
from learners.choices import Language
from learners.models import Message, SignInCode
from tests.factories.people import a_learner
from tests.learners.sign_in import another, ask_for_code, code_sent_to, type_code

ADDRESS = "hoa@example.vn"


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> None:
    cache.clear()


@pytest.mark.parametrize("is_known", [True, False], ids=["known", "unknown"])
def test_an_address_gets_five_codes_an_hour(client: Client, is_known: bool) -> None:
    if is_known:
        a_learner(email=ADDRESS)
    for _ in range(5):
        assert ask_for_code(client, ADDRESS).status_code == 302

    sixth = ask_for_code(client, ADDRESS.upper())

    assert sixth.status_code == 200
    assert sixth.context["form"].errors["address"]
    assert sixth.context["form"]["address"].value() == ADDRESS.upper()
    assert Message.objects.count() == 5


def test_sending_again_counts_too(client: Client) -> None:
    ask_for_code(client, ADDRESS)
    for _ in range(5):
        client.post(reverse("account_confirm_login_code"), {"again": "1"})

    assert Message.objects.count() == 5


def test_a_network_address_asks_a_hundred_and_twenty_times_a_minute(client: Client) -> None:
    for number in range(rules.SIGN_IN_POSTS_PER_IP.times):
        assert ask_for_code(client, f"n{number}@example.vn").status_code == 302

    refused = ask_for_code(client, ADDRESS)
    elsewhere = client.post(reverse("account_login"), {"address": ADDRESS}, REMOTE_ADDR="192.0.2.7")

    assert refused.status_code == 429
    assert "429.html" in [template.name for template in refused.templates]
    assert elsewhere.status_code == 302


def test_a_forged_forwarded_address_does_not_help(client: Client) -> None:
    for number in range(rules.SIGN_IN_POSTS_PER_IP.times):
        ask_for_code(client, f"n{number}@example.vn")

    forged = client.post(reverse("account_login"), {"address": ADDRESS}, headers={"X-Forwarded-For": "192.0.2.7"})

    assert forged.status_code == 429


def test_a_network_address_guesses_a_hundred_and_twenty_times_a_minute(client: Client) -> None:
    ask_for_code(client, ADDRESS)
    for _ in range(rules.SIGN_IN_POSTS_PER_IP.times):
        type_code(client, "no code")

    assert type_code(client, code_sent_to(ADDRESS)).status_code == 429


def test_another_code_starts_no_sooner(client: Client) -> None:
    """Five guesses a code and twenty codes a day: one chance in ten thousand."""
    ask_for_code(client, ADDRESS)
    right = code_sent_to(ADDRESS)
    for _ in range(5):
        type_code(client, another(right))

    assert SignInCode.objects.get().guesses == 5
    assert type_code(client, right).url == reverse("account_login")
    assert SignInCode.objects.get().guesses == 5


@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_time_are_counted_one_by_one() -> None:
    asked = sign_in.ask(address=ADDRESS, language=Language.VI, now=timezone.now())
    wrong = another(code_sent_to(ADDRESS))

    def guess(_number: int) -> str:
        try:
            return sign_in.prove(code_id=asked.pk, code=wrong, now=timezone.now())
        except sign_in.UnableToProve as refusal:
            return type(refusal).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(24)))

    assert answers.count("WrongCode") == 4  # the fifth guess ends the code
    assert answers.count("CodeIsDead") == 20
    assert SignInCode.objects.get().guesses == 5


@pytest.mark.django_db(transaction=True)
def test_a_right_code_at_the_same_time_opens_once() -> None:
    asked = [
        sign_in.ask(address=f"n{number}@example.vn", language=Language.VI, now=timezone.now()) for number in range(20)
    ]
    codes = {message.address: message.data["code"] for message in Message.objects.all()}

    def guess(row: SignInCode) -> bool:
        try:
            return bool(sign_in.prove(code_id=row.pk, code=codes[row.address], now=timezone.now()))
        except sign_in.CodeIsDead:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(guess, [row for row in asked for _ in range(5)]))

    assert opened.count(True) == 20


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", [ADDRESS, "+84912345678"])
def test_codes_asked_for_at_the_same_time_are_counted_one_by_one(address: str) -> None:
    """ASVS 2.3.4 and 6.3.1: twenty-four requests at once make no more codes leave than one after the other."""

    def ask(_number: int) -> bool:
        try:
            return bool(sign_in.ask(address=address, language=Language.VI, now=timezone.now()))
        except sign_in.TooManyCodes:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(ask, range(24)))

    assert sent.count(True) == Message.objects.count() == 5
