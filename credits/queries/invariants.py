"""
The invariants of the ledger as queries: each returns one line of text for each breach.

``leg`` is every posting seen from each of its two accounts. The numbers are those of the list of invariants in the
ledger's design; what a later action brings (holds, lots, caps, conversion) adds its row. L13, a completion has its
award, is asked where completions are known; L20 to L22 have nothing to ask yet.
"""

from dataclasses import dataclass

LEG = """
    SELECT id, entry_id, source_id AS account_id, source_position AS position, source_balance AS balance,
        -amount_minor AS change FROM credits_posting
    UNION ALL
    SELECT id, entry_id, destination_id, destination_position, destination_balance, amount_minor FROM credits_posting
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant:
    """One thing that holds at every commit."""

    number: str
    breaches: str


INVARIANTS = (
    Invariant(
        number="L01",
        breaches="""
            SELECT concat('posting ', id, ' moves ', amount_minor, ' from account ', source_id, ' to ', destination_id)
            FROM credits_posting WHERE amount_minor <= 0 OR source_id = destination_id
        """,
    ),
    Invariant(
        number="L02",
        breaches="""
            SELECT concat('posting ', p.id, ' joins ', s.unit, ' ', s.kind_of_credit, ' and ', d.unit, ' ',
                d.kind_of_credit)
            FROM credits_posting p
            JOIN credits_account s ON s.id = p.source_id JOIN credits_account d ON d.id = p.destination_id
            WHERE s.unit <> d.unit OR s.kind_of_credit <> d.kind_of_credit
        """,
    ),
    Invariant(
        number="L03",
        breaches="""
            SELECT concat('entry ', e.id, ' moves nothing') FROM credits_journalentry e
            WHERE NOT EXISTS (SELECT 1 FROM credits_posting p WHERE p.entry_id = e.id)
            UNION ALL
            SELECT concat('posting ', p.id, ' was not written together with entry ', p.entry_id)
            FROM credits_posting p LEFT JOIN credits_journalentry e ON e.id = p.entry_id
            WHERE e.xact_id IS DISTINCT FROM p.xact_id
        """,
    ),
    Invariant(
        number="L04",
        breaches="""
            SELECT concat('the accounts in ', a.unit, ' sum to ', sum(leg.change))
            FROM leg JOIN credits_account a ON a.id = leg.account_id
            GROUP BY a.unit HAVING sum(leg.change) <> 0
        """,
    ),
    Invariant(
        # Walked by position, which is commit order: every balance counts, not only the last.
        number="L05",
        breaches="""
            SELECT concat('account ', account_id, ' at position ', position, ': balance ', balance,
                ', by its postings ', running, ', bounds ', coalesce(balance_min::text, 'none'), ' … ',
                coalesce(balance_max::text, 'none'))
            FROM (
                SELECT leg.*, a.balance_min, a.balance_max,
                    sum(leg.change) OVER in_order AS running, row_number() OVER in_order AS number
                FROM leg JOIN credits_account a ON a.id = leg.account_id
                WHERE a.balance_min IS NOT NULL OR a.balance_max IS NOT NULL
                WINDOW in_order AS (PARTITION BY leg.account_id ORDER BY leg.position, leg.id)
            ) walked
            WHERE position IS DISTINCT FROM number OR balance IS DISTINCT FROM running
                OR running < balance_min OR running > balance_max
            UNION ALL
            SELECT concat('account ', a.id, ' has no bounds, yet position ', leg.position)
            FROM leg JOIN credits_account a ON a.id = leg.account_id
            WHERE a.balance_min IS NULL AND a.balance_max IS NULL
                AND (leg.position IS NOT NULL OR leg.balance IS NOT NULL)
        """,
    ),
    Invariant(
        number="L06",
        breaches="""
            WITH expected(relname, name) AS (VALUES
                ('credits_account', 'credits_append_only'), ('credits_journalentry', 'credits_append_only'),
                ('credits_posting', 'credits_append_only'), ('credits_journalentry', 'credits_check_entry'),
                ('credits_journalentry', 'credits_entry_has_posting'), ('credits_posting', 'credits_check_postings')
            ), guarded AS (
                SELECT oid, relname, relowner FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND relname IN (SELECT relname FROM expected)
            ), serving AS (
                SELECT oid, rolname, rolsuper FROM pg_roles WHERE rolname = %(serving_role)s
            )
            SELECT concat('the role ', %(serving_role)s, ' does not exist') WHERE NOT EXISTS (SELECT 1 FROM serving)
            UNION ALL
            SELECT concat(rolname, ' may ', lower(act), ' ', relname)
            FROM serving, guarded, unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) act
            WHERE has_table_privilege(serving.oid, guarded.oid, act)
            UNION ALL
            SELECT concat(rolname, ' may act as the owner of ', relname) FROM serving, guarded
            WHERE rolsuper OR pg_has_role(serving.oid, guarded.relowner, 'MEMBER')
            UNION ALL
            SELECT concat(rolname, ' may create in the schema') FROM serving
            WHERE has_schema_privilege(serving.oid, 'public', 'CREATE')
            UNION ALL
            SELECT concat(rolname, ' may switch triggers off') FROM serving
            WHERE has_parameter_privilege(serving.oid, 'session_replication_role', 'SET')
            UNION ALL
            SELECT concat('the trigger ', expected.name, ' on ', expected.relname, ' is missing or off')
            FROM expected LEFT JOIN guarded ON guarded.relname = expected.relname
            LEFT JOIN pg_trigger t ON t.tgrelid = guarded.oid AND t.tgname = expected.name
            WHERE t.tgenabled IS NULL OR t.tgenabled NOT IN ('O', 'A')
        """,
    ),
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
        number="L10",
        breaches="""
            SELECT concat('entry ', r.reverses_id, ': ', sum(p.amount_minor), ' reversed of ',
                coalesce(max(original.amount_minor), 0), ', account ', p.destination_id, ' to ', p.source_id)
            FROM credits_journalentry r JOIN credits_posting p ON p.entry_id = r.id
            LEFT JOIN LATERAL (
                SELECT sum(o.amount_minor) AS amount_minor FROM credits_posting o
                WHERE o.entry_id = r.reverses_id
                    AND o.source_id = p.destination_id AND o.destination_id = p.source_id
            ) original ON true
            WHERE r.reverses_id IS NOT NULL
            GROUP BY r.reverses_id, p.source_id, p.destination_id
            HAVING sum(p.amount_minor) > coalesce(max(original.amount_minor), 0)
            UNION ALL
            SELECT concat('entry ', r.id, ' reverses a reversal or another learner''s entry')
            FROM credits_journalentry r JOIN credits_journalentry e ON e.id = r.reverses_id
            WHERE e.reverses_id IS NOT NULL OR e.learner_id IS DISTINCT FROM r.learner_id
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
        number="L19",
        breaches="""
            SELECT concat('posting ', p.id, ': ', e.reason, ' from ', s.purpose, ' to ', d.purpose)
            FROM credits_posting p JOIN credits_journalentry e ON e.id = p.entry_id
            JOIN credits_account s ON s.id = p.source_id JOIN credits_account d ON d.id = p.destination_id
            WHERE (e.reason, s.purpose, d.purpose) NOT IN %(routes)s
                OR (s.learner_id IS NOT NULL AND s.learner_id IS DISTINCT FROM e.learner_id)
                OR (d.learner_id IS NOT NULL AND d.learner_id IS DISTINCT FROM e.learner_id)
        """,
    ),
    Invariant(
        number="L23",
        breaches="""
            SELECT concat('entry ', id, ' was recorded at ', recorded_at, ' and happened at ', occurred_at)
            FROM credits_journalentry WHERE occurred_at > recorded_at + make_interval(secs => %(clock_skew_seconds)s)
        """,
    ),
    Invariant(
        number="L24",
        breaches="""
            SELECT concat(table_name, '.', column_name, ' is ', data_type) FROM information_schema.columns
            WHERE table_schema = 'public' AND table_name IN ('credits_account', 'credits_posting')
                AND column_name ~ 'amount|balance' AND data_type <> 'bigint'
            UNION ALL
            SELECT concat('entry ', id, ' has a fraction in its snapshot') FROM credits_journalentry
            WHERE jsonb_path_exists(snapshot, '$.** ? (@.type() == "number" && @.floor() != @)')
        """,
    ),
)
