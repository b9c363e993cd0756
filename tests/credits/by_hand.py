"""
The ledger by hand: statements past every action, and the owner's rights with the guards off.

For asking the database what it refuses, and for planting what it would have refused.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from credits.queries.invariants import APPEND_ONLY
from tests.factories.people import NOW

TABLES = tuple(f"credits_{name}" for name in APPEND_ONLY)


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


SAYS = (
    '{"type": "award", "title_vi": "", "rule": "", "rule_source": "", '
    '"source": "CLASS", "field_code": "0113", "course_key": "course:1"}'
)


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
        "snapshot": f"'{SAYS}'",
        "prev_hash": "(SELECT hash FROM credits_journalentry ORDER BY id LIMIT 1)",
        "hash": "sha256('second')",
    } | given
    return f"INSERT INTO credits_journalentry ({', '.join(columns)}) VALUES ({', '.join(map(str, columns.values()))})"


def posting(**given: object) -> str:
    """
    Return an INSERT of a posting of twelve hundredths to the learner, who holds twelve, by the newest entry.

    Where that entry brings new credit it gets a lot of as much.
    """
    columns = {
        "entry_id": NEWEST,
        "source_id": ISSUED,
        "destination_id": EARNED,
        "amount_minor": "12",
        "destination_position": "2",
        "destination_balance": "24",
        "lot_id": NEWEST,
    } | given
    lot = f"""
        INSERT INTO credits_lot (entry_id, learner_id, issuer_id, kind_of_credit, source, field_code, amount_minor,
            earned_on, course_key)
        SELECT e.id, e.learner_id, a.organization_id, a.kind_of_credit, 'CLASS', '0113',
            greatest(1, {columns["amount_minor"]}::numeric), '2026-11-21', 'course:1'
        FROM credits_journalentry e, credits_account a
        WHERE e.id = {NEWEST} AND e.reason = 'COURSE_COMPLETION' AND a.id = {ISSUED}
        ON CONFLICT DO NOTHING
    """
    return (
        f"WITH lot AS ({lot}) "
        f"INSERT INTO credits_posting ({', '.join(columns)}) VALUES ({', '.join(map(str, columns.values()))})"
    )


NEWEST = "(SELECT max(id) FROM credits_journalentry)"
ISSUED, EARNED = (f"(SELECT min(id) FROM credits_account WHERE purpose = '{name}')" for name in ("ISSUED", "EARNED"))
BACK = {
    "source_id": EARNED,
    "destination_id": ISSUED,
    "source_position": "2",
    "source_balance": "0",
    "destination_position": "NULL",
    "destination_balance": "NULL",
    "lot_id": "(SELECT min(id) FROM credits_journalentry)",
}
REVERSAL = {
    "reason": "'REVERSAL'",
    "reverses_id": "(SELECT min(id) FROM credits_journalentry)",
    "reversal_part": "1",
    "request_id": "(SELECT min(id) FROM credits_ledgerrequest)",  # an approved one: conftest.py
    "snapshot": f"""'{SAYS}'::jsonb || (
        SELECT jsonb_build_object(
            'reason_digest', body -> 'reason_digest', 'authority_digest', body -> 'authority_digest'
        ) FROM credits_ledgerrequest ORDER BY id LIMIT 1
    )""",
}
