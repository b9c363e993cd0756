"""Every cell of ``learners/rights.csv``, tried over HTTP; a door that is refused changes nothing and says nothing."""

import csv
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, TransactionTestCase

from learners.models import Device, Learner
from tests.factories.people import a_learner
from tests.factories.world import World, a_world
from tests.house.doors import DOORS, OWN_PAGES, UNKNOWN, WITHOUT_REASON

TABLE = Path(__file__).resolve().parent.parent.parent / "learners" / "rights.csv"
ROLES = {
    "AN": "",
    "LR": "learner",
    "LO": "other",
    "CS": "instructor",
    "CM": "manager",
    "CX": "stranger",
    "CU": "curator",
    "SU": "superuser",
}
# What one may find changed after a refusal: the visit itself.
VOLATILE = {"learners_session", "cache_entry"}
PER_REQUEST = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|name="next" value="[^"]*"|href="/en/[^"]*"|[0-9a-f]{16,}'
)


def cells() -> list[tuple[str, str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return [(row["cell"], role, row[role]) for row in csv.DictReader(lines) for role in ROLES]


def written() -> dict[str, int]:
    """Return how many rows of each table this test has written so far, also those it has taken back again."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT relname, pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
                   + pg_stat_get_xact_tuples_deleted(oid)
               FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL (%s)""",
            [list(VOLATILE)],
        )
        return dict(cursor.fetchall())


def classify(answer: HttpResponse, cell: str, world: World) -> str:
    if answer.status_code == 302 and re.match(r"/account/sign-in/|/admin/login/", answer["Location"]):
        return "L"
    if answer.status_code in {403, 404, 405}:
        return {403: "F", 404: "N", 405: "X"}[answer.status_code]
    assert answer.status_code < 500
    if cell in OWN_PAGES:
        return "A" if is_of(world.learner, answer, world) else "N"
    return "A"


def is_of(learner: Any, answer: HttpResponse, world: World) -> bool:
    """Whether the page is this learner's: it knows their name, which stands in the head of every page of theirs."""
    return answer.wsgi_request.user.pk == learner.pk  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Any:
    """One world for the whole table: each cell is tried inside a transaction that is undone."""
    with django_db_blocker.unblock():
        yield a_world()
        TransactionTestCase()._fixture_teardown()


@pytest.mark.django_db
@pytest.mark.parametrize(("cell", "role", "right"), cells(), ids=lambda value: str(value))
def test_cell(cell: str, role: str, right: str, world: World) -> None:
    client = Client()
    if ROLES[role]:
        client.force_login(getattr(world, ROLES[role]))
    before = written()

    answer = DOORS[cell](client, world)

    found = classify(answer, cell, world)
    assert found == {"M": "A", "G": "A"}.get(right, right)
    if right in "NFLX" and cell not in OWN_PAGES:
        assert {name: rows for name, rows in written().items() if rows != before[name]} == {}
    if right == "M":
        text = answer.content.decode()
        assert world.learner.email not in text
    if right == "N" and cell in UNKNOWN:
        unknown = UNKNOWN[cell](client, world)
        assert unknown.status_code == 404
        assert PER_REQUEST.sub("", unknown.content.decode()) == PER_REQUEST.sub("", answer.content.decode())
    if right == "G":
        assert classify(WITHOUT_REASON[cell](client, world), cell, world) == "F"
    if role != "LR" and right != "A":
        assert world.learner.email not in answer.getvalue().decode(errors="replace")  # a file may be no text


def test_every_cell_has_a_door_and_every_door_a_cell() -> None:
    assert {cell for cell, _role, _right in cells()} == set(DOORS)
    assert {cell for cell, _role, right in cells() if right == "G"} == set(WITHOUT_REASON)


@pytest.mark.django_db
def test_whatever_is_written_is_counted(world: World) -> None:
    """The control: a new row, a changed one, one that stays as it is, one that goes, and all of it taken back."""
    before, learners = written(), Learner.objects.filter(pk=world.other.pk)
    with transaction.atomic():
        a_learner()
        learners.update(full_name="Lê Thị Khác")
        learners.update(full_name="Lê Thị Khác")
        Device.objects.filter(pk=world.device.pk).delete()
        transaction.set_rollback(True)

    assert {name: rows - before[name] for name, rows in written().items() if rows != before[name]} == {
        "learners_device": 1,
        "learners_learner": 3,
    }
