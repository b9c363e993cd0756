"""Somebody in front of a browser: they open, follow, press, type, and see. Every page they meet is looked over."""

import re
from collections.abc import Sequence
from typing import Self

from playwright.sync_api import Browser, Locator, expect

from tests.browser import Visitor
from tests.stack import Stack, wait_for
from tests.visitor import mails

CODE = re.compile(r"\b[0-9]{6}\b")
LETTER_SECONDS_MAX = 20
STEP_MILLISECONDS_MAX = 15_000


class Person:
    """
    One person, their address and their browser. The verbs return the person, so that a journey reads on.

    After each step the new page must have one main heading, no fault in its console and nothing wider than the screen.
    """

    def __init__(self, browser: Browser, portal: Stack, *, address: str, width: int, script: bool) -> None:
        self.portal = portal
        self.address = address
        context = browser.new_context(
            viewport={"width": width, "height": 800}, locale="vi-VN", java_script_enabled=script
        )
        context.set_default_timeout(STEP_MILLISECONDS_MAX)
        self.window = Visitor(context, context.new_page(), portal.url)
        self.page = self.window.page
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.window.faults.append(str(error)))
        self.page.on("requestfailed", lambda request: self.window.faults.append(f"{request.url}: {request.failure}"))

    def _note_console(self, message: object) -> None:
        if message.type == "error":
            self.window.faults.append(message.text)

    def leave(self) -> None:
        self.window.context.close()

    # --- what one does

    def opens(self, path: str) -> Self:
        self.page.goto(path if path.startswith("http") else self.portal.url + path)
        return self._arrive()

    def reloads(self) -> Self:
        self.page.reload()
        return self._arrive()

    def follows(self, name: str, *, inside: str = "main") -> Self:
        """Follow the first link of this name, inside the page's main part unless said otherwise."""
        return self._go(self.page.locator(inside).get_by_role("link", name=name).first)

    def presses(self, name: str, *, inside: str = "main") -> Self:
        return self._go(self.page.locator(inside).get_by_role("button", name=name, exact=True).first)

    def unfolds(self, summary: str) -> Self:
        self.page.locator("summary", has_text=summary).first.click()
        return self

    def types(self, label: str, text: str, *, inside: str = "main") -> Self:
        self.page.locator(inside).get_by_label(label, exact=False).first.fill(text)
        return self

    def types_date(self, legend: str, day: int, month: int, year: int) -> Self:
        """Fill the three boxes of a date."""
        boxes = self.page.get_by_role("group", name=legend)
        for word, number in (("Ngày", day), ("Tháng", month), ("Năm", year)):
            boxes.get_by_label(word, exact=True).fill(str(number))
        return self

    def chooses(self, label: str, option: str) -> Self:
        """Choose from a list."""
        self.page.get_by_role("main").get_by_label(label).first.select_option(label=option)
        return self

    def ticks(self, label: str, *, inside: str = "main") -> Self:
        """Tick a box or one of several choices."""
        self.page.locator(inside).get_by_label(label).first.check()
        return self

    def unticks(self, label: str) -> Self:
        self.page.get_by_role("main").get_by_label(label).first.uncheck()
        return self

    def signs_in(self) -> Self:
        """On the sign-in page: ask for a code, take it from the letter, type it."""
        self.sees_heading("Đăng nhập hoặc mở sổ mới")
        before = len(self.letters())
        self.types("Thư điện tử", self.address).presses("Gửi mã cho tôi")
        self.sees_heading("Nhập mã 6 số").sees(self.address)
        self.waits_for_letters(before + 1)
        code = CODE.search(self.letters()[-1][0])
        assert code is not None
        return self.types("Mã trong thư", code[0]).presses("Vào học")

    # --- what one sees

    def sees(self, *texts: str, inside: str = "main") -> Self:
        for text in texts:
            expect(self.page.locator(inside)).to_contain_text(text, use_inner_text=True)
        return self

    def sees_no(self, *texts: str, inside: str = "main") -> Self:
        for text in texts:
            expect(self.page.locator(inside)).not_to_contain_text(text, use_inner_text=True)
        return self

    def sees_heading(self, text: str) -> Self:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)
        return self

    def sees_typed(self, label: str, text: str) -> Self:
        """What had been typed is still there."""
        expect(self.page.get_by_role("main").get_by_label(label).first).to_have_value(text)
        return self

    def sees_rows(self, *rows: Sequence[str]) -> Self:
        """The lines of the table, in this order, each with these words."""
        lines = self.page.locator("main table.ledger tbody tr").filter(has=self.page.locator(".ledger__what"))
        expect(lines).to_have_count(len(rows))
        for number, words in enumerate(rows):
            for word in words:
                expect(lines.nth(number)).to_contain_text(word)
        return self

    def is_at(self, path: str) -> Self:
        assert self.page.url == self.portal.url + path
        return self

    # --- letters

    def letters(self) -> list[tuple[str, str]]:
        """Subject and text of every letter this person has been sent, oldest first."""
        return [(subject, text) for to, subject, text in mails(self.portal.mailbox) if to == self.address]

    def waits_for_letters(self, count: int) -> Self:
        wait_for(
            lambda: len(self.letters()) >= count, seconds=LETTER_SECONDS_MAX, what=f"{count} letters to {self.address}"
        )
        return self

    # --- each page met

    def _go(self, way: Locator) -> Self:
        with self.page.expect_navigation():
            way.click()
        return self._arrive()

    def _arrive(self) -> Self:
        expect(self.page.get_by_role("heading", level=1)).to_have_count(1)
        assert self.window.faults == [], self.page.url
        return self
