"""Do the same with many rows, each in a transaction of its own: one that fails is logged and holds up no other."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

Key = TypeVar("Key")
log = logging.getLogger("learners.one_by_one")


class SomeFailed(Exception):
    """Something could not be done with some rows; each is in the log, and the next run tries it again."""


def each(keys: Iterable[Key], act: Callable[[Key], int | bool], *, what: str) -> int:
    """
    Do ``act``, which opens its own transaction, with each key; return the sum of what it returns.

    :raises SomeFailed: when all have been tried, if some failed; so that somebody hears of it.
    """
    done, failed = 0, 0
    for key in keys:
        try:
            done += act(key)
        except Exception:
            log.exception("row_failed", extra={"what": what, "key": str(key)})
            failed += 1
    if failed:
        raise SomeFailed(f"{what}: {failed} failed, {done} done")
    return done
