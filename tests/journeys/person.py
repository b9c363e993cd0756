"""
Somebody in front of a browser: they open, follow, press, type, and see. Every page they meet is looked over.

Journeys name links, buttons and labels by their English, which is what the code says; the person reads them in the
language of the page. What is in no catalogue, such as a course's title, is looked for as it stands.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, Self

from django.utils.translation import gettext, ngettext, override
from playwright.sync_api import Browser, Locator, expect

from tests.browser import open_window
from tests.stack import Stack, wait_for
from tests.visitor import mails

CODE = re.compile(r"\b[0-9]{6}\b")
NAVIGATION = "nav.nav"
STEP_MILLISECONDS_MAX = 30_000


class Letter(NamedTuple):
    subject: str
    text: str


class Person:
    """
    One person, their address and their browser. The verbs return the person, so that a journey reads on.

    Each page one arrives at must have one main heading and no fault in its console, so no violation of the policy.
    """

    def __init__(self, browser: Browser, portal: Stack, *, address: str, width: int, script: bool) -> None:
        self.portal = portal
        self.address = address
        self.language = "vi"
        self.window = open_window(browser, portal.url, width=width, script=script)
        self.window.context.set_default_timeout(STEP_MILLISECONDS_MAX)
        self.page = self.window.page

    def leave(self) -> None:
        self.window.context.close()
        assert self.window.faults == []

    def read(self, text: str, **values: object) -> str:
        """Return a text of the portal in the language of the page in front of this person."""
        with override(self.language):
            said = gettext(text)
            if said == text:
                said = ngettext(text, text, 2)  # a text that counts is found by its singular
        return said % values if values else said.replace("%%", "%")

    # --- what one does

    def opens(self, path: str) -> Self:
        self.page.goto(path if path.startswith("http") else self.portal.url + path)
        return self._arrive()

    def reloads(self) -> Self:
        self.page.reload()
        return self._arrive()

    def follows(self, name: str, *, inside: str = "main", beside: str = "", **values: object) -> Self:
        """
        Follow the first link of this name, else the first with these words in it.

        It is looked for in the main part of the page, or ``inside`` another, or on the line where ``beside`` is read.
        """
        name, part = self.read(name, **values), self.page.locator(inside)
        if beside:
            part = part.locator("li, tr").filter(has_text=beside)
        exactly = part.get_by_role("link", name=name, exact=True)
        return self._go((exactly if exactly.count() else part.get_by_role("link", name=name)).first)

    def switches_language(self) -> Self:
        return self._go(self.page.locator("header a[hreflang]"))

    def presses(self, name: str, *, inside: str = "main", **values: object) -> Self:
        name = self.read(name, **values)
        return self._go(self.page.locator(inside).get_by_role("button", name=name, exact=True).first)

    def unfolds(self, name: str) -> Self:
        self.page.locator("main summary", has_text=self.read(name)).first.click()
        return self

    def types(self, label: str, text: str) -> Self:
        self._labelled(label).fill(text)
        return self

    def types_date(self, label: str, day: date) -> Self:
        """Fill the three boxes of a date."""
        boxes = self.page.locator("main").get_by_role("group", name=self.read(label))
        for box, number in (("day", day.day), ("month", day.month), ("year", day.year)):
            boxes.locator(f"input[name$=_{box}]").fill(str(number))
        return self

    def chooses(self, label: str, option: str) -> Self:
        """Choose from a list."""
        self._labelled(label).select_option(label=self.read(option))
        return self

    def ticks(self, label: str) -> Self:
        """Tick a box, or one of several choices."""
        self._labelled(label).check()
        return self

    def unticks(self, label: str) -> Self:
        self._labelled(label).uncheck()
        return self

    def signs_in(self) -> Self:
        """On the sign-in page: ask for a code, take it from the letter, type it."""
        self.sees_heading("Sign in or open a new record")
        before = len(self.letters())
        self.types("E-mail address or mobile number", self.address).presses("Send me a code")
        self.sees_heading("Type the six-digit code").sees(self.address)
        self.waits_for_letters(before + 1)
        code = CODE.search(self.letters()[-1].subject)
        assert code is not None
        return self.types("Code we sent you", code[0]).presses("Go in")

    def opens_a_record(self, full_name: str) -> Self:
        """On the page that asks somebody new for a name."""
        return self.sees_heading("What is your name?").types("Full name", full_name).presses("Open my record")

    # --- what one sees

    def sees(self, *texts: str, inside: str = "main", **values: object) -> Self:
        for text in texts:
            expect(self.page.locator(inside)).to_contain_text(self.read(text, **values), use_inner_text=True)
        return self

    def sees_no(self, *texts: str) -> Self:
        for text in texts:
            expect(self.page.locator("main")).not_to_contain_text(self.read(text), use_inner_text=True)
        return self

    def sees_heading(self, text: str, **values: object) -> Self:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.read(text, **values))
        return self

    def sees_typed(self, label: str, text: str) -> Self:
        """What had been typed is still there."""
        expect(self._labelled(label)).to_have_value(text)
        return self

    def sees_mistake(self, label: str, text: str) -> Self:
        """One field asks to be put right, in these words."""
        expect(self.page.locator("main .field--bad")).to_have_count(1)
        expect(self.page.locator("main .field--bad")).to_contain_text(self.read(label))
        expect(self.page.locator("main .field--bad")).to_contain_text(self.read(text))
        return self

    def sees_entries(self, *entries: Sequence[str]) -> Self:
        """The lines of the credit record, from the top, each with these words."""
        lines = self.page.locator("main table.ledger tbody tr").filter(has=self.page.locator(".ledger__what"))
        expect(lines).to_have_count(len(entries))
        for number, words in enumerate(entries):
            for word in words:
                expect(lines.nth(number)).to_contain_text(word, use_inner_text=True)
        return self

    def is_at(self, path: str) -> Self:
        assert self.page.url == self.portal.url + path
        return self

    # --- letters

    def letters(self) -> list[Letter]:
        """Every letter this person has been sent, oldest first."""
        return [Letter(subject, text) for to, subject, text in mails(self.portal.mailbox) if to == self.address]

    def waits_for_letters(self, count: int) -> Self:
        wait_for(lambda: len(self.letters()) >= count, what=f"{count} letters to {self.address}")
        return self

    # --- each page met

    def _labelled(self, label: str) -> Locator:
        return self.page.locator("main").get_by_label(self.read(label)).first

    def _go(self, way: Locator) -> Self:
        with self.page.expect_navigation():
            way.click()
        return self._arrive()

    def _arrive(self) -> Self:
        expect(self.page.get_by_role("heading", level=1)).to_have_count(1)
        assert self.window.faults == [], self.page.url
        self.language = self.page.locator("html").get_attribute("lang") or "vi"
        return self
