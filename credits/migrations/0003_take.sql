-- Lock what an entry will touch and say where it stands: the first half of every action of the ledger, in one call.
--
-- First the learner, then all bounded accounts by id; and only then, in statements of their own, it reads: in READ
-- COMMITTED a statement that waited for a lock still sees what was there before it waited. Nothing is written here and
-- no right is lent: it runs with the caller's. The sides come as arrays, one place each; an account that does not exist
-- yet comes back empty. Each small question is a statement of its own because one large one costs twice as much, and
-- each names whole keys, so that no plan can read more than it asks for.
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

    FOR place IN 1 .. cardinality(units) LOOP
        IF learner_ids[place] IS NOT NULL THEN
            ids[place] := (
                SELECT a.id FROM public.credits_account a
                WHERE a.learner_id = learner_ids[place] AND a.organization_id IS NULL
                    AND a.unit = units[place] AND a.purpose = purposes[place] AND a.kind_of_credit = kinds[place]
            );
        ELSIF organization_ids[place] IS NOT NULL THEN
            ids[place] := (
                SELECT a.id FROM public.credits_account a
                WHERE a.learner_id IS NULL AND a.organization_id = organization_ids[place]
                    AND a.unit = units[place] AND a.purpose = purposes[place] AND a.kind_of_credit = kinds[place]
            );
        ELSE
            ids[place] := (
                SELECT a.id FROM public.credits_account a
                WHERE a.learner_id IS NULL AND a.organization_id IS NULL
                    AND a.unit = units[place] AND a.purpose = purposes[place] AND a.kind_of_credit = kinds[place]
            );
        END IF;
    END LOOP;
    PERFORM 1 FROM public.credits_account a
        WHERE a.id = ANY (ids) AND (a.balance_min IS NOT NULL OR a.balance_max IS NOT NULL)
        ORDER BY a.id FOR NO KEY UPDATE;

    SELECT e.id, e.body_hash INTO first_id, first_body_hash
        FROM public.credits_journalentry e WHERE e.idempotency_key = key;
    SELECT e.sequence, e.hash, e.recorded_at INTO last_sequence, last_hash, last_recorded_at
        FROM public.credits_journalentry e WHERE e.learner_id = the_learner ORDER BY e.sequence DESC LIMIT 1;
    FOR place IN 1 .. cardinality(units) LOOP
        SELECT a.id, a.balance_min, a.balance_max INTO account_id, balance_min, balance_max
            FROM public.credits_account a WHERE a.id = ids[place];
        "position" := NULL;
        balance := NULL;
        IF balance_min IS NOT NULL OR balance_max IS NOT NULL THEN
            SELECT leg.position, leg.balance INTO "position", balance FROM (
                (SELECT source_position AS position, source_balance AS balance FROM public.credits_posting
                    WHERE source_id = ids[place] ORDER BY source_position DESC LIMIT 1)
                UNION ALL
                (SELECT destination_position, destination_balance FROM public.credits_posting
                    WHERE destination_id = ids[place] ORDER BY destination_position DESC LIMIT 1)
            ) leg ORDER BY leg.position DESC LIMIT 1;
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;
