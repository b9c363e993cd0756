"""The worker's part of an export of one's data: prepared step by step, kept only while the account is open."""

from datetime import datetime

from learners.actions import data_export
from portal.exports import personal


def prepare_waiting(*, now: datetime) -> int:
    """
    Prepare the exports that wait; return how many were kept.

    Safe to run twice or in two workers at once: each is held with a lease. A worker that dies leaves it to the next
    one when the lease ends. Not to be called inside a transaction: how far it is is seen while it goes on.
    """
    kept = 0
    while (held := data_export.claim(now=now)) is not None:
        content = personal.archive(
            held.export.learner,
            language=held.export.language,
            now=now,
            note=lambda done, held=held: held.note(done=done, total=personal.STEPS),  # type: ignore[misc]
        )
        kept += data_export.finish(held=held, content=content, now=now)
    return kept
