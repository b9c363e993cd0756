"""Amounts and balances: what every posting moves, and what lies in every account."""

from credits.queries.invariants.invariant import Invariant

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
            UNION ALL
            SELECT concat('lot ', leg.lot_id, ': ', sum(leg.change), ' is left in passing')
            FROM leg JOIN credits_account a ON a.id = leg.account_id AND a.purpose = 'CLEARING'
            GROUP BY leg.lot_id HAVING sum(leg.change) <> 0
            UNION ALL
            SELECT concat('entry ', m.out_entry_id, ': lot ', p.lot_id, ' went out of ', a.purpose,
                ' and came in elsewhere')
            FROM (
                SELECT out_entry_id, in_entry_id FROM credits_merge
                UNION ALL SELECT out_entry_id, in_entry_id FROM credits_mergeundo
            ) m
            JOIN credits_posting p ON p.entry_id IN (m.out_entry_id, m.in_entry_id)
            JOIN credits_account a ON a.id IN (p.source_id, p.destination_id) AND a.purpose <> 'CLEARING'
            GROUP BY m.out_entry_id, p.lot_id, a.purpose
            HAVING sum(CASE WHEN p.entry_id = m.out_entry_id THEN p.amount_minor ELSE -p.amount_minor END) <> 0
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
            UNION ALL
            SELECT concat('account ', id, ' has other bounds than its purpose: ', balance_min, ' … ', balance_max)
            FROM credits_account
            WHERE balance_min IS DISTINCT FROM CASE WHEN learner_id IS NOT NULL THEN 0 END OR balance_max IS NOT NULL
        """,
    ),
    Invariant(
        number="L19",
        breaches="""
            SELECT concat('posting ', p.id, ': ', e.reason, ' from ', s.purpose, ' to ', d.purpose)
            FROM credits_posting p JOIN credits_journalentry e ON e.id = p.entry_id
            JOIN credits_account s ON s.id = p.source_id JOIN credits_account d ON d.id = p.destination_id
            WHERE (e.reason, s.unit, s.purpose, d.purpose) NOT IN %(routes)s
                OR (s.learner_id IS NOT NULL AND s.learner_id IS DISTINCT FROM e.learner_id)
                OR (d.learner_id IS NOT NULL AND d.learner_id IS DISTINCT FROM e.learner_id)
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
