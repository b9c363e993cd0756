"""One line of entries for each learner: asked once, without a gap, each after the one before it."""

from credits.queries.invariants.invariant import Invariant

INVARIANTS = (
    Invariant(
        number="L07",
        breaches="""
            SELECT concat('the key ', idempotency_key, ' posted ', count(*), ' entries') FROM credits_journalentry
            GROUP BY idempotency_key HAVING count(*) > 1
            UNION ALL
            SELECT concat('entry ', id, ' keeps no hash of what was asked') FROM credits_journalentry
            WHERE length(body_hash) <> 32
        """,
    ),
    Invariant(
        number="L08",
        breaches="""
            SELECT concat('learner ', learner_id, ': entry ', id, ' has sequence ', sequence, ' in place of ', number)
            FROM (
                SELECT id, learner_id, sequence,
                    row_number() OVER (PARTITION BY learner_id ORDER BY sequence, id) AS number
                FROM credits_journalentry WHERE learner_id IS NOT NULL
            ) numbered
            WHERE sequence IS DISTINCT FROM number
            UNION ALL
            SELECT concat('account ', account_id, ': sequence ', sequence, ' at position ', position, ' comes after ',
                before)
            FROM (
                SELECT leg.account_id, leg.position, e.sequence,
                    lag(e.sequence) OVER (PARTITION BY leg.account_id ORDER BY leg.position) AS before
                FROM leg JOIN credits_account a ON a.id = leg.account_id AND a.learner_id IS NOT NULL
                JOIN credits_journalentry e ON e.id = leg.entry_id
            ) walked
            WHERE sequence < before
        """,
    ),
    Invariant(
        number="L09",  # that each hash is right is asked in audit.py
        breaches="""
            SELECT concat('learner ', learner_id, ': sequence ', sequence, ' does not follow the entry before it')
            FROM (
                SELECT learner_id, sequence, prev_hash,
                    lag(hash) OVER (PARTITION BY learner_id ORDER BY sequence) AS before
                FROM credits_journalentry WHERE learner_id IS NOT NULL
            ) walked
            WHERE prev_hash IS DISTINCT FROM before
        """,
    ),
    Invariant(
        # What was recorded until a moment stays what it was: nothing is slipped in before what was there.
        number="L17",
        breaches="""
            SELECT concat('learner ', learner_id, ': sequence ', sequence, ' was recorded before the one it follows')
            FROM (
                SELECT learner_id, sequence, recorded_at,
                    lag(recorded_at) OVER (PARTITION BY learner_id ORDER BY sequence) AS before
                FROM credits_journalentry WHERE learner_id IS NOT NULL
            ) walked
            WHERE recorded_at < before
        """,
    ),
    Invariant(
        number="L23",
        breaches="""
            SELECT concat('entry ', id, ' was recorded at ', recorded_at, ' and happened at ', occurred_at)
            FROM credits_journalentry WHERE occurred_at > recorded_at + make_interval(secs => %(clock_skew_seconds)s)
        """,
    ),
)
