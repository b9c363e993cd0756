"""The cache of limits: a row of the database for each counter, kept until it expires."""

from datetime import datetime

from django.core.cache.backends.db import DatabaseCache
from django.db import connections
from django.db.backends.utils import CursorWrapper


class CounterCache(DatabaseCache):
    """
    Take out nothing but what has expired (decision 0286).

    Django takes out a third of the living as well, by the order of their keys: a flood of counters of one kind would
    set those back to nothing that bound how often a code is guessed.
    """

    def _cull(self, db: str, cursor: CursorWrapper, now: datetime, num: int) -> None:
        connection = connections[db]
        table, expires = (connection.ops.quote_name(name) for name in (self._table, "expires"))  # type: ignore[attr-defined]  # of Django
        cursor.execute(
            f"DELETE FROM {table} WHERE {expires} < %s",  # noqa: S608  # the names are ours
            [connection.ops.adapt_datetimefield_value(now)],
        )
