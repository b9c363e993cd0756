"""A second step at signing in: an app, recovery codes, passkeys; curators need one before the desk."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import allauth
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from learners import rules
from learners.actions import second_step as actions
from learners.choices import MessageKind
from learners.models import Learner, Message
from tests.factories.people import a_curator, a_learner
from tests.learners.sign_in import ask_for_code, code_sent_to, prove_again, shown_by_the_app, type_code

pytestmark = pytest.mark.django_db(transaction=True)  # allauth tells of changes once they are committed
ADDRESS = "hoa@example.vn"


@pytest.fixture(autouse=True)
def fresh_limits(settings: Any, tmp_path: Path) -> None:
    cache.clear()
    settings.MAILBOX_DIR = tmp_path / "mailbox"


@pytest.fixture
def learner(client: Client) -> Learner:
    learner = a_learner(email=ADDRESS)
    client.force_login(learner)
    prove_again(client, learner)
    return learner


def set_up_the_app(client: Client) -> str:
    """Return the key the app has now."""
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": shown_by_the_app(secret)})
    cache.clear()  # a code is taken once; the next thirty seconds are not waited for
    return str(secret)


def sign_in(address: str = ADDRESS, **more: str) -> tuple[Client, Any]:
    """Return a new browser that has typed the code sent to it, and what was answered."""
    client = Client()
    ask_for_code(client, address, **more)
    return client, type_code(client, code_sent_to(address))


def type_second(client: Client, code: str) -> Any:
    return client.post(reverse("mfa_authenticate"), {"code": code})


def recovery_codes(client: Client) -> list[str]:
    return list(client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"])


def test_an_app_is_set_up_and_asked_for(client: Client, learner: Learner) -> None:
    """ASVS 6.3.3."""
    secret = set_up_the_app(client)

    elsewhere, asked = sign_in()
    not_yet = "_auth_user_id" in elsewhere.session
    entered = type_second(elsewhere, shown_by_the_app(secret))

    assert asked.url == reverse("mfa_authenticate")
    assert not_yet is False
    assert entered.url == reverse("dashboard")
    assert elsewhere.session["_auth_user_id"] == str(learner.pk)


def test_whoever_sets_it_up_reads_no_english(client: Client, learner: Learner) -> None:
    client.get(reverse("mfa_activate_totp"))
    wrong = client.post(reverse("mfa_activate_totp"), {"code": "000000"}).content.decode()
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    done = client.post(reverse("mfa_activate_totp"), {"code": shown_by_the_app(secret)}, follow=True)

    assert "Mã trong ứng dụng: Mã chưa đúng." in wrong
    assert len(done.context["messages"]) == 2
    assert not any(str(said).isascii() for said in done.context["messages"])


def test_what_allauth_says_of_passkeys_and_the_app_is_said_in_our_words() -> None:
    theirs = [path.name for path in (Path(allauth.__file__).parent / "templates/mfa/messages").iterdir()]

    assert {name for name in theirs if render_to_string(f"mfa/messages/{name}").isascii()} == set()
    assert len(theirs) >= 5


def test_setting_it_up_is_told_through_the_outbox(client: Client, learner: Learner, mailoutbox: list[Any]) -> None:
    set_up_the_app(client)

    assert mailoutbox == []
    assert Message.objects.filter(kind=MessageKind.WAY_CHANGED, address=ADDRESS).count() == 1


@pytest.mark.parametrize("code", ["000000", "", "x", "1" * 10_000])
def test_a_wrong_code_opens_nothing(client: Client, learner: Learner, code: str) -> None:
    set_up_the_app(client)
    elsewhere, _asked = sign_in()

    page = type_second(elsewhere, code)

    assert page.status_code == 200
    assert page.context["form"].errors["code"]
    assert "_auth_user_id" not in elsewhere.session


def test_guesses_of_the_second_step_are_bounded_on_the_account(client: Client, learner: Learner) -> None:
    """ASVS 6.3.1: from however many browsers."""
    secret = set_up_the_app(client)
    browsers = [sign_in()[0] for _ in range(3)]
    for number in range(12):
        type_second(browsers[number % 3], "000000")

    refused = type_second(browsers[0], shown_by_the_app(secret))

    assert refused.status_code == 200
    assert "_auth_user_id" not in browsers[0].session


def test_a_code_of_the_app_works_once(client: Client, learner: Learner) -> None:
    """ASVS 6.5.1."""
    secret = set_up_the_app(client)
    code = shown_by_the_app(secret)
    first, second = sign_in()[0], sign_in()[0]

    type_second(first, code)
    type_second(second, code)

    assert "_auth_user_id" in first.session
    assert "_auth_user_id" not in second.session


def test_a_code_of_the_app_works_once_though_the_cache_has_forgotten_it(client: Client, learner: Learner) -> None:
    """RFC 6238, 5.2: for all of the ninety seconds in which it is right."""
    secret = set_up_the_app(client)
    code = shown_by_the_app(secret)
    first, second = sign_in()[0], sign_in()[0]

    type_second(first, code)
    cache.clear()
    type_second(second, code)

    assert ("_auth_user_id" in first.session, "_auth_user_id" in second.session) == (True, False)


def test_an_earlier_code_is_not_taken_after_a_later_one(client: Client, learner: Learner) -> None:
    secret = set_up_the_app(client)
    earlier, now, _later = (totp.hotp_value(secret, each) for each in totp.yield_hotp_counters_from_time())

    took = [actions.take(learner=learner, code=f"{each:06d}", now=timezone.now()) for each in (now, earlier)]

    assert [each is not None for each in took] == [True, False]


def test_wrong_codes_are_counted_for_a_day_whatever_else_forgets(client: Client, learner: Learner) -> None:
    """ASVS 6.3.1: 20 guesses at three right codes, and a success in between begins no new count."""
    secret = set_up_the_app(client)
    now = timezone.now()
    codes = recovery_codes(client)
    for number in range(rules.SECOND_STEP_GUESSES.times):
        actions.take(learner=learner, code="wrong", now=now)
        if number == 3:
            assert actions.take(learner=learner, code=codes[0], now=now)

    with pytest.raises(actions.UnableToTake):
        actions.take(learner=learner, code=shown_by_the_app(secret), now=now)
    browser, _asked = sign_in()
    page = type_second(browser, shown_by_the_app(secret))
    tomorrow = actions.take(learner=learner, code=shown_by_the_app(secret), now=now + timedelta(days=1))

    assert "quá nhiều mã sai" in page.content.decode()
    assert "_auth_user_id" not in browser.session
    assert tomorrow is not None


@pytest.mark.parametrize(("is_right", "told"), [(True, {"opened": 1, "wrong": 11}), (False, {"wrong": 12})])
def test_codes_typed_at_the_same_time_are_looked_at_one_by_one(
    client: Client, learner: Learner, is_right: bool, told: dict[str, int]
) -> None:
    code = shown_by_the_app(set_up_the_app(client)) if is_right else set_up_the_app(client)[:6]

    def take(_number: int) -> str:
        try:
            return "opened" if actions.take(learner=learner, code=code, now=timezone.now()) else "wrong"
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        said = Counter(pool.map(take, range(12)))

    assert said == told
    assert len(Authenticator.objects.get(type=Authenticator.Type.TOTP).data["wrong_at"]) == told["wrong"]


PROTECTED = [
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "mfa_add_webauthn",
    "learners:close",
    "learners:card",
]


@pytest.mark.parametrize("name", PROTECTED)
def test_a_code_by_letter_does_not_stand_for_the_second_step(client: Client, learner: Learner, name: str) -> None:
    """ASVS 6.4.3: who reads somebody's mail does not take their second step away."""
    set_up_the_app(client)
    browser = Client()
    browser.force_login(learner)
    prove_again(browser, learner)

    refused = browser.post(reverse(name), {"pin": "4711"})

    assert refused.url.startswith(reverse("account_reauthenticate"))
    assert Authenticator.objects.filter(user=learner).count() == 2


def test_asked_again_the_code_of_the_app_is_asked_for_and_leads_back(client: Client, learner: Learner) -> None:
    secret = set_up_the_app(client)
    browser, again = Client(), reverse("account_reauthenticate")
    browser.force_login(learner)
    then = reverse("mfa_deactivate_totp")

    page = browser.get(again, {"next": then}).content.decode()
    wrong = browser.post(again, {"next": then, "code": "000000"})
    still = browser.get(then)
    right = browser.post(again, {"next": then, "code": shown_by_the_app(secret)})

    assert "ứng dụng" in page
    assert "h…@example.vn" not in page  # no code goes there
    assert wrong.context["form"].errors["code"]
    assert still.url == f"{again}?next={then}"
    assert right.url == then
    assert browser.get(then).status_code == 200


NO_PASSKEYS = ["", "{}", "[]", "1", "x" * 10_000, '{"id": 1}', '{"response": []}', '{"response": {"userHandle": "MQ"}}']


@pytest.mark.parametrize("sent", NO_PASSKEYS)
def test_what_is_no_passkey_opens_nothing(client: Client, learner: Learner, sent: str) -> None:
    """Neither at signing in nor as a second step."""
    set_up_the_app(client)
    stranger, half = Client(), sign_in()[0]

    answers = [
        stranger.post(reverse("mfa_login_webauthn"), {"credential": sent}),
        half.post(reverse("mfa_authenticate"), {"credential": sent}),
    ]

    assert [answer.status_code for answer in answers] == [302, 200]
    assert not any("_auth_user_id" in browser.session for browser in (stranger, half))


@pytest.mark.parametrize("sent", NO_PASSKEYS)
def test_what_is_no_passkey_proves_nothing(client: Client, learner: Learner, sent: str) -> None:
    set_up_the_app(client)
    browser, again = Client(), reverse("account_reauthenticate")
    browser.force_login(learner)

    page = browser.post(again, {"credential": sent})

    assert page.status_code == 200
    assert browser.get(reverse("mfa_deactivate_totp")).url.startswith(again)


def test_a_recovery_code_opens_once_when_the_phone_is_lost(client: Client, learner: Learner) -> None:
    """ASVS 6.4.3 and 6.5.1."""
    set_up_the_app(client)
    code = recovery_codes(client)[0]
    first, second = sign_in()[0], sign_in()[0]

    type_second(first, code)
    again = type_second(second, code)

    assert "_auth_user_id" in first.session
    assert again.status_code == 200
    assert len(recovery_codes(client)) == 9


@pytest.mark.parametrize("typed", ["{}-{}", "{} {}", " {}{} "])
def test_recovery_codes_are_shown_in_fours_and_taken_as_they_are_typed(
    client: Client, learner: Learner, typed: str
) -> None:
    set_up_the_app(client)
    page, code = client.get(reverse("mfa_view_recovery_codes")).content.decode(), recovery_codes(client)[0]
    assert f">{code[:4]}-{code[4:]}<" in page

    browser = sign_in()[0]
    type_second(browser, typed.format(code[:4], code[4:]))
    assert "_auth_user_id" in browser.session


def test_who_sets_the_app_up_on_the_phone_itself_opens_it_by_a_link(client: Client, learner: Learner) -> None:
    page = client.get(reverse("mfa_activate_totp"))

    link = re.search(r'href="(otpauth://totp/[^"]+)"', page.content.decode())
    assert link is not None
    assert f"secret={page.context['form'].secret}" in link[1]


def test_new_recovery_codes_end_the_old(client: Client, learner: Learner) -> None:
    set_up_the_app(client)
    old = recovery_codes(client)
    client.post(reverse("mfa_generate_recovery_codes"))

    assert not set(old) & set(recovery_codes(client))
    assert type_second(sign_in()[0], old[0]).status_code == 200


def test_the_app_is_no_longer_asked_for(client: Client, learner: Learner) -> None:
    set_up_the_app(client)

    client.post(reverse("mfa_deactivate_totp"))
    _elsewhere, entered = sign_in()

    assert entered.url == reverse("dashboard")
    assert not Authenticator.objects.exists()  # without the app its recovery codes are of no use


def test_the_secrets_are_not_readable_in_the_database(client: Client, learner: Learner) -> None:
    """ASVS 13.3.1."""
    secret = set_up_the_app(client)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))

    assert secret not in stored
    assert not any(code in stored for code in recovery_codes(client))


def test_a_key_replaced_still_opens(client: Client, learner: Learner, settings: Any) -> None:
    secret = set_up_the_app(client)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of more than fifty characters, as it must be"

    elsewhere, _asked = sign_in()
    entered = type_second(elsewhere, shown_by_the_app(secret))

    assert entered.url == reverse("dashboard")


@pytest.mark.parametrize(
    "name",
    ["mfa_activate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_add_webauthn"],
)
def test_a_session_left_open_changes_nothing(client: Client, name: str) -> None:
    """ASVS 7.5.1."""
    client.force_login(a_learner())

    for answer in (client.get(reverse(name)), client.post(reverse(name))):
        assert answer.url.startswith(reverse("account_reauthenticate"))


def test_a_passkey_alone_is_no_second_step_for_a_learner(client: Client, learner: Learner) -> None:
    """Whoever loses the phone with the passkey still comes in by a code."""
    Authenticator.objects.create(user=learner, type=Authenticator.Type.WEBAUTHN, data={"name": "x"})

    _elsewhere, entered = sign_in()

    assert entered.url == reverse("dashboard")


def test_a_closed_account_is_not_asked_for_a_second_step(client: Client, learner: Learner) -> None:
    set_up_the_app(client)
    Learner.objects.filter(pk=learner.pk).update(is_active=False)

    _elsewhere, refused = sign_in()

    assert refused.url == reverse("account_login")


class TestDesk:
    @pytest.fixture(autouse=True)
    def production(self, settings: Any) -> None:
        settings.DESK_SECOND_STEP = True

    def test_a_curator_sets_the_second_step_up_and_goes_in(self) -> None:
        """ASVS 6.3.3: at the first visit the desk sends them to set it up."""
        curator = a_curator(email=ADDRESS)
        client, entered = sign_in(next="/admin/")

        sent = client.get(entered.url)
        set_up_the_app(client)
        desk = client.get("/admin/")

        assert sent.url == reverse("mfa_index")
        assert desk.status_code == 200
        assert Authenticator.objects.filter(user=curator).count() == 2

    def test_afterwards_it_is_asked_for_at_signing_in(self) -> None:
        a_curator(email=ADDRESS)
        first, _entered = sign_in()
        secret = set_up_the_app(first)

        client, asked = sign_in(next="/admin/")
        entered = type_second(client, shown_by_the_app(secret))

        assert asked.url == reverse("mfa_authenticate")
        assert entered.url == "/admin/"
        assert client.get("/admin/").status_code == 200

    def test_a_session_from_before_signs_in_again(self) -> None:
        curator = a_curator(email=ADDRESS)
        first, _entered = sign_in()
        set_up_the_app(first)
        before = Client()
        before.force_login(curator)

        answer = before.get("/admin/learners/learner/")

        assert answer.url.startswith(reverse("account_login"))
        assert "_auth_user_id" not in before.session

    @pytest.mark.parametrize(
        "path", ["", "learners/learner/", "learners/message/", "courses/courseversion/", "jsi18n/"]
    )
    def test_no_page_of_the_desk_is_left_out(self, client: Client, path: str) -> None:
        client.force_login(a_curator())

        assert client.get(f"/admin/{path}").url == reverse("mfa_index")

    def test_for_a_learner_the_desk_still_does_not_exist(self, client: Client) -> None:
        client.force_login(a_learner())

        assert client.get("/admin/").status_code == 404

    def test_a_passkey_is_a_second_step_for_a_curator(self) -> None:
        curator = a_curator(email=ADDRESS)
        Authenticator.objects.create(user=curator, type=Authenticator.Type.WEBAUTHN, data={"name": "x"})

        _client, asked = sign_in()

        assert asked.url == reverse("mfa_authenticate")
