"""
The invariants of the ledger as queries: each returns one line of text for each breach.

``leg`` is every posting seen from each of its two accounts. The numbers are those of the list of invariants in the
ledger's design. L13, a completion has its award, is asked where completions are known; L14, caps, decide what counts
and never what is posted; L18 waits for money, L22 for credentials; L20 is kept by what the hash covers. Of L21, figures
that are stored a second time, L05 asks the balance after each posting.
"""

from dataclasses import dataclass

# Tables of the ledger that the database only adds to.
APPEND_ONLY = (
    "account",
    "conversion",
    "freeze",
    "hold",
    "journalentry",
    "ledgeraccess",
    "ledgercheck",
    "ledgerdecision",
    "ledgerrequest",
    "lot",
    "merge",
    "mergeundo",
    "posting",
    "qualification",
    "qualificationuse",
    "seal",
    "sealleaf",
    "sealnode",
    "unfreeze",
)

LEG = """
    SELECT id, entry_id, lot_id, source_id AS account_id, source_position AS position, source_balance AS balance,
        -amount_minor AS change FROM credits_posting
    UNION ALL
    SELECT id, entry_id, lot_id, destination_id, destination_position, destination_balance, amount_minor
    FROM credits_posting
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
        number="L06",
        breaches="""
            WITH expected(relname, name) AS (
                SELECT 'credits_' || tablename, 'credits_append_only' FROM unnest(%(append_only)s) tablename
                UNION ALL VALUES
                ('credits_journalentry', 'credits_check_entry'), ('credits_journalentry', 'credits_entry_is_whole'),
                ('credits_posting', 'credits_check_postings'), ('credits_ledgerdecision', 'credits_check_decision'),
                ('credits_lot', 'credits_check_part'), ('credits_hold', 'credits_check_part'),
                ('credits_conversion', 'credits_check_part'), ('credits_freeze', 'credits_check_freeze'),
                ('credits_unfreeze', 'credits_check_unfreeze'), ('credits_merge', 'credits_check_merge'),
                ('credits_mergeundo', 'credits_check_merge'), ('credits_seal', 'credits_check_seal'),
                ('credits_sealleaf', 'credits_check_seal_leaves'), ('credits_sealnode', 'credits_check_seal_nodes'),
                ('credits_dispute', 'credits_check_dispute'), ('credits_dispute', 'credits_append_only'),
                ('credits_qualification', 'credits_check_qualification'),
                ('credits_qualificationuse', 'credits_check_qualification_use'),
                ('credits_journalentry', 'credits_check_stacked_reversal'),
                ('credits_mergeundo', 'credits_check_merge_ties')
            ), guarded AS (
                SELECT oid, relname, relowner, CASE relname
                    WHEN 'credits_dispute' THEN ARRAY['DELETE', 'TRUNCATE', 'TRIGGER']  -- an answer is written into it
                    ELSE ARRAY['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER'] END AS refused
                FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND relname IN (SELECT relname FROM expected)
            ), serving AS (
                SELECT oid, rolname, rolsuper FROM pg_roles WHERE rolname = %(serving_role)s
            )
            SELECT concat('the role ', %(serving_role)s, ' does not exist') WHERE NOT EXISTS (SELECT 1 FROM serving)
            UNION ALL
            SELECT concat(rolname, ' may ', lower(act), ' ', relname)
            FROM serving, guarded, unnest(guarded.refused) act
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
            UNION ALL
            SELECT concat('the constraint ', name, ' is missing') FROM unnest(%(constraints)s) name
            WHERE NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = name AND convalidated)
                AND NOT EXISTS (SELECT 1 FROM pg_class WHERE relname = name AND relkind = 'i')
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
        # By purpose and not by account: after a merge the credit lies in the other account of the same person.
        number="L10",
        breaches="""
            SELECT concat('entry ', r.reverses_id, ': ', sum(p.amount_minor), ' reversed of ',
                coalesce(max(original.amount_minor), 0), ' of lot ', p.lot_id, ', ', s.purpose, ' to ', d.purpose)
            FROM credits_journalentry r JOIN credits_posting p ON p.entry_id = r.id
            JOIN credits_account s ON s.id = p.source_id JOIN credits_account d ON d.id = p.destination_id
            LEFT JOIN LATERAL (
                SELECT sum(o.amount_minor) AS amount_minor FROM credits_posting o
                JOIN credits_account os ON os.id = o.source_id JOIN credits_account od ON od.id = o.destination_id
                WHERE o.entry_id = r.reverses_id AND o.lot_id IS NOT DISTINCT FROM p.lot_id
                    AND os.purpose = d.purpose AND od.purpose = s.purpose
            ) original ON true
            WHERE r.reverses_id IS NOT NULL
            GROUP BY r.reverses_id, p.lot_id, s.purpose, d.purpose
            HAVING sum(p.amount_minor) > coalesce(max(original.amount_minor), 0)
            UNION ALL
            SELECT concat('entry ', r.id, ' reverses an entry that ends otherwise')
            FROM credits_journalentry r JOIN credits_journalentry e ON e.id = r.reverses_id
            WHERE e.reason NOT IN %(reversible)s
            UNION ALL
            SELECT concat('entry ', r.id, ' reverses ', moved.amount_minor, ', agreed on was ', q.amount_minor)
            FROM credits_journalentry r
            JOIN credits_ledgerrequest q ON q.id = r.request_id AND q.entry_id = r.reverses_id
            JOIN LATERAL (
                SELECT sum(p.amount_minor) AS amount_minor FROM credits_posting p
                WHERE p.entry_id = r.id AND p.lot_id IS NOT NULL
            ) moved ON true
            WHERE moved.amount_minor <> q.amount_minor
        """,
    ),
    Invariant(
        # A hold ends once, by giving back exactly what it set aside; what lies in HELD is what the open ones set aside.
        number="L11",
        breaches="""
            SELECT concat('hold ', ends_id, ' ends ', count(*), ' times') FROM credits_journalentry
            WHERE ends_id IS NOT NULL GROUP BY ends_id HAVING count(*) > 1
            UNION ALL
            SELECT concat('entry ', id, ' and its hold do not agree') FROM credits_journalentry e
            WHERE (e.reason = 'HOLD') <> EXISTS (SELECT 1 FROM credits_hold h WHERE h.entry_id = e.id)
                OR (e.reason = 'RELEASE') <> (e.ends_id IS NOT NULL)
            UNION ALL
            SELECT concat('hold ', h.entry_id, ' gives back something else than it set aside')
            FROM credits_hold h JOIN credits_journalentry e ON e.ends_id = h.entry_id
            JOIN LATERAL (
                SELECT 1 FROM credits_posting p WHERE p.entry_id IN (h.entry_id, e.id)
                GROUP BY p.lot_id
                HAVING sum(CASE WHEN p.entry_id = e.id THEN -p.amount_minor ELSE p.amount_minor END) <> 0 LIMIT 1
            ) differs ON true
            UNION ALL
            SELECT concat('learner ', learner_id, ' has set aside ', sum(amount), ' more than lies there')
            FROM (
                SELECT h.learner_id, h.amount_minor AS amount FROM credits_hold h
                WHERE NOT EXISTS (SELECT 1 FROM credits_journalentry e WHERE e.ends_id = h.entry_id)
                UNION ALL
                SELECT a.learner_id, -leg.change FROM leg JOIN credits_account a ON a.id = leg.account_id
                WHERE a.purpose = 'HELD'
            ) there GROUP BY learner_id HAVING sum(amount) <> 0
        """,
    ),
    Invariant(
        # Every credit is of one lot, which one entry brought; no account ever holds less than nothing of a lot.
        number="L12",
        breaches="""
            SELECT concat('posting ', p.id, ' moves ', s.unit, ' of lot ', p.lot_id, ' (', l.kind_of_credit, ')')
            FROM credits_posting p JOIN credits_account s ON s.id = p.source_id
            LEFT JOIN credits_lot l ON l.entry_id = p.lot_id
            WHERE (l.entry_id IS NOT NULL) <> (s.unit = 'CREDIT')
                OR l.kind_of_credit IS DISTINCT FROM CASE WHEN s.unit = 'CREDIT' THEN s.kind_of_credit END
            UNION ALL
            SELECT concat('entry ', e.id, ' brought ', sum(p.amount_minor), ', its lot says ', max(l.amount_minor))
            FROM credits_journalentry e
            LEFT JOIN credits_lot l ON l.entry_id = e.id
            LEFT JOIN credits_posting p ON p.entry_id = e.id AND p.lot_id = e.id
            WHERE e.reason IN %(awarding)s OR l.entry_id IS NOT NULL
            GROUP BY e.id, e.learner_id, e.reason, l.learner_id
            HAVING sum(p.amount_minor) IS DISTINCT FROM max(l.amount_minor) OR e.reason NOT IN %(awarding)s
                OR e.learner_id IS DISTINCT FROM l.learner_id
            UNION ALL
            SELECT concat('account ', account_id, ' at position ', position, ': ', running, ' of lot ', lot_id)
            FROM (
                SELECT leg.account_id, leg.position, leg.lot_id,
                    sum(leg.change) OVER (PARTITION BY leg.account_id, leg.lot_id ORDER BY leg.position) AS running
                FROM leg JOIN credits_account a ON a.id = leg.account_id AND a.learner_id IS NOT NULL
                -- Where nothing went out nothing can be missing: that is most of all credit.
                WHERE (leg.account_id, leg.lot_id) IN (SELECT source_id, lot_id FROM credits_posting)
            ) walked WHERE running < 0
        """,
    ),
    Invariant(
        # A qualification stands on as much as its pathway asks: credit its entry used, and lower ones, each for no more
        # than is said and toward one that stands. What each rule counted is in the entry's snapshot.
        number="L14",
        breaches="""
            SELECT concat('qualification ', q.id, ' stands on ', coalesce(used.amount_minor, 0), ' and ',
                coalesce(parts.amount_minor, 0), ' of ', v.total_minor)
            FROM credits_qualification q JOIN credits_pathwayversion v ON v.id = q.version_id
            JOIN credits_journalentry e ON e.id = q.entry_id
            LEFT JOIN LATERAL (
                SELECT sum(p.amount_minor) AS amount_minor FROM credits_posting p
                WHERE p.entry_id = e.id AND p.lot_id IS NOT NULL
            ) used ON true
            LEFT JOIN LATERAL (
                SELECT sum(u.amount_minor) AS amount_minor FROM credits_qualificationuse u WHERE u.toward_id = q.id
            ) parts ON true
            WHERE e.reason <> 'APPLICATION' OR e.learner_id IS DISTINCT FROM q.learner_id OR v.state = 'DRAFT'
                OR coalesce(used.amount_minor, 0) + coalesce(parts.amount_minor, 0) <> v.total_minor
            UNION ALL
            SELECT concat('qualification ', u.used_id, ' counts as ', u.amount_minor, ' toward ', u.toward_id)
            FROM credits_qualificationuse u
            JOIN credits_qualification lower ON lower.id = u.used_id
            JOIN credits_pathwayversion of ON of.id = lower.version_id
            JOIN credits_qualification higher ON higher.id = u.toward_id
            LEFT JOIN credits_pathwaycomponent c
                ON c.version_id = higher.version_id AND c.pathway_id = of.pathway_id
            WHERE (u.amount_minor <= c.amount_minor) IS NOT TRUE
            UNION ALL
            SELECT concat('qualification ', u.used_id, ' counts toward ', count(*), ', withdrawn: ',
                bool_or(withdrawn.id IS NOT NULL))
            FROM credits_qualificationuse u
            JOIN credits_qualification lower ON lower.id = u.used_id
            JOIN credits_qualification higher ON higher.id = u.toward_id
            LEFT JOIN credits_journalentry withdrawn ON withdrawn.reverses_id = lower.entry_id
            WHERE NOT EXISTS (SELECT 1 FROM credits_journalentry r WHERE r.reverses_id = higher.entry_id)
            GROUP BY u.used_id HAVING count(DISTINCT u.toward_id) > 1 OR bool_or(withdrawn.id IS NOT NULL)
        """,
    ),
    Invariant(
        # in × numerator / denominator = out + residue, exactly; what is rounded away is posted.
        number="L15",
        breaches="""
            SELECT concat('entry ', e.id, ' is no exact conversion')
            FROM credits_journalentry e LEFT JOIN credits_conversion c ON c.entry_id = e.id
            LEFT JOIN LATERAL (
                SELECT coalesce(sum(p.amount_minor) FILTER (WHERE p.lot_id IS NOT NULL), 0) AS credit,
                    coalesce(sum(p.amount_minor) FILTER (WHERE p.lot_id IS NULL), 0) AS grains
                FROM credits_posting p WHERE p.entry_id = e.id
            ) posted ON true
            WHERE (e.reason = 'TRANSFER_IN' OR c.entry_id IS NOT NULL) AND (
                e.reason = 'TRANSFER_IN' AND c.out_minor = posted.credit AND c.residue_grains = posted.grains
                AND %(grains)s %% c.denominator = 0
                AND c.in_minor::numeric * c.numerator * (%(grains)s / c.denominator)
                    = c.out_minor::numeric * %(grains)s + c.residue_grains
            ) IS NOT TRUE
        """,
    ),
    Invariant(
        # Credit expires when its last day has passed and not before, and is not used after it.
        number="L16",
        breaches="""
            SELECT concat('entry ', e.id, ' let lot ', p.lot_id, ' expire, which is valid until ', l.valid_until)
            FROM credits_journalentry e JOIN credits_posting p ON p.entry_id = e.id
            LEFT JOIN credits_lot l ON l.entry_id = p.lot_id
            WHERE e.reason = 'EXPIRY'
                AND (l.valid_until < (e.recorded_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) IS NOT TRUE
            UNION ALL
            SELECT concat('entry ', e.id, ' used lot ', p.lot_id, ', which was valid until ', l.valid_until)
            FROM credits_journalentry e JOIN credits_posting p ON p.entry_id = e.id
            JOIN credits_lot l ON l.entry_id = p.lot_id
            WHERE e.reason IN ('HOLD', 'APPLICATION')
                AND l.valid_until < (e.recorded_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
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
            WHERE (e.reason, s.unit, s.purpose, d.purpose) NOT IN %(routes)s
                OR (s.learner_id IS NOT NULL AND s.learner_id IS DISTINCT FROM e.learner_id)
                OR (d.learner_id IS NOT NULL AND d.learner_id IS DISTINCT FROM e.learner_id)
        """,
    ),
    Invariant(
        # What is stored beside an entry, to be searched and counted, is what the entry says under its hash.
        number="L21",
        breaches="""
            SELECT concat('lot ', l.entry_id, ' is not what its entry says')
            FROM credits_lot l JOIN credits_journalentry e ON e.id = l.entry_id
            LEFT JOIN LATERAL (
                SELECT s.organization_id FROM credits_posting p JOIN credits_account s ON s.id = p.source_id
                WHERE p.entry_id = e.id AND p.lot_id = e.id LIMIT 1
            ) came ON true
            WHERE (l.source, l.course_key, l.field_code, l.level::text, l.valid_until::text, l.earned_on, l.issuer_id)
                IS DISTINCT FROM (
                    e.snapshot ->> 'source', e.snapshot ->> 'course_key', e.snapshot ->> 'field_code',
                    e.snapshot ->> 'level', e.snapshot ->> 'valid_until',
                    (e.occurred_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,
                    came.organization_id
                )
            UNION ALL
            SELECT concat('hold ', h.entry_id, ' is not what its entry says')
            FROM credits_hold h JOIN credits_journalentry e ON e.id = h.entry_id
            WHERE (e.snapshot ->> 'expires_at') IS DISTINCT FROM
                to_char(h.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            UNION ALL
            SELECT concat('conversion ', c.entry_id, ' is not what its entry says')
            FROM credits_conversion c JOIN credits_journalentry e ON e.id = c.entry_id
            WHERE (to_jsonb(c) - 'entry_id') IS DISTINCT FROM e.snapshot -> 'conversion'
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
    Invariant(
        # What a person starts on someone else's ledger two persons agreed on, neither of them the learner.
        number="L25",
        breaches="""
            SELECT concat('entry ', e.id, ': two persons have not agreed on it')
            FROM credits_journalentry e
            LEFT JOIN credits_ledgerrequest q ON q.id = e.request_id
            LEFT JOIN credits_ledgerdecision d ON d.request_id = q.id
            LEFT JOIN learners_learner asker ON asker.id = q.requested_by_id
            LEFT JOIN learners_learner decider ON decider.id = d.decided_by_id
            WHERE (e.reason IN %(two_persons)s OR e.request_id IS NOT NULL) AND (
                e.reason IN %(two_persons)s AND d.outcome = 'APPROVED' AND d.decided_by_id <> q.requested_by_id
                AND e.learner_id NOT IN (d.decided_by_id, q.requested_by_id)
                AND e.learner_id IN (q.learner_id, coalesce(q.other_learner_id, q.learner_id))
                AND (e.snapshot ->> 'requested_by', e.snapshot ->> 'approved_by', e.actor_id)
                    = (asker.ledger_number::text, decider.ledger_number::text, d.decided_by_id)
                AND (e.snapshot ->> 'reason_digest', e.snapshot ->> 'authority_digest')
                    = (q.body ->> 'reason_digest', q.body ->> 'authority_digest')
                AND (e.snapshot ->> 'seen_digest') IS NOT DISTINCT FROM q.body ->> 'seen_digest'
                AND (e.reason NOT IN ('TRANSFER_IN', 'PRIOR_LEARNING') OR EXISTS (
                    SELECT 1 FROM credits_lot l LEFT JOIN credits_conversion c ON c.entry_id = l.entry_id
                    WHERE l.entry_id = e.id AND l.issuer_id = q.organization_id AND e.body_hash = q.body_hash
                        AND (l.amount_minor::text, l.kind_of_credit)
                            = (q.body ->> 'amount_minor', q.body ->> 'kind_of_credit')
                        AND nullif(q.body -> 'conversion', 'null') IS NOT DISTINCT FROM to_jsonb(c) - 'entry_id'
                ))
            ) IS NOT TRUE
            UNION ALL
            SELECT concat('request ', request_id, ' was carried out ', count(*), ' times as ', reason)
            FROM credits_journalentry WHERE request_id IS NOT NULL
            GROUP BY request_id, reason, reverses_id HAVING count(*) > 1
            UNION ALL
            SELECT concat('freeze ', f.id, ': two persons have not agreed to lift it')
            FROM credits_unfreeze u JOIN credits_freeze f ON f.id = u.freeze_id
            JOIN credits_ledgerrequest q ON q.id = u.request_id
            LEFT JOIN credits_ledgerdecision d ON d.request_id = q.id
            WHERE (
                q.kind = 'UNFREEZE' AND q.body ->> 'freeze' = f.id::text AND d.outcome = 'APPROVED'
                AND d.decided_by_id <> q.requested_by_id
                AND f.learner_id NOT IN (d.decided_by_id, q.requested_by_id)
            ) IS NOT TRUE
            UNION ALL
            SELECT concat('merge ', m.id, ' is of other accounts than was agreed on')
            FROM credits_merge m JOIN credits_ledgerrequest q ON q.id = m.request_id
            WHERE (q.kind, q.learner_id, q.other_learner_id) IS DISTINCT FROM ('MERGE', m.kept_id, m.merged_id)
            UNION ALL
            SELECT concat('entry ', e.id, ' belongs to no merge') FROM credits_journalentry e
            WHERE e.reason LIKE '%%MERGE%%'
                AND NOT EXISTS (SELECT 1 FROM credits_merge m WHERE e.id IN (m.out_entry_id, m.in_entry_id))
                AND NOT EXISTS (SELECT 1 FROM credits_mergeundo m WHERE e.id IN (m.out_entry_id, m.in_entry_id))
        """,
    ),
    Invariant(
        # What somebody typed is what two persons agreed on: in the chain stands SHA-256 of the request's salt and the
        # text. Of words that were erased, and their salt with them, nobody can say any more what they were.
        number="L26",
        breaches="""
            SELECT concat('request ', q.id, ': ', typed.name, ' is not what was typed')
            FROM credits_ledgerrequest q
            CROSS JOIN LATERAL (
                VALUES ('reason', q.reason), ('authority', q.authority), ('seen', q.seen)
            ) typed(name, words)
            WHERE NOT (q.salt = '' AND q.reason = '' AND q.authority = '' AND q.seen = '')
                AND (q.body ->> concat(typed.name, '_digest')) IS DISTINCT FROM CASE
                    WHEN typed.words <> '' THEN encode(sha256(q.salt || convert_to(typed.words, 'UTF8')), 'hex')
                END
        """,
    ),
)
