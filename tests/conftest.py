"""What every test stands on: the serving role's rights, clean tables, no network, frozen moments by argument."""

import os
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.backends.signals import connection_created
from django.test import Client, TransactionTestCase
from django.utils import translation

from courses.queries.asked import kept, places, restoring, vocabulary, words
from tests import template
from tests.browser import chromium, site  # noqa: F401 -- fixtures
from tests.emptying import close_superuser, empty_tables
from tests.learners.sign_in import prove_again

# What takes long begins first, or one worker is alone with it at the end; each folder together, as tests share much.
LONG = ("tests/faults/", "tests/journeys/", "tests/house/", "tests/portal/", "tests/search/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        return next((number for number, folder in enumerate(LONG) if item.nodeid.startswith(folder)), len(LONG))

    items.sort(key=place)


def serve_as_app(connection: Any, **_signal: Any) -> None:
    """Give up the owner's rights: tests run with what the serving role may do."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE lh_app")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Make each worker's database a copy of the one that was migrated meanwhile."""
    connection.settings_dict["TEST"]["TEMPLATE"] = template.migrated()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Make the test database as the owner, then serve from it as the application."""
    connection_created.connect(serve_as_app, dispatch_uid="tests.serve_as_app")
    original = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = empty_tables  # type: ignore[method-assign] -- see empty_tables
    with django_db_blocker.unblock():
        serve_as_app(connection)
        # What a process reads once is read before any test counts queries. Whoever changes it asks for a newer look.
        for thing in (words.kept, vocabulary.kept, places.kept, restoring.kept):
            thing.get()
    kept.LOOK_SECONDS = float("inf")
    yield
    TransactionTestCase._fixture_teardown = original  # type: ignore[method-assign]
    connection_created.disconnect(dispatch_uid="tests.serve_as_app")
    with django_db_blocker.unblock():
        close_superuser()
        connection.close()  # the next connection drops the database, which the owner alone may


@pytest.fixture
def newest_words() -> Iterator[Callable[[], None]]:
    """Return a function that lets this process see what a test has just done to words and terms; ends with the test."""
    yield kept.look_again
    for thing in (words.kept, vocabulary.kept, restoring.kept):
        thing.forget()
    kept.look_again()


@pytest.fixture(autouse=True)
def in_the_default_language() -> Iterator[None]:
    """A page in English leaves its language to the thread; the next test starts in Vietnamese."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def closed_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""
    original: Callable[..., Any] = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> Any:
        if self.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise AssertionError(f"a test tried to reach {address}")
        return original(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture
def learner_client(client: Client) -> Callable[[Any], Client]:
    """Return a function that signs a learner in: ``learner_client(learner).get(...)``."""

    def sign_in(learner: Any) -> Client:
        learner.refresh_from_db(fields=["session_salt"])  # whoever has ended all sessions since has given it another
        client.force_login(learner)
        return client

    return sign_in


@pytest.fixture
def proven_client(client: Client) -> Callable[[Any], Client]:
    """Return a function that signs a learner in who has typed a code a moment ago (levels.level_of)."""

    def sign_in(learner: Any) -> Client:
        client.force_login(learner)
        prove_again(client, learner)
        return client

    return sign_in


def database_url_of_test() -> str:
    """Return the address of this worker's test database for a process that serves, as ``lh_app``."""
    name = connection.settings_dict["NAME"]
    return os.environ["DATABASE_URL"].replace("lh_owner@/lh?", f"lh_app@/{name}?")
