"""Browse, enrol, redeem: what each level opens, and that what spends or changes asks again."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from learners import rules
from learners.choices import Level
from learners.levels import needs
from learners.models import Card, Learner, Mandate
from tests.factories.people import a_learner
from tests.learners.sign_in import a_fresh_proof, another, ask_for_code, code_sent_to, prove_again, type_code

pytestmark = pytest.mark.django_db
NUMBER = "+84912345678"
PAGE = "/me/sign-in/email/"


@pytest.fixture(autouse=True)
def fresh_limits(settings: Any, tmp_path: Path) -> None:
    cache.clear()
    settings.MAILBOX_DIR = tmp_path / "mailbox"


@pytest.fixture
def learner(client: Client) -> Learner:
    learner = a_learner(email="hoa@example.vn", phone=NUMBER)
    client.force_login(learner)
    return learner


def ask_again(client: Client, way: str, then: str = PAGE) -> Any:
    return client.post(reverse("account_reauthenticate"), {"way": way, "next": then})


def type_again(client: Client, code: str) -> Any:
    return client.post(reverse("account_again_code"), {"code": code})


def test_a_code_typed_a_moment_ago_is_enough(client: Client) -> None:
    a_learner(email="hoa@example.vn")
    ask_for_code(client, "hoa@example.vn")
    type_code(client, code_sent_to("hoa@example.vn"))

    at_once = client.get(PAGE).status_code
    with time_machine.travel(timezone.now() + rules.PROOF_FRESH + timedelta(seconds=1)):
        later = client.get(PAGE)

    assert at_once == 200
    assert later.url == f"{reverse('account_reauthenticate')}?next={PAGE}"


@pytest.mark.parametrize(("way", "address"), [("email", "hoa@example.vn"), ("phone", NUMBER)])
def test_asked_again_a_person_proves_and_comes_back(client: Client, learner: Learner, way: str, address: str) -> None:
    asked = client.get(PAGE, follow=True)
    ask_again(client, way)
    back = type_again(client, code_sent_to(address))

    assert learner.email not in asked.content.decode()  # masked: the session may be left open
    assert back.url == PAGE
    assert client.get(PAGE).status_code == 200


def test_who_has_one_way_is_not_asked_which(client: Client) -> None:
    learner = a_learner(email="hoa@example.vn")
    client.force_login(learner)

    page = client.get(reverse("account_reauthenticate"), {"next": PAGE}).content.decode()

    assert "h…@example.vn" in page
    assert 'type="radio"' not in page


@pytest.mark.parametrize("way", ["", "card", "phone"])
def test_a_way_the_person_does_not_have_is_refused(client: Client, way: str) -> None:
    client.force_login(a_learner())

    assert ask_again(client, way).status_code == 200


def test_guesses_are_bounded_here_too(client: Client, learner: Learner) -> None:
    """ASVS 6.3.4: asking again is no easier to guess than signing in."""
    ask_again(client, "email")
    right = code_sent_to("hoa@example.vn")

    wrong = [type_again(client, another(right)).status_code for _ in range(5)]
    type_again(client, right)

    assert wrong == [200] * 4 + [302]
    assert client.get(PAGE).status_code == 302


def test_the_proof_of_somebody_else_counts_for_nothing(client: Client, learner: Learner) -> None:
    session = client.session
    session.update(a_fresh_proof(a_learner()))
    session.save()

    assert client.get(PAGE).status_code == 302


def test_a_card_enrols_and_no_more(client: Client, learner: Learner) -> None:
    session = client.session
    session.update(
        {
            "account_authentication_methods": [{"method": "card", "at": time.time()}],
            "account_authentication_methods_user": str(learner.pk),
        }
    )
    session.save()

    assert client.get(PAGE).status_code == 302
    assert client.get(reverse("learners:ways")).status_code == 200


@pytest.mark.parametrize("then", ["//evil.example/", "https://evil.example/", "javascript:alert(1)"])
def test_back_leads_to_own_pages_only(client: Client, learner: Learner, then: str) -> None:
    ask_again(client, "email", then)

    assert type_again(client, code_sent_to("hoa@example.vn")).url == reverse("learners:ways")


@pytest.mark.parametrize(
    ("came_from", "back"),
    [("http://testserver/me/profile/", "/me/profile/"), ("http://evil.example/me/", "/x/"), ("", "/x/")],
)
def test_a_button_leads_back_to_where_it_stood(rf: RequestFactory, learner: Learner, came_from: str, back: str) -> None:
    request = rf.post("/x/", headers={"Referer": came_from})
    request.user, request.session = learner, {}  # type: ignore[assignment]

    answer = needs(Level.REDEEM)(lambda request: HttpResponse())(request)

    assert answer["Location"] == f"{reverse('account_reauthenticate')}?next={back}"


def test_what_needs_a_fresh_proof() -> None:
    """The whole list, from the addresses themselves: what spends, takes all away or changes a way of signing in."""

    def walk(resolver: URLResolver, namespace: str = "") -> set[str]:
        found = set()
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                found |= walk(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
            elif isinstance(pattern, URLPattern) and getattr(pattern.callback, "level_to_act", None) == Level.REDEEM:
                found.add(f"{namespace}{pattern.name}")
        return found

    assert walk(get_resolver()) == {
        "courses:staff_end",
        "export_file",
        "export_new",
        "learners:card",
        "learners:close",
        "learners:helpers",
        "learners:identity",
        "learners:identity_remove",
        "learners:joined_way_remove",
        "learners:staff",
        "learners:staff_join",
        "learners:way_give_back",
        "learners:way_new",
        "learners:way_remove",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "mfa_remove_webauthn",
        "mfa_view_recovery_codes",
        "pathway_use",
    }


@pytest.mark.parametrize(
    ("name", "said", "made"),
    [
        ("learners:card", {"pin": "4711"}, Card),
        ("learners:helpers", {"helper_words": "con gái", "acts": ["ENROL"], "days": "90"}, Mandate),
    ],
)
def test_a_session_left_open_makes_no_lasting_way_in(
    client: Client, learner: Learner, name: str, said: dict[str, Any], made: type[Card | Mandate]
) -> None:
    page = reverse(name)

    looked = client.get(page)
    asked = client.post(page, said, headers={"Referer": f"http://testserver{page}"})
    prove_again(client, learner)
    made_before = made.objects.count()
    client.post(page, said)

    assert looked.status_code == 200
    assert asked.url == f"{reverse('account_reauthenticate')}?next={page}"
    assert (made_before, made.objects.count()) == (0, 1)


def test_a_fresh_proof_opens_what_spends(client: Client, learner: Learner) -> None:
    before = client.get("/me/pathways/khong-co/use/")
    prove_again(client, learner)
    after = client.get("/me/pathways/khong-co/use/")

    assert (before.status_code, after.status_code) == (302, 404)
