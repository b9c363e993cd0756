"""Entries in the form their hash covers: read by the audit, which recomputes it, and by the statement as a file."""

import json
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain as one_after_another
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection

from credits.models import JournalEntry, chain
from learners.models import Learner

COLUMNS = """
    SELECT e.id, e.public_id::text, e.reason, learner.ledger_number::text, e.sequence, e.occurred_at, e.recorded_at,
        actor.ledger_number::text, e.idempotency_key, e.body_hash, reverses.public_id::text, e.snapshot::text,
        e.prev_hash, e.hash, ends.public_id::text, request.public_id::text,
        p.amount_minor, s.unit, s.kind_of_credit, brought.public_id::text,
        s_learner.ledger_number::text, s_organization.public_id::text, s.purpose,
        d_learner.ledger_number::text, d_organization.public_id::text, d.purpose
    FROM credits_journalentry e
    LEFT JOIN learners_learner learner ON learner.id = e.learner_id
    LEFT JOIN learners_learner actor ON actor.id = e.actor_id
    LEFT JOIN credits_journalentry reverses ON reverses.id = e.reverses_id
    LEFT JOIN credits_journalentry ends ON ends.id = e.ends_id
    LEFT JOIN credits_ledgerrequest request ON request.id = e.request_id
    LEFT JOIN credits_posting p ON p.entry_id = e.id
    LEFT JOIN credits_journalentry brought ON brought.id = p.lot_id
    LEFT JOIN credits_account s ON s.id = p.source_id
    LEFT JOIN learners_learner s_learner ON s_learner.id = s.learner_id
    LEFT JOIN learners_organization s_organization ON s_organization.id = s.organization_id
    LEFT JOIN credits_account d ON d.id = p.destination_id
    LEFT JOIN learners_learner d_learner ON d_learner.id = d.learner_id
    LEFT JOIN learners_organization d_organization ON d_organization.id = d.organization_id
"""

ROWS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashed:
    """One entry as it was hashed, and the hash it has."""

    id: int
    form: dict[str, Any]
    prev_hash: bytes | None
    hash: bytes

    @property
    def is_right(self) -> bool:
        """Return whether the hash is that of the form; a form with no one canonical form has none."""
        try:
            return chain.link(self.form, self.prev_hash) == self.hash
        except chain.NotCanonical:
            return False


def all_entries() -> Generator[Hashed, None, None]:
    """Return every entry of the ledger by id; the memory does not grow with the ledger."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(COLUMNS + "ORDER BY e.id, p.id")
        yield from _entries(one_after_another.from_iterable(_ahead(lambda: cursor.fetchmany(ROWS_AT_ONCE))))


def _ahead(fetch: Callable[[], list[Sequence[Any]]]) -> Iterator[list[Sequence[Any]]]:
    """Fetch the next rows while these are worked on: the database joins on one core while we hash on another."""
    with ThreadPoolExecutor(max_workers=1) as elsewhere:
        rows = elsewhere.submit(fetch)
        while these := rows.result():
            rows = elsewhere.submit(fetch)
            yield these


def count() -> int:
    return JournalEntry.objects.count()


def chain_of(learner: Learner) -> list[Hashed]:
    """Return the learner's whole chain, oldest first, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS + "WHERE e.learner_id = %s ORDER BY e.sequence, e.id, p.id", [learner.pk])
        return list(_entries(cursor.fetchall()))


def _entries(rows: Iterable[Sequence[Any]]) -> Iterator[Hashed]:
    for _id, group in groupby(rows, key=itemgetter(0)):
        yield _entry(list(group))


def _entry(rows: Sequence[Sequence[Any]]) -> Hashed:
    (
        entry_id,
        public_id,
        reason,
        learner,
        sequence,
        occurred_at,
        recorded_at,
        actor,
        idempotency_key,
        body_hash,
        reverses,
        snapshot,
        prev_hash,
        written,
        ends,
        request,
    ) = rows[0][:16]
    form = chain.entry_form(
        public_id=public_id,
        reason=reason,
        learner=learner,
        sequence=sequence,
        occurred_at=occurred_at,
        recorded_at=recorded_at,
        actor=actor,
        idempotency_key=idempotency_key,
        body_hash=bytes(body_hash),
        reverses=reverses,
        ends=ends,
        request=request,
        snapshot=json.loads(snapshot),
        postings=[
            chain.posting_form(
                source=chain.side(learner=row[20], organization=row[21], purpose=row[22]),
                destination=chain.side(learner=row[23], organization=row[24], purpose=row[25]),
                unit=row[17],
                kind_of_credit=row[18],
                amount_minor=row[16],
                lot=row[19],
            )
            for row in rows
            if row[16] is not None
        ],
    )
    return Hashed(id=entry_id, form=form, prev_hash=bytes(prev_hash) if prev_hash else None, hash=bytes(written))
