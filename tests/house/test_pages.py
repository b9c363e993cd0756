"""
Every page, in both languages, light and dark: no axe violation, no sideways scroll at 320 px, no CSP violation.

The list grows by itself: an address that is neither in ``pages.PAGES`` nor explained in ``pages.NOT_PAGES`` fails.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib import admin
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils import translation
from playwright.sync_api import Browser, Page

from tests.browser import Visitor, open_window
from tests.factories.world import World, a_world
from tests.house.pages import NOT_PAGES, PAGES, named_addresses

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
TAGS = [*WCAG, "best-practice"]
AXE = Axe().axe_script
NARROW = 320
WIDER_THAN_ITS_WINDOW = """size => {
    const page = document.documentElement, own = page.dataset.text
    if (size) page.dataset.text = size
    const wider = page.scrollWidth - page.clientWidth
    if (own === undefined) delete page.dataset.text; else page.dataset.text = own
    return wider
}"""  # with letters of that size
# pytest-django makes a database only for tests that say they use one.
pytestmark = pytest.mark.django_db
LANGUAGES = ("vi", "en")
IN_THE_DARK = ["color-contrast"]  # colors are all that the dark changes; the same page has passed the other rules


def test_every_named_address_is_looked_at_or_explained() -> None:
    assert named_addresses() - set(PAGES) - set(NOT_PAGES) == set()
    assert (set(PAGES) | set(NOT_PAGES)) - named_addresses() == set()


def admin_paths() -> list[str]:
    """Return the admin's own pages that curators use: the index, each list, and each form one may open."""
    paths = [
        reverse(f"admin:{name}") for name in ("index", "credits_reading", "credits_merge_ask", "credits_freeze_ledger")
    ]
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        paths.append(reverse(f"admin:{name}_changelist"))
        newest = model._default_manager.order_by("-pk").first()
        for act, arguments in (("add", ()), *((("change", (newest.pk,)), ("history", (newest.pk,))) if newest else ())):
            try:
                paths.append(reverse(f"admin:{name}_{act}", args=arguments))
            except NoReverseMatch:
                continue
    return paths


@pytest.fixture(scope="module")
def world(site: str) -> World:
    return a_world()


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def windows(chromium: Browser, site: str, world: World, language: str) -> Iterator[dict[str, Visitor]]:
    """
    One window a person, and one for each page that needs a session of its own, by the name of the person or page.

    Opened here and not in the tests: what a test writes is rolled back, so the server would not see its sessions.
    """
    people = {"instructor", "superuser", *(seen.by for seen in PAGES.values())}
    sessions = {name: seen.session(world) for name, seen in PAGES.items() if seen.session}
    opened = {
        name: open_window(
            chromium,
            site,
            width=NARROW,
            learner=getattr(world, by) if (by := name if name in people else PAGES[name].by) else None,
            session=sessions.get(name),
        )
        for name in people | set(sessions)
    }
    yield opened
    for visitor in opened.values():
        visitor.context.close()


def violations(visitor: Visitor, tags: list[str] = TAGS, *, is_reloaded: bool = False) -> list[str]:
    """Return what axe finds on the page as it is, and then in the dark; reloaded where colors take time to change."""
    page = visitor.page
    found = _asked_of_axe(page, {"type": "tag", "values": tags})
    page.emulate_media(color_scheme="dark")
    if is_reloaded:
        page.reload()
    found += _asked_of_axe(page, {"type": "rule", "values": IN_THE_DARK})
    page.emulate_media(color_scheme="light")
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]


def _asked_of_axe(page: Page, rules: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what breaks these rules, and nothing of what keeps them: that would be most of the answer."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    options = {"resultTypes": ["violations"], "runOnly": rules}
    found: list[dict[str, Any]] = page.evaluate("async options => (await axe.run(options)).violations", options)
    return found


def examine(visitor: Visitor, path: str) -> None:
    visitor.faults.clear()
    answer = visitor.page.goto(visitor.site + path)
    assert answer is not None
    assert answer.status == 200, path
    too_wide = {size: visitor.page.evaluate(WIDER_THAN_ITS_WINDOW, size) for size in ("", "xl")}

    assert visitor.faults == []
    assert max(too_wide.values()) <= 0, f"{path} is wider than {NARROW} px: {too_wide}"
    assert violations(visitor) == []


@pytest.mark.parametrize("name", sorted(PAGES))
def test_page(name: str, language: str, windows: dict[str, Visitor], world: World) -> None:
    seen = PAGES[name]
    with translation.override(language):
        path = seen.path(name, world)

    examine(windows[name if seen.session else seen.by], path)


@pytest.mark.parametrize("status", [403, 404], ids=str)
def test_error_page(status: int, language: str, windows: dict[str, Visitor], world: World) -> None:
    visitor = windows["instructor"]
    with translation.override(language):
        new_run = PAGES["courses:run_new"].path("courses:run_new", world)  # only a manager opens a run
        path = {403: new_run, 404: reverse("home") + "khong-co/"}[status]
    answer = visitor.page.goto(visitor.site + path)

    assert answer is not None
    assert answer.status == status
    assert violations(visitor) == []


def test_admin_pages(language: str, windows: dict[str, Visitor], world: World) -> None:
    visitor = windows["superuser"]
    with translation.override(language):
        paths = admin_paths()
    faults: dict[str, str] = {}  # one place of each kind: the desk's pages are built alike
    for path in paths:
        visitor.faults.clear()
        answer = visitor.page.goto(visitor.site + path)
        assert answer is not None
        if answer.status == 403:  # a page the registry names and the curator may not open, such as adding an entry
            continue
        assert answer.status == 200, path
        before = list(visitor.faults)  # axe itself trips over the policy
        faults |= {fault: path for fault in before + violations(visitor, WCAG, is_reloaded=True)}

    assert faults == {}


def test_switching_the_language_keeps_the_page(site: str, windows: dict[str, Visitor]) -> None:
    page = windows["learner"].open(reverse("courses:catalog") + "?q=so+cap+cuu")
    page.locator('a[hreflang="en"]').first.click()

    assert page.url == site + translate_url(reverse("courses:catalog"), "en") + "?q=so+cap+cuu"
