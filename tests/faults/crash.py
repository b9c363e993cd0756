"""
Dying at every moment: before and after each statement, before and after the commit, by an error in our own process
and by a lost connection.

An action is all or nothing, and doing it again finishes it. Needs ``@pytest.mark.django_db(transaction=True)``.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import psycopg2
from django.db import DatabaseError, OperationalError, connection

COMMIT = -1
TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name"


class Crash(BaseException):
    """Not an Exception, so that nothing in the product catches it and carries on."""


def raise_error() -> None:
    raise Crash


def lose_connection() -> None:
    """End our own backend, as a server that fails over does."""
    try:
        with connection.connection.cursor() as cursor:
            cursor.execute("RESET ROLE; SELECT pg_terminate_backend(pg_backend_pid())")
    except psycopg2.Error as lost:
        raise OperationalError from lost


def everything() -> dict[str, str]:
    """Return a digest of the rows of each table."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = [name for (name,) in cursor.fetchall()]
        digests = (
            f"SELECT '{name}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{name}\" t" for name in tables
        )
        cursor.execute(" UNION ALL ".join(digests))
        return dict(cursor.fetchall())


EVERY_WAY = tuple((die, before) for die in (raise_error, lose_connection) for before in (True, False))
# What differs: our own error leaves the rollback to us, a lost connection to the server.
TWO_WAYS = ((raise_error, True), (lose_connection, False))


def assert_all_or_nothing(
    act: Callable[[], object],
    *,
    state: Callable[[], object] = everything,
    ways: Iterable[tuple[Callable[[], None], bool]] = EVERY_WAY,
) -> int:
    """
    Run ``act`` again and again, dying at each of its moments in turn, then let it end; return how often it died.

    ``ways``: how to die, and whether before the statement or after it.
    After each death ``state()`` is what it was before. Death right after the commit leaves everything done, and then
    doing it once more changes nothing.
    """
    nothing = state()
    _run(act, at=COMMIT, before=True, die=lose_connection)
    # Counted the second time: what instances given to `act` keep in their caches is not asked again.
    statements = _run(act, at=COMMIT, before=True, die=lose_connection)
    assert state() == nothing, "died before the commit"
    deaths = 2
    for die, before in ways:
        for at in range(statements):
            _run(act, at=at, before=before, die=die)
            assert state() == nothing, f"{die.__name__}, {'before' if before else 'after'} statement {at + 1}"
            deaths += 1
    _run(act, at=COMMIT, before=False, die=raise_error)
    done = state()
    assert done != nothing, "died after the commit"
    act()
    assert state() == done, "done twice is not done once"
    return deaths + 1


def _run(act: Callable[[], object], *, at: int, before: bool, die: Callable[[], None]) -> int:
    """Let ``act`` die at its ``at``-th statement or its commit; return how many it had sent."""
    sent = 0
    deaths = 0

    def step(real: Callable[[], Any], *, is_here: bool) -> Any:
        nonlocal deaths
        if is_here and before and not deaths:
            deaths += 1
            die()
        result = real()
        if is_here and not before and not deaths:
            deaths += 1
            die()
        return result

    def statement(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal sent
        sent += not deaths  # a new connection says a word of its own
        return step(lambda: execute(sql, params, many, context), is_here=at == sent - 1)

    real_commit = connection._commit
    connection._commit = lambda: step(real_commit, is_here=at == COMMIT)  # type: ignore[method-assign]
    try:
        with suppress(Crash, DatabaseError), connection.execute_wrapper(statement):
            act()
    finally:
        connection._commit = real_commit  # type: ignore[method-assign]
        if connection.connection is not None and connection.connection.closed:
            connection.close()  # as Django does before the next request or task
    assert deaths == 1, f"the act never came to statement {at + 1}"
    return sent
