"""
The audit of the seals: every seal's tree is worked out again from the ledger, and must be what was sealed.

Seal by seal: it continues the one before it; each record it sealed anew has, at the entry it names, the hash that went
into its leaf; each node that changed is what its children give, and no other node was written; the root is the seal's.
As each tree differs from the one before it by exactly these nodes, that is the whole tree. The database does the sums;
the memory here does not grow with the ledger.
"""

from collections.abc import Generator, Iterator
from contextlib import closing
from typing import Any

from django.db import connection

from credits.models import Seal
from credits.models.seal import height
from credits.queries.track import Track

BREACHES_OF_ONE_SEAL_MAX = 20

# Each question gets the seal's number, the size of its tree and of the one before, and its height; each answers one
# line of text for each breach.
QUESTIONS = (
    # Its new records stand at the end, without a gap, each with a leaf.
    """
        SELECT concat('place ', place, ' of the tree is no record''s, or one of another seal')
        FROM generate_series(%(size_before)s::bigint, %(size)s::bigint - 1) place
        LEFT JOIN credits_sealleaf leaf ON leaf.index = place AND leaf.first_seal_id = %(number)s
        LEFT JOIN credits_sealnode node ON node.level = 0 AND node.index = place AND node.seal_id = %(number)s
        WHERE leaf.index IS NULL OR node.index IS NULL
    """,
    # What it sealed of a record is what the ledger has.
    """
        SELECT concat('record ', coalesce(l.ledger_number::text, 'nobody''s'), ' is not what was sealed up to entry ',
            node.sequence)
        FROM credits_sealnode node
        LEFT JOIN credits_sealleaf leaf ON leaf.index = node.index
        LEFT JOIN learners_learner l ON l.id = leaf.learner_id
        LEFT JOIN credits_journalentry e ON e.learner_id = leaf.learner_id AND e.sequence = node.sequence
        LEFT JOIN LATERAL (
            SELECT sequence FROM credits_sealnode earlier
            WHERE earlier.level = 0 AND earlier.index = node.index AND earlier.seal_id < %(number)s
            ORDER BY seal_id DESC LIMIT 1
        ) before ON true
        WHERE node.seal_id = %(number)s AND node.level = 0 AND (
            node.hash = sha256('\\x00'::bytea || uuid_send(l.ledger_number) || int8send(node.sequence) || e.hash)
            AND node.sequence > coalesce(before.sequence, 0)
        ) IS NOT TRUE
    """,
    # A node has changed where one of its children has, nowhere else, and is what they give.
    """
        SELECT concat('node ', place.level, '/', place.index, ' of the tree is not what stands under it')
        FROM (
            SELECT level, index, is_due, hash
            FROM (
                SELECT DISTINCT level + 1 AS level, index / 2 AS index, true AS is_due FROM credits_sealnode
                WHERE seal_id = %(number)s AND level < %(height)s
            ) due
            FULL JOIN (
                SELECT level, index, hash FROM credits_sealnode WHERE seal_id = %(number)s AND level > 0
            ) node USING (level, index)
        ) place
        LEFT JOIN LATERAL (
            SELECT hash FROM credits_sealnode child
            WHERE child.level = place.level - 1 AND child.index = 2 * place.index AND child.seal_id <= %(number)s
            ORDER BY seal_id DESC LIMIT 1
        ) one ON true
        LEFT JOIN LATERAL (
            SELECT hash FROM credits_sealnode child
            WHERE child.level = place.level - 1 AND child.index = 2 * place.index + 1 AND child.seal_id <= %(number)s
            ORDER BY seal_id DESC LIMIT 1
        ) other ON true
        WHERE (place.is_due AND place.hash = CASE
            WHEN other.hash IS NULL THEN one.hash ELSE sha256('\\x01'::bytea || one.hash || other.hash)
        END) IS NOT TRUE
    """,
    # The root and the number of entries are those of the tree.
    """
        SELECT 'its root is not that of its tree'
        WHERE %(tree_root)s IS DISTINCT FROM coalesce((
            SELECT hash FROM credits_sealnode WHERE level = %(height)s AND index = 0 AND seal_id <= %(number)s
            ORDER BY seal_id DESC LIMIT 1
        ), sha256(''))
        UNION ALL
        SELECT concat('it counts ', %(entries_more)s, ' new entries, the tree ', counted)
        FROM (
            SELECT coalesce(sum(node.sequence - coalesce(before.sequence, 0)), 0) AS counted
            FROM credits_sealnode node
            LEFT JOIN LATERAL (
                SELECT sequence FROM credits_sealnode earlier
                WHERE earlier.level = 0 AND earlier.index = node.index AND earlier.seal_id < %(number)s
                ORDER BY seal_id DESC LIMIT 1
            ) before ON true
            WHERE node.seal_id = %(number)s AND node.level = 0
        ) counting
        WHERE counted <> %(entries_more)s
    """,
)

# What belongs to no seal, and what an earlier check had seen.
LEFT_OVER = """
    SELECT concat('place ', index, ' of the tree is of no seal') FROM credits_sealleaf WHERE index >= %(size)s
    UNION ALL
    SELECT concat('node ', level, '/', index, ' of the tree is of no seal') FROM credits_sealnode
    WHERE seal_id > %(number)s
    UNION ALL
    SELECT concat('the check of ', c.checked_at, ' saw seal ', c.seal_id, ' with another hash')
    FROM credits_ledgercheck c LEFT JOIN credits_seal s ON s.number = c.seal_id
    WHERE c.head_hash IS NOT NULL AND s.hash IS DISTINCT FROM c.head_hash
"""


def breaches(track: Track) -> Generator[str, None, None]:
    """Return in words what does not hold of the seals, oldest first; six questions a seal at most."""
    seals = Seal.objects.order_by("number")
    before: Seal | None = None
    with closing(seals.iterator()) as rows:  # type: ignore[type-var]  # it is a generator
        for seal in track("seals", rows, seals.count()):
            for words in _of(seal, before):
                yield f"seal {seal.number}: {words}"
            before = seal
    last = {"number": before.number, "size": before.size} if before else {"number": 0, "size": 0}
    yield from _asked(LEFT_OVER, last)


def _of(seal: Seal, before: Seal | None) -> Iterator[str]:
    if not _continues(seal, before):
        yield "it does not continue the one before it"
    if bytes(seal.hash) != seal.form_hash:
        yield "its hash is not that of what it says"
    values = {
        "number": seal.number,
        "size": seal.size,
        "size_before": before.size if before else 0,
        "height": height(seal.size),
        "tree_root": bytes(seal.tree_root),
        "entries_more": seal.entries - (before.entries if before else 0),
    }
    for question in QUESTIONS:
        yield from _asked(question, values)


def _continues(seal: Seal, before: Seal | None) -> bool:
    if before is None:
        return seal.number == 1 and seal.prev_hash is None
    return (
        seal.number == before.number + 1
        and bytes(seal.prev_hash or b"") == bytes(before.hash)
        and seal.day > before.day
        and seal.sealed_at > before.sealed_at
    )


def _asked(question: str, values: dict[str, Any]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM ({question}) breach (words) LIMIT {BREACHES_OF_ONE_SEAL_MAX}",  # noqa: S608 -- constants
            values,
        )
        return [words for (words,) in cursor.fetchall()]
