"""In a browser: a page is read with the device's own voice, piece by piece, and stops when asked."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import Visitor, open_window
from tests.factories.people import a_learner

pytestmark = pytest.mark.django_db(transaction=True)
# A browser without a screen has no voices: this device has one, and writes down what it is given to say.
DEVICE = """
window.said = [];
Object.defineProperty(window, "speechSynthesis", {value: {
  getVoices: () => %s, cancel: () => window.said.push("(silence)"), speak: (piece) => window.said.push(piece.text),
}});
window.SpeechSynthesisUtterance = class extends EventTarget { constructor(text) { super(); this.text = text; } };
"""
START, STOP = "Đọc trang này cho tôi nghe", "Dừng đọc"


@pytest.fixture
def visitor(chromium: Browser, live_server: Any) -> Iterator[Visitor]:
    opened = open_window(chromium, live_server.url, width=360, learner=a_learner(aloud="1"))
    yield opened
    assert opened.faults == []
    opened.context.close()


def test_a_page_is_read_from_its_heading_on_and_stops_when_asked(visitor: Visitor) -> None:
    visitor.context.add_init_script(DEVICE % '[{lang: "vi-VN"}]')
    page = visitor.open("/me/study/")

    page.get_by_role("button", name=START).click()
    said = page.evaluate("window.said")
    page.get_by_role("button", name=STOP).click()

    assert "Lúc tôi rảnh, tiếng tôi hiểu" in said
    assert START not in said
    assert len(said) == len([text for text in said if text.strip()])
    assert page.evaluate("window.said.at(-1)") == "(silence)"
    expect(page.get_by_role("button", name=START)).to_be_visible()


def test_a_device_without_a_voice_for_the_language_says_so(visitor: Visitor) -> None:
    visitor.context.add_init_script(DEVICE % '[{lang: "en-US"}]')
    page = visitor.open("/me/study/")

    page.get_by_role("button", name=START).click()

    expect(page.locator("[data-aloud] [role=status]")).to_contain_text("chưa có giọng đọc tiếng Việt")
    assert page.evaluate("window.said") == []
