"""
Fill a database with made books: by COPY, without its indexes and with the guards asleep, which are back afterwards.

The session that copies is the superuser's own and plays the part of a replica: no trigger and no foreign key is asked.
Nothing is altered for that, so nothing can be left open; the audit asks every row afterwards.
"""

import io
import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg2

from portal.quickstart.servers import Postgres
from tests.bench.large.books import ACCOUNTS, COLUMNS, EARNED, ISSUERS, Place, write_book

LEARNERS_PER_COPY = 500
LOADERS = 2
TABLES = ("credits_account", "credits_journalentry", "credits_lot", "credits_posting")

LEARNERS = """
    INSERT INTO learners_learner ({columns})
    SELECT {values} FROM learners_learner pattern, generate_series(0, %(learners)s - 1) place
    WHERE pattern.id = %(pattern)s
"""
OF_THEIR_OWN = {
    "id": "%(first)s + place",
    "public_id": "gen_random_uuid()",
    "ledger_number": "md5('ledger:' || place)::uuid",
    "email": "'learner' || place || '@made.example.vn'",
    "phone": "NULL",
    "full_name": "'Người học số ' || place",
}
LEARNERS_ACCOUNTS = """
    INSERT INTO credits_account (id, learner_id, unit, purpose, kind_of_credit, balance_min, opened_at)
    SELECT %(account)s + place * %(accounts)s + number, %(first)s + place, 'CREDIT', purpose, kind, 0, '2016-03-01'
    FROM generate_series(0, %(learners)s - 1) place,
        (VALUES (0, 'EARNED', 'COMMUNITY'), (1, 'EARNED', 'VOCATIONAL'), (2, 'EARNED', 'ACADEMIC'),
            (3, 'HELD', 'COMMUNITY'), (4, 'APPLIED', 'COMMUNITY')) AS of(number, purpose, kind)
"""
ISSUERS_ACCOUNTS = """
    INSERT INTO credits_account (organization_id, unit, purpose, kind_of_credit, opened_at)
    SELECT o.id, 'CREDIT', 'ISSUED', of_credit, '2016-03-01'
    FROM learners_organization o, unnest(%(kinds)s) of_credit RETURNING organization_id, kind_of_credit, id
"""
# What can be taken away and put back: everything but the primary keys, which others lean on.
INDEXES = """
    SELECT 'CONSTRAINT ' || quote_ident(c.conname), c.conrelid::regclass::text, pg_get_constraintdef(c.oid)
    FROM pg_constraint c WHERE c.contype = 'u' AND c.conrelid::regclass::text = ANY (%(tables)s)
    UNION ALL
    SELECT 'INDEX ' || quote_ident(i.indexname), i.tablename, i.indexdef FROM pg_indexes i
    WHERE i.schemaname = 'public' AND i.tablename = ANY (%(tables)s)
        AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)
    ORDER BY 2, 1
"""


@contextmanager
def superuser(postgres: Postgres, database: str = "lh") -> Iterator[Any]:
    """A cursor that no guard watches; each statement is a transaction of its own."""
    connection = psycopg2.connect(postgres.url("postgres", database))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("SET maintenance_work_mem = '512MB'")
            yield cursor
    finally:
        connection.close()


def fill(postgres: Postgres, database: str, *, learners: int, pattern_id: int) -> Place:
    """Write this many books into a database that holds one learner, the pattern, and the issuers."""
    with superuser(postgres, database) as cursor:
        taken_away = _without_indexes(cursor)
        place = _people(cursor, learners=learners, pattern_id=pattern_id)
    starts = range(0, learners, LEARNERS_PER_COPY)
    loads = [
        (postgres.url("postgres", database), place, start, min(start + LEARNERS_PER_COPY, learners)) for start in starts
    ]
    with multiprocessing.get_context("fork").Pool(LOADERS) as pool:
        for _ in pool.imap_unordered(_copy, loads):
            pass
    with ThreadPoolExecutor(LOADERS) as several:
        list(several.map(lambda made: _make(postgres, database, made), taken_away))
    with superuser(postgres, database) as cursor:
        missing = {*taken_away} - {*_indexes(cursor)}
        if missing:
            raise RuntimeError(f"not put back as they were: {missing}")
        for table in ("learners_learner", "credits_account", "credits_journalentry", "credits_posting"):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}) + 1, false)"
            )
        for table in (*TABLES, "credits_hold", "learners_learner"):
            cursor.execute(f"VACUUM ANALYZE {table}")
    return place


def _people(cursor: Any, *, learners: int, pattern_id: int) -> Place:
    cursor.execute("SELECT max(id) + 1 FROM learners_learner")
    first = cursor.fetchone()[0]
    cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'learners_learner'")
    columns = [name for (name,) in cursor.fetchall()]
    cursor.execute(
        LEARNERS.format(
            columns=", ".join(columns), values=", ".join(OF_THEIR_OWN.get(name, f"pattern.{name}") for name in columns)
        ),
        {"learners": learners, "first": first, "pattern": pattern_id},
    )
    cursor.execute(ISSUERS_ACCOUNTS, {"kinds": list(EARNED)})
    issued: dict[int, dict[str, int]] = {}
    for organization, kind, account in cursor.fetchall():
        issued.setdefault(organization, {})[kind] = account
    cursor.execute("SELECT id, public_id::text FROM learners_organization ORDER BY id")
    issuers = cursor.fetchall()
    if len(issuers) != ISSUERS:
        raise RuntimeError(f"{len(issuers)} issuers, not {ISSUERS}")
    cursor.execute("SELECT max(id) + 1 FROM credits_account")
    account = cursor.fetchone()[0]
    cursor.execute(LEARNERS_ACCOUNTS, {"account": account, "accounts": ACCOUNTS, "first": first, "learners": learners})
    return Place(
        learner_id=first,
        account_id=account,
        entry_id=1,
        issuer_ids=tuple(number for number, _public_id in issuers),
        issuer_numbers=tuple(public_id for _number, public_id in issuers),
        issued_ids=tuple(tuple(issued[number][kind] for kind in EARNED) for number, _public_id in issuers),
    )


def _copy(load: tuple[str, Place, int, int]) -> None:
    address, place, start, end = load
    lines: dict[str, list[str]] = {table: [] for table in COLUMNS}
    for number in range(start, end):
        write_book(number, place, lines)
    with psycopg2.connect(address) as connection, connection.cursor() as cursor:  # one transaction: one xact_id
        cursor.execute("SET session_replication_role = replica")
        for table, columns in COLUMNS.items():
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", io.StringIO("".join(lines[table])))
    connection.close()


Made = tuple[str, str, str]  # what, of which table, how it is made


def _indexes(cursor: Any) -> Sequence[Made]:
    cursor.execute(INDEXES, {"tables": list(TABLES)})
    return list(cursor.fetchall())


def _without_indexes(cursor: Any) -> Sequence[Made]:
    found = _indexes(cursor)
    for what, table, _definition in found:
        cursor.execute(f"ALTER TABLE {table} DROP {what}" if what.startswith("CONSTRAINT") else f"DROP {what}")
    return found


def _make(postgres: Postgres, database: str, made: Made) -> None:
    what, table, definition = made
    with superuser(postgres, database) as cursor:
        cursor.execute(f"ALTER TABLE {table} ADD {what} {definition}" if what.startswith("CONSTRAINT") else definition)
