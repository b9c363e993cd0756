"""
Guards taken away, to see that something turns red without them; each is put back.

What the database keeps is changed as the owner and outside any transaction, so every connection sees it.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from tests.credits.by_hand import TABLES, run
from tests.emptying import empty_tables
from tests.faults.row_locks import without_row_locks

UNIQUE = ("journal_entry_sequence", "posting_source_position", "posting_destination_position")


def as_owner(statement: str) -> None:
    """Run a statement as the owner, then be again who we were."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (role,) = cursor.fetchone()
    run("RESET ROLE")
    run(statement)
    run(f"SET ROLE {role}")


@contextmanager
def function(name: str, change: Callable[[str], str]) -> Iterator[None]:
    """Replace a function of the database by what ``change`` makes of its text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef(%s::regproc)", [name])
        (whole,) = cursor.fetchone()
    changed = change(whole)
    assert changed != whole, "nothing was taken away"
    as_owner(changed)
    try:
        yield
    finally:
        as_owner(whole)


def without_on_conflict(sql: str) -> str:
    """What two write at the same moment is not met by finding the other's row, but by an error."""
    return sql.replace("ON CONFLICT DO NOTHING", "").replace("ON CONFLICT (idempotency_key) DO NOTHING", "")


@contextmanager
def without_locks() -> Iterator[None]:
    """The functions that lock, their row locks taken out: the award, and the first half of every other act."""
    with function("credits_take", without_row_locks), function("credits_award", without_row_locks):
        yield


@contextmanager
def without_meeting() -> Iterator[None]:
    """An award that does not look whether another takes its key at the same moment."""
    with function("credits_award", without_on_conflict):
        yield


@contextmanager
def without_the_lock_of_seals() -> Iterator[None]:
    with function("credits_lock_seals", lambda whole: re.sub(r"pg_advisory_xact_lock\(.*?\)", "pg_sleep(0)", whole)):
        yield


@contextmanager
def without_the_count_of_seats() -> Iterator[None]:
    """The database neither counts the seats of a run nor locks it."""
    with function(
        "courses_seats_suffice", lambda whole: without_row_locks(whole.replace("taken > run.seats_max", "false"))
    ):
        yield


@contextmanager
def without_the_size_of_groups() -> Iterator[None]:
    """The database counts the seats kept for a group as one."""
    each, once = (
        "SELECT count(*) FROM courses_seatoffer o",
        (
            "SELECT count(DISTINCT coalesce(q.group_id, -o.id)) FROM courses_seatoffer o"
            " JOIN courses_waitingrequest q ON q.id = o.request_id"
        ),
    )
    with function("courses_seats_suffice", lambda whole: whole.replace(each, once)):
        yield


@contextmanager
def without_guards_of_classes() -> Iterator[None]:
    """The database lets sessions that are marked be moved, cancelled ones be marked, cancelled runs be enrolled in."""
    guards = {
        "courses_session_stays": "courses_classsession",
        "courses_mark_of_a_session_held": "courses_attendancerecord",
        "courses_walk_in_of_a_session_held": "courses_walkin",
        "courses_objection_of_a_session_held": "courses_attendanceobjection",
        "courses_place_in_a_run_held": "courses_enrollment",
        "courses_place_taken_again": "courses_enrollment",
        "courses_seats_of_new_enrollments": "courses_enrollment",  # it locks the run too
    }
    for trigger, table in guards.items():
        as_owner(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    try:
        yield
    finally:
        for trigger, table in guards.items():
            as_owner(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")


@contextmanager
def with_the_run_locked_last() -> Iterator[None]:
    """Whoever is, or becomes, enrolled takes the run's lock, after that of the row: the trigger of migration 0041."""
    drop = "DROP TRIGGER courses_place_in_a_run_held ON courses_enrollment"
    as_owner(drop)
    as_owner(
        "CREATE TRIGGER courses_place_in_a_run_held BEFORE INSERT OR UPDATE OF state, run_id ON courses_enrollment"
        " FOR EACH ROW WHEN (NEW.state = 'ENROLLED') EXECUTE FUNCTION courses_place_in_a_run_held()"
    )
    try:
        yield
    finally:
        as_owner(drop)
        as_owner(
            "CREATE TRIGGER courses_place_in_a_run_held BEFORE INSERT ON courses_enrollment"
            " FOR EACH ROW WHEN (NEW.state = 'ENROLLED') EXECUTE FUNCTION courses_place_in_a_run_held()"
        )


@contextmanager
def without_constraint(table: str, name: str) -> Iterator[None]:
    """A table without one of its constraints; emptied before it is put back, since it may be broken by then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name])
        (definition,) = cursor.fetchone()
    as_owner(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    try:
        yield
    finally:
        empty_tables(None)
        as_owner(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


@contextmanager
def without_the_net() -> Iterator[None]:
    """Take away the triggers and what keeps sequences and positions unique; then empty the ledger, put all back."""
    run("RESET ROLE")
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
               WHERE conname = ANY(%s)""",
            [list(UNIQUE)],
        )
        unique = cursor.fetchall()
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'journal_entry_no_fork'")
        no_fork = cursor.fetchone()[0]
    with transaction.atomic():
        for table in TABLES:
            run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for table, name, _definition in unique:
            run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        run("DROP INDEX journal_entry_no_fork")
    try:
        yield
    finally:
        empty_tables(None)
        run("RESET ROLE")
        with transaction.atomic():
            for table, name, definition in unique:
                run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
            run(no_fork)
            for table in TABLES:
                run(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        run("SET ROLE lh_app")
