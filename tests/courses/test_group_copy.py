"""The button that copies a link, in a real browser; without script there is the field and no button."""

from uuid import uuid4

import pytest
from django.conf import settings
from playwright.sync_api import expect

from courses.actions import group_member
from tests.browser import open_window, session_of
from tests.factories.catalog import a_published_run
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(site):
    """Made before the tests, so that the server sees it: a group, and signed-in sessions of its leader."""
    leader, run = a_learner(), a_published_run()
    made = {"comes_too": True, "bring": [], "fellows": 1, "creation_key": uuid4(), "now": NOW}
    return group_member.make(leader=leader, run=run, **made), [session_of(leader) for _each in range(2)]


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_a_link_is_copied_with_one_press(chromium, site, world, script):
    group, keys = world
    window = open_window(chromium, site, width=360, script=script)
    window.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": keys.pop(), "url": site}])
    window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = window.open(f"/me/groups/{group.public_id}/")
    button, link = page.locator("button[data-copy]"), page.get_by_label("Đường dẫn cho người thứ 2").input_value()

    if script:
        button.click()
        expect(page.locator("[data-copied]")).to_have_text("Đã chép.")
        assert page.evaluate("navigator.clipboard.readText()") == link
    else:
        expect(button).to_be_hidden()

    assert "/groups/join/" in link
    assert window.faults == []
    window.context.close()
