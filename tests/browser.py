"""A real browser on a real server: fixtures for journeys and for the loop over every page."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connections
from django.test import TransactionTestCase
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from learners.sessions import SessionStore
from tests.run import find_chromium

# Playwright's synchronous interface runs an event loop in this thread, and Django would then refuse its database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

expect.set_options(timeout=30_000)  # as long as everything else is waited for: a busy machine is no fault

ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]
WIDTHS = {"phone": 360, "desk": 1280}


@pytest.fixture(scope="session")
def chromium(django_db_setup: None) -> Iterator[Browser]:
    """
    The browser `make test` found; one process for the whole worker.

    Django keeps one connection for a thread and another for the same thread once an event loop runs in it: so the
    database is made before the loop starts, and what the loop has opened is closed before it ends.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield browser
        connections.close_all()
        browser.close()


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The address of a served site whose rows live as long as this module's tests, and are then emptied."""
    with django_db_blocker.unblock():
        server = LiveServer("localhost:0")
        settings.ALLOWED_HOSTS.append("localhost")
        yield server.url
        server.stop()
        settings.ALLOWED_HOSTS.remove("localhost")
        TransactionTestCase()._fixture_teardown()


@dataclass
class Visitor:
    """One person's browser window: what they see, and what went wrong behind it."""

    context: BrowserContext
    page: Page
    site: str
    faults: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.site + path)
        return self.page

    def main(self) -> str:
        """Return the words of the page's main part."""
        return self.page.locator("main").inner_text()


def open_window(
    browser: Browser,
    site: str,
    *,
    width: int = 1280,
    dark: bool = False,
    script: bool = True,
    learner: Any = None,
    session: dict[str, Any] | None = None,
) -> Visitor:
    """Open a window, signed in as ``learner`` if given; console errors and failed requests are kept as faults."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        java_script_enabled=script,
        locale="vi-VN",
    )
    if learner is not None or session:
        key = session_of(learner, **(session or {}))
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": site}])
    page = context.new_page()
    visitor = Visitor(context, page, site)
    page.on("console", lambda message: visitor.faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: visitor.faults.append(str(error)))
    # An icon still on its way when the next page is opened is given up by the browser: no fault of ours.
    page.on(
        "requestfailed",
        lambda request: (
            None
            if request.failure == "net::ERR_ABORTED"
            else visitor.faults.append(f"{request.url}: {request.failure}")
        ),
    )
    return visitor


def session_of(learner: Any, **more: Any) -> str:
    """Return the key of a new session, of this learner or of nobody, with more in it if asked for."""
    session = SessionStore()
    if learner is not None:
        session[SESSION_KEY] = str(learner.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = learner.get_session_auth_hash()
    session.update(more)
    session.create()
    return str(session.session_key)
