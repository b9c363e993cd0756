"""OpenID Connect: a provider of the settings opens a record only after the record's own way did, and never must."""

import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from learners import rules
from learners.choices import MessageKind
from learners.identities import kept_as
from learners.models import Device, Learner, Message, Session
from learners.views import limits
from tests.factories.people import a_learner
from tests.learners.sign_in import ask_for_code, code_sent_to, prove_again, type_code

pytestmark = pytest.mark.django_db
ADDRESS = "hoa@example.vn"
START = "/account/with/vneid/"


class Provider(HTTPServer):
    """A provider on this machine: it has one person, and signs what it says of them."""

    said: dict[str, Any]
    in_token: dict[str, Any]
    audience = "portal"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        url = self.server.url
        if self.path.startswith("/.well-known/"):
            self._answer(
                {
                    "issuer": url,
                    "authorization_endpoint": f"{url}/authorize",
                    "token_endpoint": f"{url}/token",
                    "userinfo_endpoint": f"{url}/userinfo",
                    "jwks_uri": f"{url}/jwks",
                }
            )
        else:
            self._answer(self.server.said)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        now = int(time.time())
        claims = {"iss": self.server.url, "aud": self.server.audience, "iat": now, "exp": now + 300}
        token = jwt.encode({**claims, **self.server.in_token}, "a key of the provider, long enough for HS256")
        self._answer({"access_token": "x", "token_type": "Bearer", "id_token": token})

    def _answer(self, what: dict[str, Any]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(what).encode())

    def log_message(self, *words: Any) -> None:
        """Quietly."""


@pytest.fixture(autouse=True)
def provider(settings: Any, tmp_path: Path) -> Iterator[Provider]:
    cache.clear()
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    server = Provider(("127.0.0.1", 0), Handler)
    server.said = {"sub": "079", "name": "Lê Văn Hòa", "email": ADDRESS, "email_verified": True}
    server.in_token = {"sub": "079"}
    app = {"provider_id": "vneid", "name": "VNeID", "client_id": "portal", "secret": "s" * 32}
    app["settings"] = {"server_url": server.url, "uid_field": "sub"}  # type: ignore[assignment]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def comes_back(client: Client, start: str = START) -> Any:
    """Go to the provider and come back with its answer."""
    asked = parse_qs(urlsplit(client.get(start).url).query)
    return client.get(f"{START}callback/", {"code": "c", "state": asked["state"][0]})


def signs_in(client: Client, address: str = ADDRESS) -> Any:
    ask_for_code(client, address, next=reverse("learners:identity"))
    return type_code(client, code_sent_to(address))


def joined(learner: Learner) -> SocialAccount:
    return SocialAccount.objects.create(user=learner, provider="vneid", uid=kept_as("vneid", "079"))


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_what_is_asked_of_the_provider(client: Client, provider: Provider) -> None:
    """ASVS 10.4.6 and 10.1.2: PKCE and a state of this browser."""
    away = urlsplit(client.get(START).url)
    asked = parse_qs(away.query)

    assert away.geturl().startswith(f"{provider.url}/authorize?")
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://testserver/account/with/vneid/callback/"]
    assert asked["state"]


def test_an_identity_alone_opens_nothing_though_the_address_is_known(client: Client) -> None:
    """ASVS 10.5.2 and 6.8.2: a provider's word about an address is no proof."""
    a_learner(email=ADDRESS)

    back = comes_back(client)
    shown = client.get(back.url, follow=True)

    assert back.url == reverse("learners:identity")
    assert not is_in(client)
    assert "VNeID" in shown.content.decode()
    assert not SocialAccount.objects.exists()


def test_it_is_joined_after_ones_own_way_and_opens_the_record_next_time(client: Client) -> None:
    learner = a_learner(email=ADDRESS)

    comes_back(client)
    entered = signs_in(client)
    client.post(entered.url, {"join": "1"})
    elsewhere = Client()
    again = comes_back(elsewhere)

    account = SocialAccount.objects.get()
    assert entered.url == reverse("learners:identity")
    assert (account.user, account.uid) == (learner, kept_as("vneid", "079"))
    assert len(account.uid) == 64  # a digest: a provider may say the number of an identity card
    assert again.url == reverse("dashboard")
    assert elsewhere.session["_auth_user_id"] == str(learner.pk)
    assert Message.objects.filter(kind=MessageKind.WAY_CHANGED, address=ADDRESS).count() == 1


def test_nothing_the_provider_says_of_a_person_is_kept(client: Client) -> None:
    joined(a_learner(email=ADDRESS))

    comes_back(client)

    assert is_in(client)
    assert SocialAccount.objects.get().extra_data == {}
    assert not SocialToken.objects.exists()


def test_an_identity_is_known_after_the_secret_key_was_changed(client: Client, settings: Any) -> None:
    learner = a_learner(email=ADDRESS)
    joined(learner)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "x" * 50, [settings.SECRET_KEY]

    comes_back(client)

    assert client.session["_auth_user_id"] == str(learner.pk)


@pytest.mark.parametrize(("start", "is_shared"), [(START, False), (f"{START}?shared=1", True)])
def test_the_computer_may_be_shared(client: Client, start: str, is_shared: bool) -> None:
    joined(a_learner(email=ADDRESS))

    shown = client.get(reverse("account_login")).content.decode()
    entered = comes_back(client, start)

    assert f'href="{start}"' in shown
    assert Device.objects.get().is_shared == is_shared
    assert ("device" in entered.cookies) is not is_shared


def test_joined_already_a_session_stays_the_one_it_is(client: Client) -> None:
    learner = a_learner(email=ADDRESS)
    joined(learner)
    ask_for_code(client, ADDRESS, is_shared="on")
    type_code(client, code_sent_to(ADDRESS))

    back = comes_back(client)

    assert back.url == reverse("learners:ways")
    assert client.session["is_shared"] is True
    assert Device.objects.count() == 1


def test_who_is_new_opens_a_record_by_a_code_too(client: Client) -> None:
    comes_back(client)
    named = signs_in(client, "moi@example.vn")
    opened = client.post(named.url, {"full_name": "Lê Văn Hòa"})
    client.post(opened.url, {"join": "1"})

    assert opened.url == reverse("learners:identity")
    assert SocialAccount.objects.get().user == Learner.objects.get(email="moi@example.vn")


def test_it_leads_to_where_somebody_was_going(client: Client) -> None:
    learner = a_learner(email=ADDRESS)
    joined(learner)

    back = comes_back(client, f"{START}?next=/courses/")
    elsewhere = comes_back(Client(), f"{START}?next=https://evil.example/")

    assert (back.url, elsewhere.url) == ("/courses/", reverse("dashboard"))


def test_who_joins_it_goes_on_to_where_they_were_going(client: Client) -> None:
    a_learner(email=ADDRESS)

    comes_back(client, f"{START}?next=/courses/")
    entered = signs_in(client)

    assert client.post(entered.url, {"join": "1"}).url == "/courses/"


def test_an_unknown_provider_and_too_many_tries_leave_no_session(client: Client, monkeypatch: Any) -> None:
    unknown = [Client().get("/account/with/nobody/").status_code for _try in range(3)]
    before = Session.objects.count()
    monkeypatch.setitem(limits.RATES, "ask", "2/60s/ip")
    cache.clear()
    known = [Client().get(START).status_code for _try in range(4)]

    assert (unknown, before) == ([404, 404, 404], 0)
    assert known == [302, 302, 429, 429]
    assert Session.objects.count() == 2


def test_what_somebody_left_in_the_browser_is_refused(client: Client) -> None:
    """The next person at a library's computer is asked, and says no."""
    a_learner(email="khac@example.vn")

    comes_back(client)
    entered = signs_in(client, "khac@example.vn")
    client.post(entered.url, {"refuse": "1"})

    assert not SocialAccount.objects.exists()
    assert "identity" not in client.session


def test_an_identity_waits_ten_minutes(client: Client) -> None:
    comes_back(client)
    session = client.session
    session["identity"]["at"] -= rules.IDENTITY_WAITS.total_seconds()
    session.save()
    entered = signs_in(client, "moi@example.vn")
    opened = client.post(entered.url, {"full_name": "Lê Văn Hòa"})

    assert client.post(opened.url, {"join": "1"}).url == reverse("learners:ways")
    assert not SocialAccount.objects.exists()


def test_an_identity_of_another_record_stays_with_it(client: Client) -> None:
    owner, learner = a_learner(), a_learner()
    joined(owner)
    client.force_login(learner)
    prove_again(client, learner)

    back = comes_back(client)

    assert back.url == reverse("learners:ways")
    assert client.session["_auth_user_id"] == str(learner.pk)
    assert SocialAccount.objects.get().user == owner


def test_a_closed_account_is_not_opened_by_it(client: Client) -> None:
    joined(a_learner(is_active=False))

    back = comes_back(client)

    assert back.url == reverse("account_login")
    assert not is_in(client)


def test_it_enrols_and_does_not_spend(client: Client) -> None:
    joined(a_learner())

    comes_back(client)

    assert client.get(reverse("learners:way_new", args=["email"])).url.startswith(reverse("account_reauthenticate"))


@pytest.mark.parametrize("forged", ["", "x" * 32])
def test_an_answer_this_browser_did_not_ask_for_is_refused(client: Client, forged: str) -> None:
    """ASVS 10.2.1."""
    joined(a_learner())

    back = client.get(f"{START}callback/", {"code": "c", "state": forged})

    assert back.url == reverse("account_login")
    assert not is_in(client)


@pytest.mark.parametrize(
    ("audience", "in_token"),
    [
        ("somebody else", {"sub": "079"}),
        ("portal", {"sub": "079", "iss": "https://evil.example"}),
        ("portal", {"sub": "079", "exp": 1}),
        ("portal", {"sub": "080"}),
    ],
    ids=["audience", "issuer", "too old", "two subjects"],
)
def test_a_token_that_is_not_for_us_is_refused(
    client: Client, provider: Provider, audience: str, in_token: dict[str, Any]
) -> None:
    """ASVS 9.2.3, 9.2.1, 10.5.3."""
    joined(a_learner())
    provider.audience, provider.in_token = audience, in_token

    back = comes_back(client)

    assert back.url == reverse("account_login")
    assert not is_in(client)


def test_it_is_taken_away_again(client: Client) -> None:
    learner = a_learner(email=ADDRESS)
    account = joined(learner)
    client.force_login(learner)
    prove_again(client, learner)
    address = reverse("learners:identity_remove", args=[account.pk])

    asked, removed = client.get(address), client.post(address)

    assert (asked.status_code, removed.url) == (200, reverse("learners:ways"))
    assert not SocialAccount.objects.exists()
    assert Message.objects.filter(kind=MessageKind.WAY_CHANGED, address=ADDRESS).count() == 1


def test_nobody_takes_somebody_elses_away(client: Client) -> None:
    account, stranger = joined(a_learner()), a_learner()
    client.force_login(stranger)
    prove_again(client, stranger)

    assert client.post(reverse("learners:identity_remove", args=[account.pk])).status_code == 404
    assert SocialAccount.objects.exists()


def test_without_providers_there_is_nothing_to_see(client: Client, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}

    assert "/account/with/" not in client.get(reverse("account_login")).content.decode()
    assert client.get(START).status_code == 404
