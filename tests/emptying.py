"""
Tables are emptied after each test that commits, by the server's superuser: the guards refuse it to everybody else.

Rows are deleted, and only where there are any: TRUNCATE makes new files for each of some hundred and fifty tables and
all their indexes. What deleting leaves behind is vacuumed away before it slows anybody down.
"""

import os
from importlib import import_module
from typing import Any

import psycopg2
from django.apps import apps
from django.db import connection

# Loaded by migrations and read by everybody: kept.
REFERENCE_TABLES = {
    "auth_permission",
    "courses_attendancefigure",
    "courses_field",
    "courses_searchgeneration",
    "courses_searchword",
    "courses_skill",
    "django_content_type",
    "django_migrations",
    "learners_agerule",
    "learners_consenttext",
    "learners_formerplace",
    "learners_holiday",
    "learners_messagetext",
    "learners_place",
    "learners_place_successors",
    "learners_retentionrule",
}
VACUUMED_FROM_BYTES = 512 * 1024
WAITS_SECONDS_MAX = 300  # for a process of the test that still writes, on however slow a machine

TABLES = """
    SELECT quote_ident(relname), oid FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL (%(kept)s) ORDER BY relname
"""
SIZES = """
    SELECT quote_ident(relname), pg_table_size(oid) FROM pg_class
    WHERE oid = ANY (%(tables)s::oid[]) AND pg_relation_size(oid) > 0
"""
START_AGAIN = """
    SELECT setval(s.seqrelid::regclass, s.seqstart, false) FROM pg_sequence s
    JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid AND d.deptype IN ('a', 'i')
    JOIN pg_class c ON c.oid = d.refobjid
    WHERE c.relname <> ALL (%(kept)s) AND pg_sequence_last_value(s.seqrelid) IS NOT NULL
"""
FORGET_STATISTICS = """
    SELECT pg_clear_relation_stats('public', relname) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL (%(kept)s) AND reltuples >= 0
"""
KEPT_THAT_POINT = """
    SELECT conname FROM pg_constraint
    JOIN pg_class one ON one.oid = conrelid JOIN pg_class other ON other.oid = confrelid
    WHERE contype = 'f' AND one.relname = ANY (%(kept)s) AND other.relname <> ALL (%(kept)s)
"""
VALUES = {"kept": sorted(REFERENCE_TABLES)}

_superuser: list[Any] = []


def superuser() -> Any:
    """Return a connection to this worker's test database that may do everything; one for the whole run."""
    if not _superuser:
        name = connection.settings_dict["NAME"]
        address = os.environ["DATABASE_URL"].replace("lh_owner@/lh?", f"postgres@/{name}?")
        options = f"-c lock_timeout={WAITS_SECONDS_MAX}s -c session_replication_role=replica"
        _superuser.append(psycopg2.connect(address, options=options))
        _superuser[0].autocommit = True
        with _superuser[0].cursor() as cursor:
            cursor.execute(KEPT_THAT_POINT, VALUES)
            assert cursor.fetchall() == [], "what is kept would point to what is deleted"
    return _superuser[0]


def close_superuser() -> None:
    """Let the database be dropped."""
    while _superuser:
        _superuser.pop().close()


def empty_tables(_self: Any) -> None:
    """Empty all but the reference tables, number from one again, and load what is there always."""
    with superuser() as transaction, transaction.cursor() as cursor:
        cursor.execute(TABLES, VALUES)
        names, ids = zip(*cursor.fetchall(), strict=True)
        cursor.execute(f"LOCK TABLE {', '.join(names)} IN SHARE ROW EXCLUSIVE MODE")  # who is writing still ends first
        cursor.execute(SIZES, {"tables": list(ids)})
        sizes = dict(cursor.fetchall())
        # No trigger acts for this connection, neither a guard's nor a foreign key's.
        cursor.execute("; ".join(["SELECT", *(f"DELETE FROM {name}" for name in sizes)]))
        # What the terms were made of is gone, and when.
        cursor.execute("UPDATE courses_searchgeneration SET made_of = '', refreshed_at = NULL")
        cursor.execute(START_AGAIN, VALUES)
    with superuser().cursor() as cursor:
        if large := [name for name, size in sizes.items() if size >= VACUUMED_FROM_BYTES]:
            cursor.execute(f"VACUUM {', '.join(large)}")
        cursor.execute(FORGET_STATISTICS, VALUES)
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        # Rules and schemes name people and organisations, so they go with them; the first of them are there always.
        import_module("credits.migrations.0015_first_rules").load(apps, None)
        cursor.execute("SET ROLE lh_app")
