"""Codes are limited: for each address, for each network address, and for guesses made at the same time."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import structlog
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from learners import rules
from learners.actions import message, sign_in
from learners.choices import CodePurpose, Language, MessageState, Urgency
from learners.models import Message, SignInCode
from learners.models.address import box_of
from learners.views import limits
from tests.factories.people import a_learner
from tests.learners.sign_in import another, ask_for_code, code_sent_to, prove_again, type_code

ADDRESS = "hoa@example.vn"
NUMBER = "+84912345678"


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


# Strangers


def known_browser(address: str = ADDRESS) -> Client:
    """Return a browser in which the person with this address has been signed in, and is not now."""
    browser = Client()
    ask_for_code(browser, address)
    type_code(browser, code_sent_to(address))
    browser.post(reverse("account_logout"))
    SignInCode.objects.all().delete()
    return browser


@pytest.mark.parametrize("address", [ADDRESS, NUMBER])
def test_a_stranger_who_asks_for_all_codes_keeps_nobody_out_of_their_own_browser(address: str) -> None:
    a_learner(email=ADDRESS, phone=NUMBER)
    own = known_browser(address)
    answers = [ask_for_code(Client(), address).status_code for _ in range(6)]

    asked = ask_for_code(own, address)
    entered = type_code(own, code_sent_to(address))

    assert answers == [302] * 5 + [200]
    assert (asked.status_code, entered.url) == (302, reverse("dashboard"))


def test_a_browser_known_to_one_person_is_a_stranger_to_another() -> None:
    a_learner(email=ADDRESS)
    a_learner(email="khac@example.vn")
    own = known_browser("khac@example.vn")
    for _ in range(5):
        ask_for_code(Client(), ADDRESS)

    assert ask_for_code(own, ADDRESS).status_code == 200


def test_ones_own_browser_has_a_limit_too() -> None:
    """Or whoever took it would guess without end."""
    a_learner(email=ADDRESS)
    own = known_browser()

    assert [ask_for_code(own, ADDRESS).status_code for _ in range(6)] == [302] * 5 + [200]


def test_who_is_signed_in_is_asked_again_though_a_stranger_has_asked_for_all_codes(client: Client) -> None:
    learner = a_learner(email=ADDRESS)
    client.force_login(learner)
    for _ in range(5):
        ask_for_code(Client(), ADDRESS)

    asked = client.post(reverse("account_reauthenticate"), {"way": "email", "next": ""})

    assert asked.url == reverse("account_again_code")


def test_who_adds_an_address_gets_a_code_though_a_stranger_has_asked_for_all_codes(client: Client) -> None:
    learner = a_learner(email=ADDRESS)
    client.force_login(learner)
    prove_again(client, learner)
    for _ in range(5):
        ask_for_code(Client(), "moi@example.vn")

    asked = client.post(reverse("learners:way_new", args=["email"]), {"address": "moi@example.vn"})
    for _ in range(4):
        client.post(reverse("learners:way_new", args=["email"]), {"address": "moi@example.vn"})
    sixth = client.post(reverse("learners:way_new", args=["email"]), {"address": "moi@example.vn"})

    assert asked.url == reverse("learners:way_code")
    assert sixth.status_code == 200


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("hoa@example.vn", "hoa+1@example.vn", True),
        ("hoa+a@example.vn", "hoa+b+c@example.vn", True),
        ("le.hoa@gmail.com", "l.e.h.oa+x@gmail.com", True),
        ("le.hoa@example.vn", "lehoa@example.vn", False),
        ("hoa@example.vn", "hoa@example.com", False),
        ("+hoa@example.vn", "+hong@example.vn", False),
        ("+84912345678", "+84912345679", False),
    ],
)
def test_what_lies_in_one_letter_box(first: str, second: str, is_one: bool) -> None:
    assert (box_of(first) == box_of(second)) is is_one


def test_one_letter_box_gets_five_letters_an_hour_however_it_is_written(client: Client) -> None:
    answers = [ask_for_code(client, f"hoa+{number}@example.vn").status_code for number in range(6)]

    assert answers == [302] * 5 + [200]


def test_a_network_asks_six_hundred_times_an_hour(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.RATES, "codes", "3/3600s/key")
    from_here = [
        client.post(reverse("account_login"), {"address": f"n{number}@example.vn"}, REMOTE_ADDR=f"192.0.2.{number}")
        for number in range(4)
    ]
    elsewhere = client.post(reverse("account_login"), {"address": "n4@example.vn"}, REMOTE_ADDR="198.51.100.1")

    assert [answer.status_code for answer in from_here] == [302, 302, 302, 200]
    assert "Mạng bạn đang dùng" in from_here[3].content.decode()
    assert elsewhere.status_code == 302


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.77", "192.0.2.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48")],
)
def test_a_network_is_what_one_owner_has(rf: RequestFactory, address: str, network: str) -> None:
    assert limits.network_of(rf.get("/", REMOTE_ADDR=address)) == network


class TestStrangersHaveHadTheirs:
    """Of letters and texts; whoever has a record gets theirs, and nobody can see the difference."""

    @pytest.fixture(autouse=True)
    def few(self, monkeypatch: pytest.MonkeyPatch) -> None:
        few = dataclasses.replace(rules.LETTERS_TO_STRANGERS, times=2)
        monkeypatch.setattr(rules, "LETTERS_TO_STRANGERS", few)
        monkeypatch.setattr(
            rules, "SMS", dataclasses.replace(rules.SMS, per_day_max=4, kept_for_known=2, for_new_ways=1)
        )
        monkeypatch.setattr(rules, "LETTERS_TO_NEW_WAYS", dataclasses.replace(rules.LETTERS_TO_NEW_WAYS, times=1))
        a_learner(email=ADDRESS, phone=NUMBER)

    @pytest.mark.parametrize(
        ("known", "unknown"),
        [
            (ADDRESS, [f"n{each}@example.vn" for each in range(4)]),
            (NUMBER, [f"+8491234567{each}" for each in range(4)]),
        ],
        ids=["letters", "texts"],
    )
    def test_the_known_are_written_to_and_the_page_is_one(self, known: str, unknown: list[str]) -> None:
        browsers = {address: Client() for address in (*unknown, known)}
        asked = [ask_for_code(browser, address) for address, browser in browsers.items()]
        pages = [browser.get(reverse("account_confirm_login_code")) for browser in browsers.values()]
        entered = type_code(browsers[known], code_sent_to(known))

        assert {answer.status_code for answer in (*asked, *pages)} == {302, 200}
        assert [answer.url for answer in asked] == [reverse("account_confirm_login_code")] * 5
        assert entered.url == reverse("dashboard")
        assert list(SignInCode.objects.order_by("asked_at").values_list("is_withheld", flat=True)) == [
            *(False, False, True, True, False)
        ]

    def test_what_is_withheld_never_leaves_and_counts_for_nothing(self, mailoutbox: list[object]) -> None:
        for number in range(4):
            ask_for_code(Client(), f"n{number}@example.vn")
        later = timezone.now() + timedelta(seconds=1)
        message.deliver_due(now=later, urgency=Urgency.URGENT)
        in_an_hour = timezone.now() + rules.LETTERS_TO_STRANGERS.per + timedelta(seconds=1)

        again = sign_in.ask(address="n5@example.vn", language=Language.VI, now=in_an_hour)

        assert len(mailoutbox) == 2
        assert Message.objects.filter(state=MessageState.DROPPED).count() == 2
        assert again.is_withheld is False

    @pytest.mark.parametrize(
        ("stranger", "first", "second"),
        [
            ("n{}@example.vn", "moi@example.vn", "nua@example.vn"),
            ("+8491234560{}", "+84912345670", "+84912345671"),
        ],
        ids=["letters", "texts"],
    )
    def test_who_is_signed_in_is_sent_theirs_up_to_a_limit_of_its_own(
        self, stranger: str, first: str, second: str
    ) -> None:
        for number in range(3):
            ask_for_code(Client(), stranger.format(number))
        signed_in = {"language": Language.VI, "purpose": CodePurpose.NEW_WAY, "now": timezone.now()}

        added = sign_in.ask(address=first, learner=a_learner(), **signed_in)

        assert added.is_withheld is False
        with pytest.raises(sign_in.TooManyCodes):
            sign_in.ask(address=second, learner=a_learner(), **signed_in)

    def test_when_every_text_of_the_day_is_used_all_are_told(self) -> None:
        a_learner(phone="+84912345680")
        for number in (NUMBER, NUMBER, "+84912345680", "+84912345680"):
            ask_for_code(Client(), number)

        answers = [ask_for_code(Client(), number) for number in (NUMBER, "+84912345699")]

        assert [answer.status_code for answer in answers] == [200, 200]
        assert "tin nhắn" in answers[0].content.decode()

    def test_the_log_tells_at_half_and_at_each_tenth_more(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rules, "LETTERS_TO_STRANGERS", dataclasses.replace(rules.LETTERS_TO_STRANGERS, times=20))
        with structlog.testing.capture_logs() as logs:
            for number in range(22):  # the last two are withheld
                ask_for_code(Client(), f"n{number}@example.vn")
                if number == 9:
                    ask_for_code(Client(), ADDRESS)  # counts for nothing here

        said = [(each["what"], each["count"], each["log_level"]) for each in logs if "most" in each]
        assert said == [("letters to strangers", count, "warning") for count in (10, 12, 14, 16, 18, 20)]


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
