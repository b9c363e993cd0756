"""
Excerpt the ledger: balances, and what was posted lately; the statement is in ``statement.py``, the audit in
``audit.py``.

A balance is read off the newest posting of an account (``position`` carries it), so it costs the same after ten
thousand entries. Amounts are hundredths of a credit.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from credits.models import JournalEntry
from credits.queries.audit import Finding, audit
from credits.queries.line import ALWAYS, CHANGES, COLUMNS, JOINS, PostedLine, line_of, rows
from credits.queries.statement import Excerpt, Statement, lines, outline, statement
from learners.models import Learner

__all__ = [
    "Balance",
    "Excerpt",
    "Finding",
    "PostedLine",
    "Statement",
    "audit",
    "balance",
    "balances",
    "lines",
    "lines_of",
    "outline",
    "posted_between",
    "statement",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What a learner can use, in hundredths of a credit."""

    by_kind: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.by_kind.values())


NEWEST = """
    SELECT a.learner_id, a.kind_of_credit, newest.balance
    FROM credits_account a
    CROSS JOIN LATERAL (
        SELECT * FROM (
            (SELECT source_position AS position, source_balance AS balance FROM credits_posting
                WHERE source_id = a.id ORDER BY source_position DESC LIMIT 1)
            UNION ALL
            (SELECT destination_position, destination_balance FROM credits_posting
                WHERE destination_id = a.id ORDER BY destination_position DESC LIMIT 1)
        ) side ORDER BY position DESC LIMIT 1
    ) newest
    WHERE a.learner_id = ANY(%(learners)s) AND a.unit = %(credit)s AND a.purpose = %(earned)s
    ORDER BY a.kind_of_credit
"""

POSTED = f"""
    WITH change AS (
        SELECT e.id, leg.kind_of_credit, {CHANGES}
        FROM credits_journalentry e CROSS JOIN LATERAL (
            SELECT a.purpose, a.kind_of_credit,
                CASE WHEN a.id = p.destination_id THEN p.amount_minor ELSE -p.amount_minor END AS change
            FROM credits_posting p JOIN credits_account a ON a.id IN (p.source_id, p.destination_id)
            WHERE p.entry_id = e.id AND a.learner_id = e.learner_id AND a.unit = %(credit)s
            OFFSET 0
        ) leg
        WHERE {{which}}
        GROUP BY e.id, leg.kind_of_credit
    )
    SELECT change.kind_of_credit, change.earned, change.held, change.applied, change.expired, {COLUMNS}
    FROM change JOIN credits_journalentry e ON e.id = change.id {JOINS}
    ORDER BY e.learner_id, e.sequence, change.kind_of_credit
"""  # noqa: S608 -- constants of this app


def balance(learner: Learner) -> Balance:
    """Return what the learner can use; one query, however long the history."""
    return balances([learner.pk]).get(learner.pk, Balance(by_kind={}))


def balances(learner_ids: Collection[int]) -> dict[int, Balance]:
    """Return what each of these learners can use, in one query; who never earned anything is left out."""
    kinds: dict[int, dict[str, int]] = defaultdict(dict)
    for row in rows(NEWEST, {"learners": list(learner_ids)}):
        kinds[row["learner_id"]][row["kind_of_credit"]] = row["balance"]
    return {learner_id: Balance(by_kind=by_kind) for learner_id, by_kind in kinds.items()}


def posted_between(*, since: datetime, until: datetime, learner_ids: Collection[int]) -> dict[int, list[PostedLine]]:
    """
    Return what was recorded for each of these learners from ``since`` to just before ``until``, oldest first.

    One query for all. ``balance`` is not worked out. An entry is recorded a moment before it is committed: who must
    miss none lets ``until`` lie a minute back.
    """
    posted = _posted(
        "e.recorded_at >= %(since)s AND e.recorded_at < %(until)s AND e.learner_id = ANY(%(learners)s)",
        since=since,
        until=until,
        learners=list(learner_ids),
    )
    return {learner_id: list(group) for learner_id, group in groupby(posted, key=lambda line: line.learner_id)}


def lines_of(entry: JournalEntry) -> list[PostedLine]:
    """Return one entry as its learner reads it, a line for each kind of credit, without balance; one query."""
    return _posted("e.id = %(entry)s", entry=entry.pk)


def _posted(which: str, **values: object) -> list[PostedLine]:
    return [
        line_of(row)
        for row in rows(POSTED.format(which=which), {**values, "recorded_until": ALWAYS, "effective_until": ALWAYS})
    ]
