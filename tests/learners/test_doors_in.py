"""One question, ``may_sign_in``, behind every door: the doors are listed, and a new one fails until it is tried."""

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from learners.models import Learner
from learners.permissions import may_sign_in
from tests.factories.people import NOW, a_curator, a_learner
from tests.learners.sign_in import ask_for_code, code_sent_to, type_code

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("learners", "credits", "courses", "portal")
# What begins a session, in Django, in allauth and in our adapter.
BEGINNINGS = {"perform_login", "resume_login", "perform_password_login", "login", "force_login", "complete_login"}
BEGINNINGS |= {"login_webauthn"}
NUMBER = "+84912345678"


def by_email(client: Client, learner: Learner) -> None:
    ask_for_code(client, str(learner.email))
    type_code(client, code_sent_to(str(learner.email)))


def by_phone(client: Client, learner: Learner) -> None:
    ask_for_code(client, NUMBER)
    type_code(client, code_sent_to(NUMBER))


def by_the_desk(client: Client, learner: Learner) -> None:
    client.get("/admin/", follow=True)
    ask_for_code(client, str(learner.email), next="/admin/")
    type_code(client, code_sent_to(str(learner.email)))


def by_a_session_from_before(client: Client, learner: Learner) -> None:
    client.force_login(learner)


# Where a session begins, and how a person comes through there.
DOORS: dict[str, list[Callable[[Client, Learner], None]]] = {
    "learners/views/sign_in.py: perform_login": [by_email, by_phone, by_the_desk],
    "learners/views/card.py: perform_login": [],  # a curator has no card: tests/learners/test_card_sign_in.py
    "learners/views/identity.py: login": [],  # leads away: tests/learners/test_identities.py
    "learners/views/second_step.py: login_webauthn": [],  # tests/learners/test_ways_in_browser.py
    "learners/adapters.py: login": [by_email],  # where all the others lead through
}
# allauth's own pages that are open here; two lead in, after asking ``pre_login``.
ALLAUTH_PAGES = {
    "openid_connect_callback",  # tests/learners/test_identities.py
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
}
WAYS = [by_email, by_phone, by_the_desk, by_a_session_from_before]


def beginnings() -> set[str]:
    found = set()
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                    if name in BEGINNINGS:
                        found.add(f"{path.relative_to(ROOT)}: {name}")
    return found


def allauth_pages(resolver: URLResolver) -> set[str]:
    found = set()
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            found |= allauth_pages(pattern)
        elif isinstance(pattern, URLPattern) and pattern.callback.__module__.startswith("allauth."):
            found.add(str(pattern.name))
    return found


@pytest.fixture(autouse=True)
def fresh_limits(settings: Any, tmp_path: Path) -> None:
    cache.clear()
    settings.MAILBOX_DIR = tmp_path / "mailbox"


def test_every_door_is_known() -> None:
    """ASVS 6.3.4: no way in that nobody has thought of."""
    assert beginnings() == set(DOORS)
    assert allauth_pages(get_resolver()) == ALLAUTH_PAGES
    assert all(way in WAYS for ways in DOORS.values() for way in ways)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "closed",
    [{"is_active": False}, {"is_active": False, "closed_at": NOW}],
    ids=["not active", "closed"],
)
def test_a_closed_account_comes_in_nowhere(client: Client, way: Any, closed: dict[str, Any]) -> None:
    learner = a_curator(phone=NUMBER, **closed)

    way(client, learner)

    assert not may_sign_in(learner)
    assert client.get(reverse("learners:profile")).status_code == 302
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("way", WAYS)
def test_an_open_account_comes_in_by_each(client: Client, way: Any) -> None:
    learner = a_curator(phone=NUMBER)

    way(client, learner)

    assert client.session["_auth_user_id"] == str(learner.pk)


def test_the_question_is_asked_at_every_request(client: Client) -> None:
    """ASVS 7.4.2: closed in the middle of a session, it is over at the next page."""
    learner = a_learner()
    client.force_login(learner)

    Learner.objects.filter(pk=learner.pk).update(is_active=False)

    assert client.get(reverse("learners:profile")).status_code == 302


def test_a_new_portal_has_no_account() -> None:
    """ASVS 6.3.2: what migrations leave behind opens nothing."""
    assert not Learner.objects.exists()
