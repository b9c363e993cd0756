"""The search box while one types, in a real browser: by keyboard, by finger, and without JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from courses.actions import search_terms
from tests.browser import Visitor, open_window
from tests.factories.catalog import a_published_version
from tests.factories.people import NOW, an_organization

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def visitor(chromium: Browser, live_server: Any, newest_words: Callable[[], None]) -> Visitor:
    provider = an_organization()
    for title in ("Tin học văn phòng", "Tin học cho người cao tuổi", "Làm bánh sinh nhật"):
        a_published_version(provider=provider, title_vi=title, title_en="")
    search_terms.refresh(now=NOW)
    newest_words()
    return open_window(chromium, live_server.url, width=360)


@pytest.mark.parametrize("path", ["/", "/courses/"])
def test_suggestions_are_chosen_by_keyboard(visitor: Visitor, path: str) -> None:
    page = visitor.open(path)
    box = page.get_by_role("combobox", name="Từ cần tìm")

    box.press_sequentially("tin h")
    options = page.get_by_role("option")
    expect(options.first).to_have_text("tin học")
    box.press("ArrowDown")

    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    box.press("Enter")
    page.wait_for_url("**/courses/?q=tin+h*")
    expect(page.locator("mark").first).to_have_text("Tin học")
    assert visitor.faults == []


def test_escape_closes_and_enter_alone_sends_the_form(visitor: Visitor) -> None:
    page = visitor.open("/courses/")
    box = page.get_by_role("combobox", name="Từ cần tìm")

    box.press_sequentially("tin h")
    expect(page.get_by_role("listbox")).to_be_visible()
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    box.press("Enter")

    page.wait_for_url("**/courses/?q=tin+h*")
    assert visitor.faults == []


def test_a_suggestion_is_a_link_that_can_be_touched(visitor: Visitor) -> None:
    page = visitor.open("/courses/")
    page.get_by_role("combobox", name="Từ cần tìm").press_sequentially("lam banh")

    page.get_by_role("option", name="Làm bánh sinh nhật").click()

    page.wait_for_url("**/courses/*-lam-banh-sinh-nhat/")
    assert visitor.faults == []


def test_without_javascript_the_form_is_a_form(chromium: Browser, visitor: Visitor) -> None:
    plain = open_window(chromium, visitor.site, width=360, script=False)
    page = plain.open("/courses/")

    page.get_by_role("searchbox", name="Từ cần tìm").fill("tin hoc")
    page.get_by_role("searchbox", name="Từ cần tìm").press("Enter")

    assert "Tin học văn phòng" in plain.main()
    assert "tin học" in plain.open("/courses/suggest/?q=tin+h").locator("main").inner_text()
