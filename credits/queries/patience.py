"""How long a check may take: one question in vain is given up and said to be, so that the others are still asked."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg2.errors import LockNotAvailable, QueryCanceled


class OutOfTime(Exception):
    """The question has no answer in the time there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Both open: as long as the connection lets a statement take, and as many as there are."""

    statement_seconds: int | None = None  # of each statement of a question
    ends_at: float | None = None  # by ``time.monotonic``: after it no statement is begun

    @contextmanager
    def question(self) -> Iterator[None]:
        """
        Ask one question inside; given up, it takes back what it did in a transaction. Answered inside a longer one, it
        leaves ``statement_seconds`` in force for what follows there, until somebody sets it anew.

        :raises OutOfTime: if the database or the clock ended it.
        """
        self._look_at_the_clock()
        try:
            with transaction.atomic(), connection.execute_wrapper(self._unless_late):
                if self.statement_seconds is not None:
                    with connection.cursor() as cursor:
                        cursor.execute(f"SET LOCAL statement_timeout = '{self.statement_seconds}s'")
                yield
        except OperationalError as reason:
            if isinstance(reason.__cause__, (QueryCanceled, LockNotAvailable)):
                raise OutOfTime from reason
            raise

    def within(self, items: Iterable[Any]) -> Iterator[Any]:
        """Hand the items on as long as there is time: of many rows only the first few are asked by a statement."""
        for item in items:
            self._look_at_the_clock()
            yield item

    def _unless_late(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self._look_at_the_clock()
        return execute(sql, params, many, context)

    def _look_at_the_clock(self) -> None:
        if self.ends_at is not None and monotonic() >= self.ends_at:
            raise OutOfTime


ENDLESS = Patience()
