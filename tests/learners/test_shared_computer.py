"""A shared computer that nobody touches: the session ends at the portal, and the page goes from the screen."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect

from learners import rules
from learners.actions import device
from learners.models import Device, Learner, Session
from tests.browser import Visitor, open_window, session_of
from tests.factories.people import NOW, a_learner
from tests.learners.sign_in import ask_for_code, code_sent_to, prove_again, type_code

LEFT, PROFILE = reverse("learners:left"), reverse("learners:profile")
MINUTE = timedelta(minutes=1)


def at_the_library(learner: Learner, *, is_shared: bool = True) -> Client:
    """Return a browser somebody has just signed in with."""
    client = Client()
    client.force_login(learner)
    prove_again(client, learner)
    session = client.session
    now = timezone.now()
    session["is_shared"], session["began_at"], session["seen_at"] = is_shared, now.timestamp(), now.timestamp()
    session.save()
    Device.objects.create(
        learner=learner, session_key=session.session_key, is_shared=is_shared, signed_in_at=now, last_seen_at=now
    )
    return client


def is_open(client: Client) -> bool:
    return client.get(PROFILE).status_code == 200


# Before signing in


@pytest.mark.django_db
def test_what_was_typed_and_left_is_not_there_for_who_comes_next(client: Client):
    with time_machine.travel(NOW, tick=False) as clock:
        asked = ask_for_code(client, "moi@example.vn", is_shared="on")
        soon = client.get(reverse("account_login"))
        clock.shift(rules.SHARED_IDLE + timedelta(seconds=1))

        later = client.get(reverse("account_login"))

        assert asked.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == ""  # until the browser is closed
        assert soon.context["form"]["address"].value() == "moi@example.vn"
        assert "moi@" not in later.content.decode()
        assert later.context["form"]["is_shared"].value()
        assert client.get(reverse("account_confirm_login_code")).url == reverse("account_login")


@pytest.mark.django_db
def test_a_record_proven_and_not_opened_waits_no_longer_than_the_computer(client: Client):
    with time_machine.travel(NOW, tick=False) as clock:
        ask_for_code(client, "moi@example.vn", is_shared="on")
        proven = type_code(client, code_sent_to("moi@example.vn"))
        clock.shift(rules.SHARED_IDLE + timedelta(seconds=1))

        late = client.post(reverse("learners:sign_up"), {"full_name": "Người Khác"})

        assert proven.url == reverse("learners:sign_up")
        assert proven.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == ""
        assert late.url == reverse("account_login")
        assert not Learner.objects.exists()


@pytest.mark.django_db
def test_who_asks_again_without_the_tick_is_at_their_own_computer(client: Client):
    ask_for_code(client, "moi@example.vn", is_shared="on")

    again = ask_for_code(client, "moi@example.vn")

    assert again.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == settings.SESSION_COOKIE_AGE
    assert not client.get(reverse("account_login")).context["form"]["is_shared"].value()


# Signed in


@pytest.mark.django_db
def test_a_page_put_away_finds_the_session_ended_and_names_nobody():
    with time_machine.travel(NOW, tick=False) as clock:
        learner = a_learner(full_name="Võ Thị Thư Viện")
        client = at_the_library(learner)
        clock.shift(rules.SHARED_IDLE + timedelta(seconds=1))

        page = client.get(LEFT)

        assert page.status_code == 200
        assert learner.full_name not in page.content.decode()
        assert reverse("account_login") in page.content.decode()
        assert not Session.objects.filter(learner_id=learner.pk).exists()
        assert not Device.objects.filter(session_key__isnull=False).exists()
        assert not is_open(client)


@pytest.mark.django_db
def test_a_tab_that_is_put_away_beside_one_in_use_names_nobody_and_ends_nothing():
    with time_machine.travel(NOW, tick=False) as clock:
        learner = a_learner(full_name="Võ Thị Thư Viện")
        client = at_the_library(learner)
        clock.shift(15 * MINUTE)
        used = is_open(client)
        clock.shift(6 * MINUTE)

        page = client.get(LEFT).content.decode()

        assert used
        assert learner.full_name not in page
        assert reverse("dashboard") in page
        assert is_open(client)


@pytest.mark.django_db
def test_putting_pages_away_keeps_no_session_open():
    """Two tabs nobody touches, one after the other, would else hold each other open for ever."""
    with time_machine.travel(NOW, tick=False) as clock:
        client = at_the_library(a_learner())
        for _tab in range(2):
            clock.shift(10 * MINUTE)
            client.get(LEFT)
        clock.shift(MINUTE)

        assert not is_open(client)


@pytest.mark.django_db
def test_what_a_page_asks_for_by_itself_is_no_use():
    """The code of a room, asked for every half minute: who comes next finds a page put away, and nobody signed in."""
    with time_machine.travel(NOW, tick=False) as clock:
        client = at_the_library(a_learner())
        for _time in range(rules.SHARED_IDLE // MINUTE):
            clock.shift(MINUTE)
            client.get(PROFILE, headers={"X-By-Itself": "1"})
        clock.shift(MINUTE)

        assert reverse("account_login") in client.get(LEFT).content.decode()
        assert not is_open(client)


@pytest.mark.django_db
def test_use_keeps_a_shared_computer_open_for_hours_and_no_longer():
    with time_machine.travel(NOW, tick=False) as clock:
        client, own = at_the_library(a_learner()), at_the_library(a_learner(), is_shared=False)
        times = rules.SHARED_WHOLE // (15 * MINUTE)
        opened = []
        for _time in range(times + 1):
            clock.shift(15 * MINUTE)
            opened.append(is_open(client))

        assert opened == [True] * times + [False]
        assert is_open(own)


@pytest.mark.django_db
@pytest.mark.parametrize(("last_seen", "is_over"), [(rules.SHARED_WHOLE, True), (timedelta(0), True), (None, False)])
def test_the_job_ends_it_though_no_page_is_asked_for_again(last_seen, is_over):
    """Left alone, or in use for too long; one that is neither stays."""
    now = NOW + (rules.SHARED_WHOLE + MINUTE if last_seen is not None else MINUTE)
    with time_machine.travel(NOW, tick=False):
        at_the_library(a_learner())
    Device.objects.update(last_seen_at=now - (last_seen or timedelta(0)))

    device.clear(now=now)

    assert Session.objects.filter(learner_id__isnull=False).exists() is not is_over


@pytest.mark.django_db
@pytest.mark.parametrize("is_shared", [True, False])
def test_only_pages_on_a_shared_computer_are_put_away(is_shared):
    client = at_the_library(a_learner(), is_shared=is_shared)

    page = client.get(PROFILE).content.decode()

    assert ("js/shared.js" in page) is is_shared
    assert (f'content="{int(rules.SHARED_IDLE.total_seconds())}; url={LEFT}"' in page) is is_shared
    assert "js/shared.js" not in client.get(LEFT).content.decode()


# In a browser


@pytest.fixture
def library(chromium: Browser, live_server: Any, transactional_db: None) -> Iterator[Visitor]:
    learner = a_learner(full_name="Võ Thị Thư Viện")
    opened = open_window(chromium, live_server.url, width=360)
    key = session_of(learner, is_shared=True)
    opened.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": opened.site}])
    opened.page.clock.install()
    yield opened
    assert opened.faults == []
    opened.context.close()


def test_a_sleeping_tab_puts_its_page_away_as_it_wakes_and_a_touch_keeps_it(library: Visitor):
    page = library.open(PROFILE)

    page.clock.fast_forward("19:00")
    page.mouse.click(5, 400)
    page.clock.fast_forward("19:00")
    expect(page).to_have_url(re.compile(f"{PROFILE}$"))
    page.clock.fast_forward("08:00:00")  # asleep: its timers go once, as after a lid was closed

    expect(page).to_have_url(re.compile(f"{LEFT}$"))
    expect(page.locator("h1")).to_have_text("Trang này đã đóng lại")
    expect(page.locator("body")).not_to_contain_text("Thư Viện")


def test_marks_of_somebody_else_on_the_computer_keep_no_page_on_the_screen(library: Visitor):
    page = library.open(PROFILE)
    library.context.add_cookies([{"name": "roster", "value": "1", "url": library.site}])
    queue = {"url": "/nobody-answers/", "marks": [{"id": "a"}], "names": [], "aside": [], "seq": 1}
    page.evaluate("(queue) => localStorage.setItem('roster:999:7', JSON.stringify(queue))", queue)

    library.open(PROFILE)
    page.clock.fast_forward("00:21:00")

    expect(page).to_have_url(re.compile(f"{LEFT}$"))


def test_signing_out_does_not_wait_for_a_network_that_does_not_answer(library: Visitor):
    """What could not be sent stays on the phone, as the question says."""
    person = Learner.objects.get().pk
    page = library.open(PROFILE)
    library.context.add_cookies([{"name": "roster", "value": "1", "url": library.site}])
    queue = {"url": "/nobody-answers/", "marks": [{"id": "a"}], "names": [], "aside": [], "seq": 1}
    page.evaluate("([key, queue]) => localStorage.setItem(key, JSON.stringify(queue))", [f"roster:{person}:7", queue])
    page.route("**/nobody-answers/", lambda _route: None)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))

    library.open(PROFILE).get_by_role("button", name="Đăng xuất", exact=True).click()
    page.clock.fast_forward("00:09")

    expect(page).to_have_url(f"{library.site}/")
    assert len(asked) == 1
    assert not Session.objects.filter(learner_id=person).exists()
