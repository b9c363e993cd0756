"""
Who has one way of coming in and no other: a phone, a printed card, an e-mail address. At a telephone's width, large.

They find a class, enrol, attend, read the credit in their record, sign out, and come in again by the same way.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.core import mail
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from courses.actions import attendance
from courses.choices import AttendanceStatus, EnrollmentState
from courses.models import CourseRun, Enrollment
from credits.models import JournalEntry
from learners.actions import message
from learners.actions.card import Printed
from learners.choices import Urgency
from portal import mailbox
from tests.browser import open_window
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.counter import a_card, a_registration, the_manager
from tests.factories.people import an_organization

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = 360
CODE = re.compile(r"\b[0-9]{6}\b")
TITLE = "Uốn cây mai chiếu thủy"  # no other class is called that
SOON = timedelta(minutes=20)  # until the class begins: it may be enrolled in still, and marked already


@pytest.fixture
def site(live_server: Any) -> str:
    return str(live_server.url)


@pytest.fixture
def run(site: str) -> CourseRun:
    """A class that is about to begin."""
    version = a_published_version(provider=an_organization(), title_vi=TITLE)
    return a_published_run(version=version, sessions=1, starts_at=timezone.now() + SOON)


@pytest.fixture(autouse=True)
def letters_of_this_test(settings: Any, tmp_path: Path) -> None:
    cache.clear()
    settings.MAILBOX_DIR = tmp_path / "mailbox"


class Learner(Protocol):
    """Somebody with one way of coming in: how they come in from the page that asks for it, and again."""

    name: str

    def comes_in(self, page: Page) -> None: ...

    def comes_back(self, page: Page) -> None: ...


class WithAddress:
    """Types an e-mail address or a number, and the code that comes there."""

    def __init__(self, name: str, address: str, site: str, newest: Callable[[], str]) -> None:
        self.name, self.address, self.site, self.newest = name, address, site, newest

    def comes_in(self, page: Page) -> None:
        self.types_the_code(page)
        page.get_by_label("Họ và tên").fill(self.name)
        page.get_by_role("button", name="Mở sổ của tôi").click()

    def comes_back(self, page: Page) -> None:
        page.goto(f"{self.site}/account/sign-in/")
        self.types_the_code(page)

    def types_the_code(self, page: Page) -> None:
        page.get_by_label("Địa chỉ thư điện tử hoặc số di động").fill(self.address)
        page.get_by_role("button", name="Gửi mã cho tôi").click()
        page.get_by_label("Mã đã gửi cho bạn").fill(self.code())
        page.get_by_role("button", name="Vào học", exact=True).click()

    def code(self) -> str:
        """Deliver what is urgent, as the courier does, and read the newest message that has come."""
        assert message.deliver_due(now=timezone.now(), urgency=Urgency.URGENT) == 1
        [found] = CODE.findall(self.newest())
        return str(found)


class WithCard:
    """Was registered at the counter; types what stands on the card first, and scans it the next time."""

    def __init__(self, name: str, run: CourseRun, site: str) -> None:
        self.name, self.site = name, site
        registered = a_registration(
            organization=run.version.course.provider, full_name=name, birth_year=1952, now=timezone.now()
        )
        self.card: Printed = a_card(registered, now=timezone.now())

    def comes_in(self, page: Page) -> None:
        page.get_by_role("link", name="Đăng nhập bằng thẻ").click()
        page.get_by_label("Mã trên thẻ").fill(f"{self.card.code[:4]}-{self.card.code[4:]}".lower())
        page.get_by_label("Năm sinh hoặc mã PIN").fill("1952")
        page.get_by_role("main").get_by_role("button", name="Đăng nhập").click()

    def comes_back(self, page: Page) -> None:
        page.goto(f"{self.site}/card/{self.card.secret}/")
        page.get_by_role("main").get_by_role("button", name="Đăng nhập").click()


def text_message() -> str:
    return next(mailbox.letters()).text


def letter() -> str:
    return str(mail.outbox[-1].body)


@pytest.fixture(params=["phone", "card", "e-mail"])
def learner(request: pytest.FixtureRequest, site: str, run: CourseRun, script: bool) -> Learner:
    number = int(script)
    match request.param:
        case "phone":
            return WithAddress(f"Trần Thị Sáu {number}", f"091234567{number}", site, text_message)
        case "card":
            return WithCard(f"Phan Thị Tư {number}", run, site)
    return WithAddress(f"Võ Thành Út {number}", f"ut{number}@example.vn", site, letter)


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def page(chromium: Browser, site: str, script: bool) -> Iterator[Page]:
    window = open_window(chromium, site, width=PHONE, script=script)
    yield window.page
    window.context.close()
    assert window.faults == []


def fits(page: Page) -> None:
    """The letters are large, and nothing has to be moved sideways to be read."""
    expect(page.locator("html")).to_have_attribute("data-text", "lg")
    page.wait_for_load_state()  # its words are there before its styles
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE, page.url


def comes_to_class(run: CourseRun, enrollment: Enrollment) -> None:
    """Write down who came, as whoever manages the class does."""
    attendance.mark(
        class_session=run.class_sessions.get(),
        marks={enrollment.pk: AttendanceStatus.PRESENT},
        actor=the_manager(run.version.course.provider),
        now=timezone.now(),
    )


def test_one_searches_enrols_attends_reads_the_record_leaves_and_comes_back(
    site: str, run: CourseRun, learner: Learner, page: Page
) -> None:
    page.goto(site)
    page.get_by_role("button", name="Chữ to").first.click()
    fits(page)
    page.goto(f"{site}/courses/?q=uon+cay+mai+chieu+thuy")
    fits(page)
    page.get_by_role("main").get_by_role("link", name=TITLE).first.click()
    fits(page)
    page.get_by_role("main").get_by_role("link", name="Chọn").first.click()
    expect(page).to_have_url(re.compile("/account/sign-in/"))
    fits(page)
    learner.comes_in(page)
    expect(page).to_have_url(re.compile(f"/runs/{run.pk}/enroll"))  # where they were going
    fits(page)
    page.get_by_role("main").get_by_role("button", name="Đăng ký học").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã giữ chỗ cho bạn")
    fits(page)
    comes_to_class(run, Enrollment.objects.get(learner__full_name=learner.name))
    page.get_by_role("navigation", name="Mục chính").get_by_role("link", name="Sổ tín chỉ").click()
    expect(page.locator("table.ledger")).to_contain_text(TITLE)
    fits(page)
    page.get_by_role("link", name=learner.name).click()
    fits(page)
    page.get_by_role("button", name="Đăng xuất ở đây").click()
    page.goto(f"{site}/me/")
    expect(page).to_have_url(re.compile("/account/sign-in/"))
    if isinstance(learner, WithCard):  # its session leaves no traces behind, as at a shared computer
        expect(page.locator("html")).not_to_have_attribute("data-text", "lg")
        page.get_by_role("button", name="Chữ to").first.click()
    fits(page)
    learner.comes_back(page)

    expect(page).to_have_url(f"{site}/me/")
    expect(page.get_by_role("main")).to_contain_text(TITLE)
    fits(page)
    [kept] = Enrollment.objects.filter(learner__full_name=learner.name)
    [award] = JournalEntry.objects.filter(learner__full_name=learner.name)
    assert (kept.run, kept.state, kept.award_entry) == (run, EnrollmentState.COMPLETED, award)
