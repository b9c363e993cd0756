-- Lock what an entry will touch and say where it stands: the first half of every action of the ledger, in one call.
--
-- First the learner, then all bounded accounts by id; and only then, in a statement of its own, it reads: in READ
-- COMMITTED a statement that waited for a lock still sees what was there before it waited. Nothing is written here and
-- no right is lent: it runs with the caller's. The sides come as arrays, one place each; an account that does not exist
-- yet comes back empty.
CREATE FUNCTION credits_take(
    the_learner bigint, key text,
    learner_ids bigint[], organization_ids bigint[], units text[], purposes text[], kinds text[]
) RETURNS TABLE (
    account_id bigint, balance_min bigint, balance_max bigint, "position" bigint, balance bigint,
    first_id bigint, first_body_hash bytea, last_sequence bigint, last_hash bytea, last_recorded_at timestamptz
) LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    ids bigint[];
BEGIN
    PERFORM 1 FROM public.learners_learner WHERE id = the_learner FOR NO KEY UPDATE;

    ids := ARRAY(
        SELECT (
            SELECT a.id FROM public.credits_account a
            WHERE (
                    a.learner_id = wanted.learner_id OR a.organization_id = wanted.organization_id
                    OR wanted.learner_id IS NULL AND wanted.organization_id IS NULL
                        AND a.learner_id IS NULL AND a.organization_id IS NULL
                )
                AND a.unit = wanted.unit AND a.purpose = wanted.purpose AND a.kind_of_credit = wanted.kind
        )
        FROM unnest(learner_ids, organization_ids, units, purposes, kinds)
            WITH ORDINALITY AS wanted(learner_id, organization_id, unit, purpose, kind, place)
        ORDER BY place
    );
    PERFORM 1 FROM public.credits_account a
        WHERE a.id = ANY (ids) AND (a.balance_min IS NOT NULL OR a.balance_max IS NOT NULL)
        ORDER BY a.id FOR NO KEY UPDATE;

    RETURN QUERY
        SELECT a.id, a.balance_min, a.balance_max, newest.position, newest.balance,
            first.id, first.body_hash, last.sequence, last.hash, last.recorded_at
        FROM unnest(ids) WITH ORDINALITY AS side(id, place)
        LEFT JOIN public.credits_account a ON a.id = side.id
        LEFT JOIN LATERAL (
            SELECT leg.position, leg.balance FROM (
                (SELECT source_position AS position, source_balance AS balance FROM public.credits_posting
                    WHERE source_id = a.id ORDER BY source_position DESC LIMIT 1)
                UNION ALL
                (SELECT destination_position, destination_balance FROM public.credits_posting
                    WHERE destination_id = a.id ORDER BY destination_position DESC LIMIT 1)
            ) leg ORDER BY leg.position DESC LIMIT 1
        ) newest ON a.balance_min IS NOT NULL OR a.balance_max IS NOT NULL
        LEFT JOIN public.credits_journalentry first ON first.idempotency_key = key
        LEFT JOIN LATERAL (
            SELECT sequence, hash, recorded_at FROM public.credits_journalentry
            WHERE learner_id = the_learner ORDER BY sequence DESC LIMIT 1
        ) last ON true
        ORDER BY side.place;
END $$;
