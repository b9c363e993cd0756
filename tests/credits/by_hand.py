"""
The ledger by hand: statements past every action, and the owner's rights with the guards off.

For asking the database what it refuses, and for planting what it would have refused.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.factories.people import NOW

TABLES = ("credits_account", "credits_journalentry", "credits_posting")


def run(sql: str, values: Any = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@contextmanager
def owner() -> Iterator[None]:
    """Act as the owner of the tables, who made the guards and can take them away."""
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("RESET ROLE")
    yield
    run("SET CONSTRAINTS ALL DEFERRED")
    run("SET ROLE lh_app")


@contextmanager
def no_guards() -> Iterator[None]:
    with owner():
        for table in TABLES:
            run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        run("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            run(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def refused(*statements: str) -> str:
    """Run the statements to their commit; return what the database answered, with nothing left behind."""
    with pytest.raises(DatabaseError) as answer:
        commit(*statements)
    return str(answer.value)


@transaction.atomic
def commit(*statements: str) -> None:
    for statement in statements:
        run(statement)
    run("SET CONSTRAINTS ALL IMMEDIATE")


def entry(**given: object) -> str:
    """Return an INSERT of a learner's next entry; ``given`` replaces columns, as SQL."""
    columns = {
        "public_id": "gen_random_uuid()",
        "reason": "'COURSE_COMPLETION'",
        "learner_id": "(SELECT learner_id FROM credits_account WHERE purpose = 'EARNED' ORDER BY id LIMIT 1)",
        "sequence": "2",
        "occurred_at": f"'{NOW}'::timestamptz",
        "recorded_at": f"'{NOW}'::timestamptz",
        "idempotency_key": "gen_random_uuid()::text",
        "body_hash": "sha256('asked')",
        "snapshot": "'{}'",
        "prev_hash": "(SELECT hash FROM credits_journalentry ORDER BY id LIMIT 1)",
        "hash": "sha256('second')",
    } | given
    return f"INSERT INTO credits_journalentry ({', '.join(columns)}) VALUES ({', '.join(map(str, columns.values()))})"


def posting(**given: object) -> str:
    """Return an INSERT of a posting of twelve hundredths to the learner, who holds twelve, by the newest entry."""
    columns = {
        "entry_id": "(SELECT max(id) FROM credits_journalentry)",
        "source_id": "(SELECT min(id) FROM credits_account WHERE purpose = 'ISSUED')",
        "destination_id": "(SELECT min(id) FROM credits_account WHERE purpose = 'EARNED')",
        "amount_minor": "12",
        "destination_position": "2",
        "destination_balance": "24",
    } | given
    return f"INSERT INTO credits_posting ({', '.join(columns)}) VALUES ({', '.join(map(str, columns.values()))})"


ISSUED, EARNED = (f"(SELECT min(id) FROM credits_account WHERE purpose = '{name}')" for name in ("ISSUED", "EARNED"))
BACK = {
    "source_id": EARNED,
    "destination_id": ISSUED,
    "source_position": "2",
    "source_balance": "0",
    "destination_position": "NULL",
    "destination_balance": "NULL",
}
REVERSAL = {
    "reason": "'REVERSAL'",
    "reverses_id": "(SELECT min(id) FROM credits_journalentry)",
    "reversal_part": "1",
}
