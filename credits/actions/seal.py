"""
Sealing: once a day the newest hash of every chain goes into a tree, whose root is published (``models/seal.py``).

All of it is done by the database, level by level, and of the tree only what has changed is written; Python holds one
row at a time, however many records there are.
"""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from credits.models import Seal
from credits.models.chain import digest
from credits.models.seal import height, seal_form


class UnableToSeal(Exception):
    """No seal can be made for this day."""


class DayIsOver(UnableToSeal):
    """A later day is sealed already: the clock has gone backwards, or a day was missed, which must stay visible."""


# A first seal of a million records takes longer than a page may; another one waits for it.
PATIENCE = "SET LOCAL statement_timeout = '10min'; SET LOCAL lock_timeout = '10min'"

# Who has entries and no place in the tree gets the next ones.
NEW_LEAVES = """
    INSERT INTO credits_sealleaf (index, learner_id, first_seal_id)
    SELECT %(size)s + row_number() OVER (ORDER BY l.id) - 1, l.id, %(seal)s
    FROM learners_learner l
    WHERE NOT EXISTS (SELECT 1 FROM credits_sealleaf leaf WHERE leaf.learner_id = l.id)
        AND EXISTS (SELECT 1 FROM credits_journalentry e WHERE e.learner_id = l.id)
"""

# Every record's newest entry as of this statement is compared with what was sealed of that record, so nothing depends
# on ids or clocks: an entry that commits later, whatever its number, is newer than what is sealed here, and goes into
# the next seal. A record is committed in its order, so what is sealed of it has no gap.
CHANGED_LEAVES = """
    WITH head AS (
        SELECT leaf.index, leaf.learner_id, newest.sequence, sealed.sequence AS sealed_before
        FROM credits_sealleaf leaf
        CROSS JOIN LATERAL (
            SELECT sequence FROM credits_journalentry e WHERE e.learner_id = leaf.learner_id
            ORDER BY sequence DESC LIMIT 1
        ) newest
        LEFT JOIN LATERAL (
            SELECT sequence FROM credits_sealnode node WHERE node.level = 0 AND node.index = leaf.index
            ORDER BY seal_id DESC LIMIT 1
        ) sealed ON true
        WHERE newest.sequence IS DISTINCT FROM sealed.sequence
    ), written AS (
        INSERT INTO credits_sealnode (level, index, seal_id, sequence, hash)
        SELECT 0, head.index, %(seal)s, head.sequence,
            sha256('\\x00'::bytea || uuid_send(l.ledger_number) || int8send(head.sequence) || e.hash)
        FROM head
        JOIN learners_learner l ON l.id = head.learner_id
        JOIN credits_journalentry e ON e.learner_id = head.learner_id AND e.sequence = head.sequence
        RETURNING index
    )
    SELECT count(*), coalesce(sum(head.sequence - coalesce(head.sealed_before, 0)), 0)::bigint
    FROM written JOIN head USING (index)
"""

PARENTS = """
    INSERT INTO credits_sealnode (level, index, seal_id, hash)
    SELECT %(level)s + 1, parent.index, %(seal)s,
        CASE WHEN other.hash IS NULL THEN one.hash ELSE sha256('\\x01'::bytea || one.hash || other.hash) END
    FROM (
        SELECT DISTINCT index / 2 AS index FROM credits_sealnode WHERE seal_id = %(seal)s AND level = %(level)s
    ) parent
    CROSS JOIN LATERAL (
        SELECT hash FROM credits_sealnode WHERE level = %(level)s AND index = 2 * parent.index
        ORDER BY seal_id DESC LIMIT 1
    ) one
    LEFT JOIN LATERAL (
        SELECT hash FROM credits_sealnode WHERE level = %(level)s AND index = 2 * parent.index + 1
        ORDER BY seal_id DESC LIMIT 1
    ) other ON true
"""

ROOT = """
    SELECT coalesce((
        SELECT hash FROM credits_sealnode WHERE level = %(level)s AND index = 0 ORDER BY seal_id DESC LIMIT 1
    ), sha256(''))
"""


@transaction.atomic
def seal(*, now: datetime) -> Seal:
    """
    Seal all records as they are and return the seal of the day.

    Idempotent by the day in Viet Nam: a second call returns the first one's seal. A day on which nothing was recorded
    is sealed all the same, so that a missing one shows. Two at once: the second waits and gets the first one's seal.
    What a transaction still open has recorded goes into the next seal.

    :raises DayIsOver: if a later day is sealed already.
    """
    with connection.cursor() as cursor:
        cursor.execute(PATIENCE)
        cursor.execute("SELECT credits_lock_seals()")
    day = timezone.localdate(now)
    before = Seal.objects.order_by("-number").first()
    if before is not None and before.day >= day:
        if before.day > day:
            raise DayIsOver(f"seal {before.number} is of {before.day:%Y-%m-%d}, so {day:%Y-%m-%d} cannot be sealed")
        return before
    number = before.number + 1 if before else 1
    size, entries, tree_root = _grow(number, before)
    prev_hash = bytes(before.hash) if before else None
    form = seal_form(
        number=number, day=day, sealed_at=now, size=size, entries=entries, tree_root=tree_root, prev_hash=prev_hash
    )
    return Seal.objects.create(
        number=number,
        day=day,
        sealed_at=now,
        size=size,
        entries=entries,
        tree_root=tree_root,
        prev_hash=prev_hash,
        hash=digest(form),
    )


def _grow(number: int, before: Seal | None) -> tuple[int, int, bytes]:
    """Write what this seal changes of the tree; return the size of the tree, the entries under it, and its root."""
    size, entries = (before.size, before.entries) if before else (0, 0)
    values: dict[str, Any] = {"seal": number, "size": size}
    with connection.cursor() as cursor:
        cursor.execute(NEW_LEAVES, values)
        size += cursor.rowcount
        cursor.execute(CHANGED_LEAVES, values)
        changed, entries_more = cursor.fetchone()
        if changed:
            for level in range(height(size)):
                cursor.execute(PARENTS, {"seal": number, "level": level})
        cursor.execute(ROOT, {"level": height(size)})
        (tree_root,) = cursor.fetchone()
    return size, entries + entries_more, bytes(tree_root)
