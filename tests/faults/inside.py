"""
Acts that meet inside a function of the database, at the one moment that matters: all have looked, none has written.

The function is given a gate there: an advisory lock that a keeper holds until everybody waits for it. Nobody sleeps.
"""

import threading
from collections.abc import Callable
from time import monotonic
from typing import Any

from django.db import connection

from tests.faults.sabotage import function
from tests.faults.together import together

GATE = 20261121  # who keeps the gate holds this lock, who waits asks to share it
HUNG_AFTER_SECONDS = 60
WAITING = """
    SELECT count(DISTINCT l.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE NOT l.granted AND a.datname = current_database()
"""


def meet_inside(name: str, *acts: Callable[[], Any]) -> list[Any]:
    """Run the acts at once; each waits in the function, before it writes, until all are there. Answers in order."""
    is_kept = threading.Event()

    def keep() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [GATE])
            is_kept.set()
            try:
                until_waiting(len(acts))
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [GATE])

    def arriving(act: Callable[[], Any]) -> Callable[[], Any]:
        def arrive() -> Any:
            assert is_kept.wait(HUNG_AFTER_SECONDS)
            return act()

        return arrive

    def with_gate(text: str) -> str:
        before, insert, after = text.partition("INSERT INTO")
        return f"{before}PERFORM pg_advisory_xact_lock_shared({GATE});\n    {insert}{after}"

    with function(name, with_gate):
        kept, *answers = together(keep, *map(arriving, acts))
    assert kept is None, kept
    return answers


def until_waiting(count: int) -> None:
    """Return when so many connections to this database wait for a lock."""
    deadline, waiting = monotonic() + HUNG_AFTER_SECONDS, 0
    with connection.cursor() as cursor:
        while waiting < count:
            assert monotonic() < deadline, f"only {waiting} wait"
            cursor.execute(WAITING)
            (waiting,) = cursor.fetchone()
