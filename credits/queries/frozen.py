"""Many questions, one moment: for what must fit together and takes long."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

MINUTES_MAX = 60  # of one question: a page may take half a minute, a whole ledger longer
SORT_MB = (
    128  # for each sort and hash of a question: with a page's 4 MB a whole ledger is sorted on disk, many times over
)


@contextmanager
def frozen() -> Iterator[None]:
    """
    Answer everything asked inside as of one moment, however long it takes, and refuse to write.

    Inside a transaction that has begun already, only the patience is had: its isolation is what it is.
    """
    is_ours = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if is_ours:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute(f"SET LOCAL statement_timeout = '{MINUTES_MAX}min'")
        cursor.execute(f"SET LOCAL work_mem = '{SORT_MB}MB'")
        yield
