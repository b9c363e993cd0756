"""The running portal and the people in front of it. A journey clicks and types; only what is given is made here."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import TransactionTestCase
from playwright.sync_api import Browser

from tests.journeys.person import Person
from tests.stack import Stack, a_stack

PHONE, DESK = 360, 1280


@pytest.fixture(scope="package")
def portal(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stack]:
    """
    The web server and the courier, as in production; their rows live until the last journey has ended.

    One portal for all journeys: each has its own people and courses, as in life.
    """
    with django_db_blocker.unblock():
        with a_stack("web", "courier") as stack:
            yield stack
        TransactionTestCase()._fixture_teardown()


@pytest.fixture
def a_person(chromium: Browser, portal: Stack) -> Iterator[Callable[..., Person]]:
    """Return a function that seats somebody in front of a new browser: ``a_person("hoa@example.vn")``."""
    seated: list[Person] = []

    def sit_down(address: str = "", *, width: int = PHONE, script: bool = True) -> Person:
        seated.append(Person(chromium, portal, address=address, width=width, script=script))
        return seated[-1]

    yield sit_down
    for person in seated:
        person.leave()


@pytest.fixture
def at_a_desk(a_person: Callable[..., Person]) -> Callable[..., Person]:
    """As ``a_person``, with a wide screen."""
    return lambda address="": a_person(address, width=DESK)
