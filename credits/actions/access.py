"""The access log: a person's ledger is shown to somebody at work only after it is written that it was."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from credits.choices import Reading
from credits.models import LedgerAccess
from learners.models import Learner, Organization


@transaction.atomic
def record(
    *,
    reader: Learner,
    learner_ids: Collection[int],
    what: Reading,
    now: datetime,
    organization: Organization | None = None,
    reason: str = "",
) -> int:
    """
    Write that ``reader`` is about to read these people's ledgers, for an organisation or as a curator.

    Return how many rows it took: one a person, one statement for all, none about the reader's own ledger. Each reading
    is one of its own: the same page shown twice was read twice.
    """
    rows = [
        LedgerAccess(
            learner_id=learner_id,
            reader=reader,
            organization=organization,
            read_at=now,
            what=what,
            reason=reason,
        )
        for learner_id in sorted(set(learner_ids) - {reader.pk})
    ]
    LedgerAccess.objects.bulk_create(rows)
    return len(rows)
