"""
A person with a card and nothing else, at a telephone's width, without JavaScript, with large letters.

They find a class, enrol, read their record, sign out, and come in again by typing.
"""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from courses.models import CourseRun, Enrollment
from tests.browser import open_window
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.counter import a_card, a_registration
from tests.factories.people import an_organization

pytestmark = pytest.mark.django_db
PHONE = 360


@pytest.fixture(scope="module")
def there(site: str):
    """A class that is open, and a card of somebody registered at the counter of who teaches it."""
    now = timezone.now()
    organization = an_organization()
    version = a_published_version(provider=organization, title_vi="Uốn cây mai chiếu thủy")  # no other is called that
    run = a_published_run(version=version, starts_at=now + timedelta(days=9))
    CourseRun.objects.filter(pk=run.pk).update(enrollment_closes_at=now + timedelta(days=8))
    registered = a_registration(organization=organization, full_name="Phan Thị Tư", birth_year=1952, now=now)
    return run, registered, a_card(registered, now=now)


def test_by_card_alone_one_searches_enrols_leaves_and_comes_back(chromium: Browser, site: str, there) -> None:
    run, registered, printed = there
    window = open_window(chromium, site, width=PHONE, script=False)
    page = window.page
    page.context.add_cookies([{"name": "text", "value": "lg", "url": site}])

    page.goto(f"{site}/card/{printed.secret}/")
    page.get_by_role("main").get_by_role("button", name="Đăng nhập").click()
    expect(page).to_have_url(f"{site}/me/")
    page.goto(f"{site}/courses/?q=uon+cay+mai+chieu+thuy")
    expect(page.get_by_role("main")).to_contain_text(run.version.title_vi)
    page.get_by_role("link", name=run.version.title_vi).first.click()
    page.goto(f"{site}/runs/{run.pk}/enroll/")
    page.get_by_role("main").get_by_role("button", name="Đăng ký học").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã giữ chỗ cho bạn")
    page.goto(f"{site}/me/record/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("link", name="Phan Thị Tư").click()
    page.get_by_role("button", name="Đăng xuất ở đây").click()
    page.goto(f"{site}/me/")
    page.get_by_role("link", name="Đăng nhập bằng thẻ").click()
    page.get_by_label("Mã trên thẻ").fill(f"{printed.code[:4]}-{printed.code[4:]}".lower())
    page.get_by_label("Năm sinh hoặc mã PIN").fill("1952")
    page.get_by_role("main").get_by_role("button", name="Đăng nhập").click()

    expect(page).to_have_url(f"{site}/me/")
    expect(page.get_by_role("main")).to_contain_text(run.version.title_vi)
    assert Enrollment.objects.filter(learner=registered.learner, run=run).count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    window.context.close()
    assert window.faults == []
