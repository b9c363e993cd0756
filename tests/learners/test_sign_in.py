"""Signing in, or opening a new record, by a code in a letter."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from learners import rules
from learners.models import Learner, Message, Session, SignInCode
from tests.factories.people import NINH_KIEU, a_learner
from tests.learners.sign_in import another, ask_for_code, code_sent_to, type_code

pytestmark = pytest.mark.django_db
ADDRESS = "hoa@example.vn"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def test_a_known_address_signs_in(client: Client) -> None:
    learner = a_learner(email=ADDRESS)

    asked = ask_for_code(client, ADDRESS)
    entered = type_code(client, code_sent_to(ADDRESS))

    assert asked.url == reverse("account_confirm_login_code")
    assert entered.url == reverse("dashboard")
    assert client.session["_auth_user_id"] == str(learner.pk)


def test_a_new_address_opens_a_record_with_a_name(client: Client) -> None:
    ask_for_code(client, ADDRESS)
    entered = type_code(client, code_sent_to(ADDRESS))
    unknown_until_named = Learner.objects.filter(email=ADDRESS).exists()
    opened = client.post(
        reverse("learners:sign_up"), {"full_name": "  Lê  Văn Hòa ", "province": "92", "commune": NINH_KIEU}
    )

    learner = Learner.objects.get(email=ADDRESS)
    assert entered.url == reverse("learners:sign_up")
    assert unknown_until_named is False
    assert opened.url == reverse("dashboard")
    assert client.session["_auth_user_id"] == str(learner.pk)
    assert (learner.full_name, learner.place_id, learner.language) == ("Lê Văn Hòa", NINH_KIEU, "vi")
    assert not learner.has_usable_password()
    assert learner.email_verified_at is not None


def test_a_session_known_to_somebody_else_has_no_part_in_the_proof(client: Client) -> None:
    ask_for_code(client, "moi@example.vn")
    known = client.session.session_key

    type_code(client, code_sent_to("moi@example.vn"))

    assert client.session["sign_up"]["address"] == "moi@example.vn"
    assert client.session.session_key != known
    assert not Session.objects.filter(session_key=known).exists()


def test_the_language_of_the_page_is_the_language_of_the_record(client: Client) -> None:
    with translation.override("en"):
        ask_for_code(client, ADDRESS)
        type_code(client, code_sent_to(ADDRESS))
        client.post(reverse("learners:sign_up"), {"full_name": "Ann Lee"})

    assert Message.objects.get().language == "en"
    assert Learner.objects.get(email=ADDRESS).language == "en"


def test_a_new_record_needs_a_name(client: Client) -> None:
    ask_for_code(client, ADDRESS)
    type_code(client, code_sent_to(ADDRESS))

    page = client.post(reverse("learners:sign_up"), {"full_name": "\u202e 12", "province": "92"})

    assert page.status_code == 200
    assert set(page.context["form"].errors) == {"full_name", "commune"}
    assert not Learner.objects.filter(email=ADDRESS).exists()


def test_the_name_cannot_wait_for_ever(client: Client) -> None:
    ask_for_code(client, ADDRESS)
    type_code(client, code_sent_to(ADDRESS))

    with time_machine.travel(timezone.now() + rules.NAME_WITHIN + timedelta(seconds=1)):
        page = client.post(reverse("learners:sign_up"), {"full_name": "Lê Văn Hòa"})

    assert page.url == reverse("account_login")
    assert not Learner.objects.filter(email=ADDRESS).exists()


@pytest.mark.parametrize(
    "typed",
    [
        "{} ",
        "{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}",
        "Mã đăng nhập của bạn là {}. Mã dùng một lần, trong 10 phút.",
        "full-width",
    ],
    ids=["space after", "space inside", "the whole letter", "full-width digits"],
)
def test_a_code_is_found_in_what_was_typed(client: Client, typed: str) -> None:
    a_learner(email=ADDRESS)
    ask_for_code(client, ADDRESS)
    code = code_sent_to(ADDRESS)
    full_width = "".join(chr(ord(digit) - ord("0") + ord("０")) for digit in code)

    entered = type_code(client, full_width if typed == "full-width" else typed.format(code))

    assert entered.url == reverse("dashboard")


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "sáu số", "\x00" * 6], ids=["nothing", "5", "7", "words", "NUL"]
)
def test_what_is_no_code_costs_no_guess(client: Client, typed: str) -> None:
    ask_for_code(client, ADDRESS)

    page = type_code(client, typed)

    assert page.status_code == 200
    assert page.context["form"].errors["code"]
    assert SignInCode.objects.get(address=ADDRESS).guesses == 0


def test_five_wrong_guesses_end_a_code(client: Client) -> None:
    a_learner(email=ADDRESS)
    ask_for_code(client, ADDRESS)
    right = code_sent_to(ADDRESS)

    pages = [type_code(client, another(right)) for _ in range(5)]
    after = type_code(client, right)

    assert "4" in pages[0].context["form"].errors["code"][0]
    assert "1" in pages[3].context["form"].errors["code"][0]
    assert pages[4].url == after.url == reverse("account_login")
    assert "_auth_user_id" not in client.session


def test_a_code_works_once(client: Client) -> None:
    a_learner(email=ADDRESS)
    ask_for_code(client, ADDRESS)
    code = code_sent_to(ADDRESS)
    waiting = dict(client.session)["sign_in"]
    type_code(client, code)
    other = Client()
    session = other.session
    session["sign_in"] = waiting
    session.save()

    entered = type_code(other, code)

    assert entered.url == reverse("account_login")


def test_a_code_ends_after_ten_minutes(client: Client) -> None:
    a_learner(email=ADDRESS)
    ask_for_code(client, ADDRESS)
    code = code_sent_to(ADDRESS)

    with time_machine.travel(timezone.now() + rules.CODE_VALID):
        entered = type_code(client, code)

    assert entered.url == reverse("account_login")


def test_a_code_belongs_to_the_browser_that_asked(client: Client) -> None:
    a_learner(email=ADDRESS)
    ask_for_code(client, ADDRESS)
    stranger = Client()
    ask_for_code(stranger, ADDRESS)

    entered = type_code(client, code_sent_to(ADDRESS))

    assert entered.status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_new_code_replaces_the_old_one(client: Client) -> None:
    a_learner(email=ADDRESS)
    ask_for_code(client, ADDRESS)
    old = code_sent_to(ADDRESS)

    client.post(reverse("account_confirm_login_code"), {"again": "1"})
    with_old = type_code(client, old)
    with_new = type_code(client, code_sent_to(ADDRESS))

    assert with_old.status_code == 200
    assert with_new.url == reverse("dashboard")


@pytest.mark.parametrize(
    ("then", "lands_on"),
    [
        ("/courses/?q=may", "/courses/?q=may"),
        ("//evil.example/", "/me/"),
        ("https://evil.example/", "/me/"),
        ("https://testserver/courses/", "/me/"),
        ("/\\evil.example", "/me/"),
        ("javascript:alert(1)", "/me/"),
        ("courses/", "/me/"),
    ],
)
def test_next_leads_to_own_paths_only(client: Client, then: str, lands_on: str) -> None:
    a_learner(email=ADDRESS)
    ask_for_code(client, ADDRESS, next=then)

    assert type_code(client, code_sent_to(ADDRESS)).url == lands_on


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        (" Hoa@Example.VN ", "hoa@example.vn"),
        ("hoa@tiếngviệt.vn", "hoa@xn--tingvit-5t4cyc.vn"),
    ],
    ids=["case", "IDNA"],
)
def test_one_person_has_one_address(client: Client, typed: str, folded: str) -> None:
    ask_for_code(client, typed)

    assert SignInCode.objects.get().address == folded


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "hoa",
        "hoa@",
        "@example.vn",
        "mıke@example.vn",
        "ſam@example.vn",
        "a@b@c.vn",
        "hoa@example.vn\nBcc: x@y.vn",
        "x" * 100_000 + "@example.vn",
        "hoa\x00@example.vn",
        "hoa@[127.0.0.1]",
    ],
    ids=[
        "empty",
        "no domain",
        "half",
        "no name",
        "dotless i",
        "long s",
        "two at",
        "header",
        "100 kB",
        "NUL",
        "a machine",
    ],
)
def test_what_is_no_address_is_answered_at_the_field(client: Client, typed: str) -> None:
    page = ask_for_code(client, typed)

    assert page.status_code == 200
    assert page.context["form"].errors["address"]
    assert not SignInCode.objects.exists()


def test_a_closed_account_stays_closed(client: Client) -> None:
    a_learner(email=ADDRESS, is_active=False)
    ask_for_code(client, ADDRESS)

    entered = type_code(client, code_sent_to(ADDRESS))

    assert entered.url == reverse("account_login")
    assert "_auth_user_id" not in client.session


def test_an_account_closed_meanwhile_ends_the_session(client: Client) -> None:
    learner = a_learner(email=ADDRESS)
    ask_for_code(client, ADDRESS)
    type_code(client, code_sent_to(ADDRESS))

    Learner.objects.filter(pk=learner.pk).update(is_active=False)

    assert client.get(reverse("learners:profile")).status_code == 302


@pytest.mark.parametrize("name", ["account_confirm_login_code", "learners:sign_up"])
def test_later_steps_begin_with_the_first(client: Client, name: str) -> None:
    assert client.get(reverse(name)).url == reverse("account_login")


def test_signing_out_needs_a_button(client: Client) -> None:
    client.force_login(a_learner())

    looked = client.get(reverse("account_logout"))
    left = client.post(reverse("account_logout"))

    assert (looked.status_code, left.url) == (405, reverse("home"))
    assert "_auth_user_id" not in client.session
