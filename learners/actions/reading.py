"""
Somebody at work sees who people are: at a counter, or at the desk. It is written before anything is shown.

The log is the ledger's, in an app above this one, which says so as it starts (``written_by``): one list tells a person
of every reading, whatever was read.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from learners.choices import Seen
from learners.models import Learner, Organization


class Writer(Protocol):
    """Writes that people are about to be shown, and returns for how many it took a row."""

    def __call__(
        self,
        *,
        reader: Learner,
        learner_ids: Collection[int],
        seen: Seen,
        organization: Organization | None,
        now: datetime,
    ) -> int: ...


_writers: list[Writer] = []


def written_by(writer: Writer) -> None:
    """Have every reading written by ``writer``; said once, as the app that keeps the log starts."""
    _writers[:] = [writer]


def write(
    *,
    reader: Learner,
    learner_ids: Collection[int],
    seen: Seen,
    now: datetime,
    organization: Organization | None = None,
) -> int:
    """Write that ``reader`` is about to see who these people are; return for how many it took a row."""
    (writer,) = _writers  # without a log nothing is shown
    return writer(reader=reader, learner_ids=learner_ids, seen=seen, organization=organization, now=now)
