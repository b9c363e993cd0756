"""
The book with its running balance, in SQL: every change of a learner's credit, and of those the ones that were chosen.

The book is listed as it was written; what had happened by a day, as it happened.
"""

from credits.queries.line import CHANGES, COLUMNS, JOINS, LEGS

_CHOSEN = f"""
    WITH leg AS MATERIALIZED ({LEGS}),
    change AS (
        SELECT leg.entry_id AS id, leg.sequence, leg.{{listed}} AS listed_at, leg.kind_of_credit, {CHANGES}
        FROM leg GROUP BY leg.entry_id, leg.sequence, leg.{{listed}}, leg.kind_of_credit
    ),
    running AS (
        SELECT *, sum(earned) OVER (ORDER BY {{first}}sequence, kind_of_credit) AS balance,
            sum(earned) FILTER (WHERE listed_at >= %(since)s AND listed_at < %(until)s)
                OVER (PARTITION BY date_trunc('month', listed_at AT TIME ZONE %(zone)s)) AS month_earned
        FROM change
    ),
    chosen AS (
        SELECT * FROM running
        WHERE listed_at >= %(since)s AND listed_at < %(until)s AND (%(source)s = '' OR EXISTS (
            SELECT 1 FROM leg JOIN credits_lot ON credits_lot.entry_id = leg.lot_id
            WHERE leg.entry_id = running.id AND credits_lot.source = %(source)s
        ))
    )
"""  # noqa: S608 -- constants of this app

_PAGE = f"""
    , shown AS (
        SELECT change.kind_of_credit, change.earned, change.held, change.applied, change.expired, change.balance,
            change.listed_at, change.month_earned, {COLUMNS}
        FROM (
            SELECT * FROM chosen ORDER BY {{last}}sequence DESC, kind_of_credit DESC LIMIT %(limit)s OFFSET %(offset)s
        ) change
        JOIN credits_journalentry e ON e.id = change.id {JOINS}
    )
    SELECT book.*, shown.*
    FROM (
        SELECT
            (SELECT balance FROM running ORDER BY {{last}}sequence DESC, kind_of_credit DESC LIMIT 1) AS total,
            (SELECT balance FROM running WHERE listed_at < %(since)s
                ORDER BY {{last}}sequence DESC, kind_of_credit DESC LIMIT 1) AS opening,
            (SELECT balance FROM running WHERE listed_at < %(until)s
                ORDER BY {{last}}sequence DESC, kind_of_credit DESC LIMIT 1) AS closing,
            (SELECT count(*) FROM chosen) AS lines_count,
            newest.sequence AS newest_number, newest.recorded_at AS newest_recorded_at, newest.hash AS newest_hash
        FROM (SELECT 1) one LEFT JOIN LATERAL (
            SELECT n.sequence, n.recorded_at, n.hash FROM credits_journalentry n
            WHERE n.learner_id = %(learner)s AND n.recorded_at < %(recorded_until)s
            ORDER BY n.sequence DESC LIMIT 1
        ) newest ON true
    ) book LEFT JOIN shown ON true
    ORDER BY {{last}}shown.sequence DESC, shown.kind_of_credit DESC
"""  # noqa: S608 -- constants of this app

_WHOLE = f"""
    SELECT change.kind_of_credit, change.earned, change.held, change.applied, change.expired, change.balance,
        change.listed_at, {COLUMNS}
    FROM chosen change JOIN credits_journalentry e ON e.id = change.id {JOINS}
    ORDER BY {{first}}change.sequence, change.kind_of_credit
"""  # noqa: S608 -- constants of this app


def page_of_book(*, as_it_happened: bool) -> str:
    """Return the query of some lines, newest first, each with what the whole book comes to."""
    return _listed(_CHOSEN + _PAGE, as_it_happened)


def whole_book(*, as_it_happened: bool) -> str:
    """Return the query of all lines, oldest first."""
    return _listed(_CHOSEN + _WHOLE, as_it_happened)


def _listed(query: str, as_it_happened: bool) -> str:
    if as_it_happened:
        return query.format(listed="occurred_at", first="listed_at, ", last="listed_at DESC, ")
    return query.format(listed="recorded_at", first="", last="")
