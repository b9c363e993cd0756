"""Who has a network has endless addresses: counted together, before a row is written for each; no other is set back."""

import pytest
from django.core.cache import cache, caches
from django.db import connection
from django.test import RequestFactory

from learners.views import limits

HERE = "2001:db8:1:{:x}::{:x}"
KINDS = ("ask", "guess", "card", "text", "help")


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> None:
    cache.clear()


def kept() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache_entry")
        return [key for (key,) in cursor.fetchall()]


def rows_of(action: str) -> int:
    return sum(f":learners:{action}:" in key for key in kept())


@pytest.mark.parametrize("action", KINDS)
def test_the_addresses_of_one_site_are_counted_as_one(rf: RequestFactory, action: str) -> None:
    for number in range(4):
        assert limits.is_within(rf.get("/", REMOTE_ADDR=HERE.format(1, number)), action)

    assert rows_of(action) == rows_of(limits.WIDER[action]) == 1


@pytest.mark.parametrize("action", KINDS)
def test_beyond_what_a_network_may_no_row_is_written(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    monkeypatch.setitem(limits.RATES, limits.WIDER[action], "3/60s/key")

    answers = [limits.refused_by(rf.get("/", REMOTE_ADDR=HERE.format(site, 1)), action) for site in range(6)]
    elsewhere = limits.refused_by(rf.get("/", REMOTE_ADDR="2001:db8:2::1"), action)

    assert answers == [None, None, None, *[limits.WIDER[action]] * 3]
    assert elsewhere is None
    assert rows_of(action) == 4


@pytest.mark.parametrize("action", KINDS)
def test_one_machine_does_not_use_up_its_network(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    monkeypatch.setitem(limits.RATES, action, "2/60s/ip")
    monkeypatch.setitem(limits.RATES, limits.WIDER[action], "3/60s/key")

    answers = [limits.refused_by(rf.get("/", REMOTE_ADDR="192.0.2.1"), action) for _try in range(5)]
    neighbour = limits.refused_by(rf.get("/", REMOTE_ADDR="192.0.2.2"), action)

    assert answers == [None, None, action, action, action]
    assert neighbour is None


def test_a_flood_of_one_kind_sets_back_no_other(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the size of the table too, where what has expired is taken out."""
    monkeypatch.setitem(limits.RATES, "card_use", "1/3600s/key")
    monkeypatch.setattr(caches["default"], "_max_entries", 8)
    here = rf.get("/", REMOTE_ADDR="192.0.2.1")
    assert limits.is_within(here, "card_use", key="7")
    cache.set("expired", 1, timeout=-60)

    for site in range(12):
        limits.is_within(rf.get("/", REMOTE_ADDR=f"2001:db8:{site:x}::1"), "help")

    assert limits.is_within(here, "card_use", key="7") is False
    assert rows_of("help") == rows_of("help_day") == 12
    assert not any("expired" in key for key in kept())
