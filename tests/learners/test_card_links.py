"""No page open to a card leads whoever came in by one to a page that is not."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from learners.actions import card
from portal.by_card import OPEN_BY_CARD
from tests.factories.world import World, a_world
from tests.house.pages import PAGES

pytestmark = pytest.mark.django_db
LEADS = re.compile(r'(?:href|action)="(/[^"#?]*)')
# Where one signs in with something surer; and what a page open to everybody offers in passing, for which a card is too
# weak: the page it leads to says so, and what to do.
MAY_LEAD_TO = {
    *("account_login", "account_passkey", "openid_connect_login"),
    *("courses:my_review", "courses:review_new", "courses:review_report", "learners:complaint_new"),
    *("learners:complaints", "learners:organization_new", "learners:profile", "pathway_start", "pathway_use"),
    *("pathway_leave", "pathway_newer"),
}
# The frame of a page leads to none of them.
FRAME = re.compile(r"<main.*</main>", re.DOTALL)


def by_card(world: World) -> Client:
    cache.clear()
    client, printed = Client(), card.issue(learner=world.learner, actor=world.learner, pin="4711", now=timezone.now())
    client.post(reverse("learners:card_scan", args=[printed.secret]))
    return client


def leads_to(page: str) -> set[str]:
    """Return the names of the pages that a page leads to by a link or a button."""
    found = set()
    for address in LEADS.findall(page):
        if address.startswith(("/en/", "/static/")):
            continue
        try:
            found.add(resolve(address).view_name)
        except Resolver404:  # a file of another host
            continue
    return found


def test_no_page_open_to_a_card_leads_to_one_that_is_closed() -> None:
    world = a_world()
    client = by_card(world)
    pages: dict[str, Any] = {
        name: seen for name, seen in PAGES.items() if name in OPEN_BY_CARD and seen.by in {"", "learner"}
    }

    leads = {name: leads_to(client.get(seen.path(name, world)).content.decode()) for name, seen in pages.items()}

    assert len(leads) > 40
    assert {name: closed for name, led in leads.items() if (closed := led - OPEN_BY_CARD - MAY_LEAD_TO)} == {}
    assert leads_to(FRAME.sub("", client.get(reverse("dashboard")).content.decode())) <= OPEN_BY_CARD
