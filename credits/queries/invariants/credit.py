"""Credit and what is made of it: lots, conversions, qualifications, and what is stored beside their entries."""

from credits.queries.invariants.invariant import Invariant

INVARIANTS = (
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
)
