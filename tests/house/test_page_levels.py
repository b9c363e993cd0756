"""Every page says which level it needs: what it says at its foot is what it asks for at its door."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client, TransactionTestCase
from django.urls import ResolverMatch, resolve
from django.utils import translation

from learners.choices import Level
from portal.by_card import OPEN_BY_CARD
from portal.page_levels import is_of_staff, level_of, level_to_act_of
from tests.factories.world import World, a_world
from tests.house.pages import PAGES
from tests.learners.sign_in import prove_again

SAYS = {
    Level.ENROL: "This page opens to people who are signed in.",
    Level.REDEEM: "This page opens to people who are signed in and have proved again a moment ago",
}

STAFF = {"manager", "instructor", "curator", "superuser"}
OF_ANYBODY = {"mfa_index"}  # a curator looks at it, as anybody may


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock():
        yield a_world()
        TransactionTestCase()._fixture_teardown()


def path_of(name: str, world: World) -> str:
    with translation.override("en"):
        return PAGES[name].path(name, world)


def match_of(name: str, world: World) -> ResolverMatch:
    with translation.override("en"):
        return resolve(PAGES[name].path(name, world).partition("?")[0])


def a_client(name: str, world: World, *, by: str) -> Client:
    client = Client()
    if by:
        client.force_login(getattr(world, by))
    if PAGES[name].session:
        session = client.session
        session.update(PAGES[name].session(world))  # type: ignore[misc]
        session.save()
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_says_what_it_asks_for(name: str, world: World) -> None:
    path = path_of(name, world)
    match = match_of(name, world)
    level = level_of(match)

    by_nobody = a_client(name, world, by="").get(path)
    client = a_client(name, world, by=PAGES[name].by)
    if PAGES[name].by:
        prove_again(client, getattr(world, PAGES[name].by))
    page = client.get(path)

    text = page.content.decode()
    assert page.status_code == 200
    if PAGES[name].by:
        assert 'action="/en/account/sign-out/"' in text  # ASVS 7.4.4
    assert (by_nobody.status_code == 200) is (level == Level.BROWSE)
    assert [said for said, words in SAYS.items() if words in text] == ([] if level == Level.BROWSE else [level])
    assert ("Before anything is changed here" in text) is (level_to_act_of(match) > level)
    is_closed_to_cards = name not in OPEN_BY_CARD and not is_of_staff(match) and level_to_act_of(match) == Level.ENROL
    assert ("A printed card alone does not open it" in text) is is_closed_to_cards


@pytest.mark.django_db
def test_what_needs_a_fresh_proof_is_not_shown_without_one(world: World) -> None:
    asked = [name for name in PAGES if level_of(match_of(name, world)) == Level.REDEEM]
    clients = {by: Client() for by in {PAGES[name].by for name in asked}}
    for by, client in clients.items():
        client.force_login(getattr(world, by))

    answers = {name: clients[PAGES[name].by].get(path_of(name, world)).status_code for name in asked}

    assert asked
    assert {name: status for name, status in answers.items() if status != 302} == {}


@pytest.mark.django_db
def test_every_page_staff_look_at_is_a_page_of_staff(world: World) -> None:
    """None of theirs is outside, so each has the shorter sessions and the second step; none of others' is inside."""
    inside = {name for name in PAGES if is_of_staff(match_of(name, world))}

    by_staff = {name for name in PAGES if PAGES[name].by in STAFF}
    assert by_staff - inside == OF_ANYBODY
    assert inside - by_staff == set()
