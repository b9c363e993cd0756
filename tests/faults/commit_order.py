"""Whether what the ledger numbers stands in the order of the commits, by the server's own commit timestamps."""

from django.db import connection

# Within one transaction all rows have one timestamp: there the numbers themselves decide.
OUT_OF_ORDER = """
    SELECT concat('account ', account_id, ': position ', position, ' was committed as number ', number) FROM (
        SELECT account_id, position,
            row_number() OVER (PARTITION BY account_id ORDER BY committed_at, position) AS number
        FROM (
            SELECT source_id AS account_id, source_position AS position, pg_xact_commit_timestamp(xmin) AS committed_at
            FROM credits_posting WHERE source_position IS NOT NULL
            UNION ALL
            SELECT destination_id, destination_position, pg_xact_commit_timestamp(xmin)
            FROM credits_posting WHERE destination_position IS NOT NULL
        ) leg
    ) numbered WHERE position <> number
    UNION ALL
    SELECT concat('learner ', learner_id, ': sequence ', sequence, ' was committed as number ', number) FROM (
        SELECT learner_id, sequence, row_number() OVER (
            PARTITION BY learner_id ORDER BY pg_xact_commit_timestamp(xmin), sequence
        ) AS number
        FROM credits_journalentry WHERE learner_id IS NOT NULL
    ) numbered WHERE sequence <> number
"""


def out_of_commit_order() -> list[str]:
    """Return every position and every sequence that another one, committed later, stands before."""
    with connection.cursor() as cursor:
        cursor.execute(OUT_OF_ORDER)
        return [line for (line,) in cursor.fetchall()]
