"""Where I am signed in: listed, signed out one by one or all, told of when new, and short on a shared computer."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from learners import rules
from learners.actions import device, retention, sign_in
from learners.choices import MessageKind
from learners.models import Device, Learner, Message, Session
from learners.queries.device import name_of
from tests.factories.people import a_device, a_learner
from tests.learners.sign_in import ask_for_code, code_sent_to, type_code

pytestmark = pytest.mark.django_db
ADDRESS = "hoa@example.vn"
ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36"
)
PROFILE = "learners:profile"


@pytest.fixture(autouse=True)
def learner() -> Learner:
    cache.clear()
    return a_learner(email=ADDRESS)


def signed_in(client: Client | None = None, **more: str) -> Client:
    client = client or Client(headers={"User-Agent": ANDROID})
    ask_for_code(client, ADDRESS, **more)
    type_code(client, code_sent_to(ADDRESS))
    assert "_auth_user_id" in client.session
    return client


def is_open(client: Client) -> bool:
    return client.get(reverse(PROFILE)).status_code == 200


def letters() -> list[dict[str, Any]]:
    return [letter.data for letter in Message.objects.filter(kind=MessageKind.NEW_DEVICE)]


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (ANDROID, "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/156.0 Safari/537.36 Edg/156.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) coc_coc_browser/130 Chrome/130 Safari/537.36", "Cốc Cốc, Windows"),
        ("Mozilla/5.0 (Linux; Android 13) Chrome/130 Mobile Safari/537.36 Zalo android/24", "Zalo, Android"),
        ("", ""),
        ("<script>" * 1000, ""),
    ],
)
def test_a_browser_is_known_by_two_words(user_agent: str, name: str) -> None:
    assert name_of(user_agent) == name


def test_devices_are_listed_and_signed_out_one_by_one() -> None:
    """ASVS 7.5.2: a person sees their sessions and ends any."""
    phone, library = signed_in(), signed_in()
    other = Device.objects.exclude(session_key=phone.session.session_key).get()

    listed = phone.get(reverse("learners:devices")).context["devices"]
    phone.post(reverse("learners:device_sign_out", args=[other.public_id]))

    assert {device.name for device in listed} == {"Chrome, Android"}
    assert len(listed) == 2
    assert (is_open(phone), is_open(library)) == (True, False)
    assert len(phone.get(reverse("learners:devices")).context["devices"]) == 1


def test_all_others_are_signed_out_at_once() -> None:
    here, there, elsewhere = signed_in(), signed_in(), signed_in()

    here.post(reverse("learners:devices_sign_out"))

    assert [is_open(client) for client in (here, there, elsewhere)] == [True, False, False]


def test_everywhere_is_everywhere() -> None:
    """ASVS 7.4.3, and 7.4.1: a signed-out session is gone, not only its cookie."""
    here, there = signed_in(), signed_in()

    here.post(reverse("learners:sign_out_everywhere"))

    assert [is_open(here), is_open(there)] == [False, False]
    assert not Device.objects.filter(session_key__isnull=False).exists()


def test_nobody_signs_out_somebody_else(learner: Learner) -> None:
    mine = signed_in()
    stranger = Client()
    stranger.force_login(a_learner())
    device = Device.objects.get(learner=learner)

    answers = [
        stranger.post(reverse("learners:device_sign_out", args=[each])).status_code
        for each in (device.public_id, uuid4())
    ]

    assert answers == [404, 404]
    assert is_open(mine)


def test_a_new_device_is_told_and_a_known_one_is_not() -> None:
    """ASVS 6.3.5."""
    phone = signed_in()
    at_first = len(letters())
    phone.post(reverse("account_logout"))
    signed_in(phone)
    again = len(letters())
    signed_in()

    assert (at_first, again) == (0, 0)
    assert [letter["device"] for letter in letters()] == ["Chrome, Android"]


@pytest.mark.parametrize(
    ("email", "told"),
    [(None, [("SMS", "+84912345678")]), ("ba@example.vn", [("EMAIL", "")])],
    ids=["a phone alone", "both"],
)
def test_who_has_only_a_phone_is_told_of_a_new_device_by_text_message(email: str | None, told: list[Any]) -> None:
    learner = a_learner(email="truoc@example.vn", phone="+84912345678")
    Learner.objects.filter(pk=learner.pk).update(email=email)
    learner.refresh_from_db()
    a_device(learner=learner)

    said = {"session_key": "moi", "token": "", "user_agent": "", "is_shared": True, "now": timezone.now()}
    device.sign_in(learner=learner, **said)

    message = Message.objects.filter(kind=MessageKind.NEW_DEVICE)
    assert [(each.channel, each.address) for each in message] == told


def test_who_was_away_until_their_devices_were_forgotten_is_told_of_a_new_one(learner: Learner) -> None:
    """A number given to somebody else meanwhile must not open the record without a word."""
    signed_in().post(reverse("account_logout"))
    away = rules.DEVICE_KNOWN_FOR + timedelta(days=1)
    retention.carry_out(now=timezone.now() + away)

    said = {"session_key": "moi", "token": "", "user_agent": "", "is_shared": False}
    device.sign_in(learner=learner, now=timezone.now() + away, **said)

    assert len(letters()) == 1


def test_a_known_device_of_somebody_else_is_new_to_me() -> None:
    a_learner(email="chau@example.vn")
    signed_in()
    shared = Client(headers={"User-Agent": ANDROID})
    ask_for_code(shared, "chau@example.vn")
    type_code(shared, code_sent_to("chau@example.vn"))
    shared.post(reverse("account_logout"))

    signed_in(shared)

    assert len(letters()) == 1


def test_the_token_of_a_device_is_kept_hashed() -> None:
    phone = signed_in()

    token = phone.cookies["device"].value

    assert len(token) >= 22
    assert token not in str(list(Device.objects.values()))
    assert phone.cookies["device"]["httponly"]


def test_a_shared_computer_keeps_nothing() -> None:
    library = signed_in(is_shared="on")

    device = Device.objects.get()
    assert "device" not in library.cookies
    assert (device.is_shared, device.token_hash) == (True, "")
    assert library.cookies["session"]["max-age"] == ""  # ends with the browser
    assert library.session.get_expire_at_browser_close()


def test_a_shared_computer_left_alone_is_signed_out() -> None:
    """ASVS 7.3.1."""
    library = signed_in(is_shared="on")
    began = timezone.now()
    minutes = timedelta(minutes=1)

    with time_machine.travel(began + 19 * minutes):
        in_use = is_open(library)
    with time_machine.travel(began + 38 * minutes):
        still_in_use = is_open(library)
    with time_machine.travel(began + 59 * minutes):
        left_alone = library.get(reverse(PROFILE))

    assert (in_use, still_in_use) == (True, True)
    assert left_alone.url.startswith(reverse("account_login"))
    assert "_auth_user_id" not in library.session
    assert not Device.objects.filter(session_key__isnull=False).exists()


def test_ones_own_device_is_not_signed_out_so_soon() -> None:
    phone = signed_in()

    with time_machine.travel(timezone.now() + timedelta(days=10)):
        assert is_open(phone)


def test_a_shared_computer_nobody_comes_back_to_is_cleared_too() -> None:
    library, phone = signed_in(is_shared="on"), signed_in()

    sign_in.clear_ended_sessions(now=timezone.now() + rules.SHARED_IDLE + timedelta(minutes=2))

    assert (is_open(library), is_open(phone)) == (False, True)


def test_what_ended_long_ago_is_forgotten() -> None:
    for _device in range(2):
        signed_in().post(reverse("account_logout"))

    retention.carry_out(now=timezone.now() + rules.DEVICE_KNOWN_FOR - timedelta(days=1))
    known = Device.objects.count()
    retention.carry_out(now=timezone.now() + rules.DEVICE_KNOWN_FOR + timedelta(days=1))

    assert (known, Device.objects.count()) == (2, 1)
    assert not Device.objects.exclude(name="", token_hash="").exists()


def test_a_session_that_ran_out_is_no_open_device() -> None:
    phone = signed_in()
    later = timezone.now() + timedelta(days=31)

    sign_in.clear_ended_sessions(now=later)

    assert not Session.objects.filter(session_key=phone.session.session_key, expire_date__lt=later).exists()
    assert Device.objects.get().ended_at == later


@pytest.mark.parametrize(
    ("shared", "cleared"), [({}, '"cache", "storage"'), ({"is_shared": "on"}, '"cache", "storage", "cookies"')]
)
def test_signing_out_leaves_nothing_behind(shared: dict[str, str], cleared: str) -> None:
    """ASVS 14.3.1."""
    client = signed_in(**shared)

    left = client.post(reverse("account_logout"))

    assert left["Clear-Site-Data"] == cleared
    assert "no-store" in left["Cache-Control"]


def test_last_seen_is_written_now_and_then(django_assert_num_queries: Any) -> None:
    phone = signed_in()
    before = Device.objects.get().last_seen_at
    at_once = phone.get(reverse(PROFILE))
    unwritten = Device.objects.get().last_seen_at
    with time_machine.travel(timezone.now() + rules.SEEN_EVERY + timedelta(seconds=1)):
        is_open(phone)

    assert at_once.status_code == 200
    assert unwritten == before
    assert Device.objects.get().last_seen_at > before


@pytest.mark.parametrize("others", [1, 3])
def test_the_list_costs_the_same_queries(django_assert_num_queries: Any, others: int) -> None:
    phone = signed_in()
    for _ in range(others):
        signed_in()
    is_open(phone)  # shows, once, that one is signed in

    with django_assert_num_queries(5):
        phone.get(reverse("learners:devices"))
