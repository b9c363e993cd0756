"""In a browser: who has only a telephone signs up, out and in again; a passkey opens a record without any code."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Browser, expect

from learners.actions import helper as helpers
from learners.models import Device, Learner
from tests.browser import Visitor, open_window
from tests.factories.people import NOW, a_curator, a_learner, an_organization
from tests.learners.sign_in import a_fresh_proof, code_sent_to

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "+84912345678"
PHONE = 360


@pytest.fixture(autouse=True)
def fresh_limits(settings: Any, tmp_path: Path) -> None:
    cache.clear()
    settings.MAILBOX_DIR = tmp_path / "mailbox"


@pytest.fixture
def visitor(chromium: Browser, live_server: Any, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    opened = open_window(chromium, live_server.url, width=PHONE, **getattr(request, "param", {}))
    yield opened
    assert opened.faults == []
    opened.context.close()


def signs_in(visitor: Visitor, number: str, *, shared: bool = False) -> None:
    page = visitor.open(reverse("account_login"))
    page.get_by_label("Địa chỉ thư điện tử hoặc số di động").fill(number)
    page.get_by_label("Tôi đang dùng máy chung").set_checked(shared)
    page.get_by_role("button", name="Gửi mã cho tôi").click()
    expect(page.locator("main")).to_contain_text("0912 345 678")
    page.get_by_label("Mã đã gửi cho bạn").fill(code_sent_to(NUMBER))
    page.get_by_role("button", name="Vào").first.click()


def is_too_wide(visitor: Visitor) -> bool:
    return bool(visitor.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.parametrize("visitor", [{"script": False}], indirect=True, ids=["no script"])
def test_who_has_only_a_telephone_comes_in_twice(visitor: Visitor) -> None:
    visitor.open("/").get_by_role("button", name="Chữ to").first.click()

    signs_in(visitor, "0912 345 678")
    visitor.page.get_by_label("Họ và tên").fill("Trần Thị Sáu")
    visitor.page.get_by_label("Họ và tên").press("Enter")
    expect(visitor.page).to_have_url(re.compile(r"/me/$"))
    visitor.open(reverse("learners:devices")).get_by_role("button", name="Đăng xuất ở đây").click()
    expect(visitor.page.locator("main")).to_contain_text("Bạn đã đăng xuất")
    signs_in(visitor, "+84 912.345.678", shared=True)

    expect(visitor.page).to_have_url(re.compile(r"/me/$"))
    assert [learner.phone for learner in Learner.objects.all()] == [NUMBER]
    assert [device.is_shared for device in Device.objects.order_by("signed_in_at")] == [False, True]


def test_the_number_of_a_helper_fits_below_every_page_in_very_large_letters(
    chromium: Browser, live_server: Any
) -> None:
    organization = an_organization()
    said = {"full_name": "Cô Lan", "phone": "0900 000 021", "hours_vi": "thứ Ba, 8:00–10:00", "hours_en": ""}
    helpers.name(organization=organization, actor=organization.registered_by, **said, now=NOW)
    neighbour = a_learner(place=organization.place, text_size="xl")
    visitor = open_window(chromium, live_server.url, width=PHONE, learner=neighbour)

    number = visitor.open(reverse("learners:helpers")).get_by_role("link", name="0900 000 021")

    expect(number).to_be_visible()
    expect(visitor.page.locator("html")).to_have_attribute("data-text", "xl")
    assert not is_too_wide(visitor)
    visitor.context.close()


def has_passkeys(visitor: Visitor) -> None:
    """Give the browser an authenticator of its own."""
    tools = visitor.context.new_cdp_session(visitor.page)
    tools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**options, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )


def test_a_curator_asked_again_shows_a_passkey(chromium: Browser, live_server: Any) -> None:
    """Theirs is a second step, and a code by letter does not stand for it."""
    curator = a_curator()
    site = live_server.url.replace("127.0.0.1", "localhost")
    visitor = open_window(chromium, site, width=PHONE, learner=curator, session=a_fresh_proof(curator))
    has_passkeys(visitor)
    page = visitor.open(reverse("mfa_add_webauthn"))
    expect(page.get_by_label("Tên của khóa này")).to_have_value("Khóa đăng nhập 1")
    page.get_by_role("button", name="Thêm khóa đăng nhập").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mã dự phòng")

    page = visitor.open(f"{reverse('account_reauthenticate')}?next=/me/sign-in/email/")
    page.get_by_role("button", name="Dùng khóa đăng nhập").click()
    expect(page).to_have_url(re.compile(r"/me/sign-in/email/$"))

    assert visitor.faults == []
    visitor.context.close()


def test_a_passkey_is_added_and_opens_the_record(chromium: Browser, live_server: Any) -> None:
    """The browser's own authenticator: nothing of ours pretends to be one."""
    learner = a_learner(email="hoa@example.vn")
    site = live_server.url.replace("127.0.0.1", "localhost")
    visitor = open_window(chromium, site, width=PHONE, learner=learner, session=a_fresh_proof(learner))
    has_passkeys(visitor)

    page = visitor.open(reverse("mfa_add_webauthn"))
    page.get_by_role("button", name="Thêm khóa đăng nhập").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mã dự phòng")
    visitor.open(reverse("learners:devices"))
    visitor.context.clear_cookies()
    page = visitor.open(f"{reverse('account_passkey')}?next=/me/consents/")
    page.get_by_label("Tôi đang dùng máy chung").check()
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page).to_have_url(re.compile(r"^[^?]*/me/consents/$"))
    entered = page.goto(site + reverse("learners:way_new", args=["phone"]))
    at_once = page.url

    Learner.objects.filter(pk=learner.pk).update(is_active=False)
    visitor.context.clear_cookies()
    page = visitor.open(reverse("account_passkey"))
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page).to_have_url(re.compile(r"/account/sign-in/"))

    assert entered is not None
    assert at_once.endswith("/me/sign-in/phone/")  # a passkey is a fresh proof
    assert Device.objects.latest("pk").is_shared
    assert visitor.faults == []
    visitor.context.close()
