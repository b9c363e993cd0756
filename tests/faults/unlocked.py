"""The portal as granian serves it, with the row locks taken out of every statement: the control of a rush."""

from typing import Any

from django.db.backends.signals import connection_created

from portal.wsgi import application
from tests.faults.row_locks import without_row_locks

__all__ = ["application"]


def without_lock(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    return execute(without_row_locks(sql), params, many, context)


def take_the_locks_out(connection: Any, **_signal: Any) -> None:
    connection.execute_wrappers.append(without_lock)


connection_created.connect(take_the_locks_out, dispatch_uid="tests.faults.unlocked")
