"""Statements with their row locks taken out: what the control of a race or a storm lets happen."""

import re

ROW_LOCK = re.compile(r" FOR (NO KEY )?UPDATE\b( OF [^\s;]+)?( SKIP LOCKED| NOWAIT)?")


def without_row_locks(sql: str) -> str:
    """Return a statement, or the text of a function, that locks no row."""
    return ROW_LOCK.sub("", sql)
