"""What answers an entry before it, and on whose word: reversals, holds, expiry, two persons."""

from credits.queries.invariants.invariant import Invariant

INVARIANTS = (
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
                AND NOT e.snapshot ?| ARRAY['reason', 'authority', 'seen']
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
