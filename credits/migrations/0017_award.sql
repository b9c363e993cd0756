-- An award in one call: lock, look, write. Credit may always come in, so once the ledger is seen there is nothing left to
-- decide, and nothing waits for an answer while locks are held.
--
-- `form` is the canonical text of the entry, cut at the two places that only the ledger knows: when it is recorded, and
-- which number it has. The entry's columns are read out of the very text that is hashed, so what is hashed is what is
-- written. What comes back: `first_id` and `first_body_hash` where the key has posted already; `is_open` false where an
-- account is still to be opened, and then nothing is written; `entry_id` null where another learner's entry takes the key
-- at this very moment. No right is lent: it runs with the caller's.
CREATE FUNCTION credits_award(
    form text[], key text, kind text, the_learner bigint, the_issuer bigint, the_actor bigint, earned_on date,
    now timestamptz,
    OUT entry_id bigint, OUT sequence bigint, OUT recorded_at timestamptz, OUT prev_hash bytea, OUT hash bytea,
    OUT first_id bigint, OUT first_body_hash bytea, OUT is_open boolean
) LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    issued bigint;
    earned bigint;
    place bigint;
    held bigint;
    whole text;
    said jsonb;
    minor bigint;
BEGIN
    PERFORM 1 FROM public.learners_learner l WHERE l.id = the_learner FOR NO KEY UPDATE;
    SELECT e.id, e.body_hash INTO first_id, first_body_hash
        FROM public.credits_journalentry e WHERE e.idempotency_key = key;
    IF FOUND THEN
        RETURN;
    END IF;
    SELECT a.id INTO issued FROM public.credits_account a
        WHERE a.learner_id IS NULL AND a.organization_id = the_issuer
            AND a.unit = 'CREDIT' AND a.purpose = 'ISSUED' AND a.kind_of_credit = kind;
    SELECT a.id INTO earned FROM public.credits_account a
        WHERE a.learner_id = the_learner AND a.organization_id IS NULL
            AND a.unit = 'CREDIT' AND a.purpose = 'EARNED' AND a.kind_of_credit = kind
        FOR NO KEY UPDATE;
    is_open := issued IS NOT NULL AND earned IS NOT NULL;
    IF NOT is_open THEN
        RETURN;
    END IF;
    SELECT e.sequence, e.hash, e.recorded_at INTO sequence, prev_hash, recorded_at
        FROM public.credits_journalentry e WHERE e.learner_id = the_learner ORDER BY e.sequence DESC LIMIT 1;
    SELECT leg.place, leg.balance INTO place, held FROM (
        (SELECT p.source_position AS place, p.source_balance AS balance FROM public.credits_posting p
            WHERE p.source_id = earned ORDER BY p.source_position DESC LIMIT 1)
        UNION ALL
        (SELECT p.destination_position, p.destination_balance FROM public.credits_posting p
            WHERE p.destination_id = earned ORDER BY p.destination_position DESC LIMIT 1)
    ) leg ORDER BY leg.place DESC LIMIT 1;

    sequence := coalesce(sequence, 0) + 1;
    recorded_at := greatest(now, recorded_at);  -- two clocks may differ; a chain does not run backwards
    whole := concat(
        form[1], to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), form[2], sequence, form[3]
    );
    hash := sha256(int8send(octet_length(whole)) || convert_to(whole, 'UTF8') || coalesce(prev_hash, ''));
    said := whole;
    minor := said #> '{postings,0,amount_minor}';

    INSERT INTO public.credits_journalentry
        (public_id, reason, learner_id, sequence, occurred_at, recorded_at, actor_id, idempotency_key, body_hash,
         snapshot, prev_hash, hash)
    VALUES (
        (said ->> 'public_id')::uuid, said ->> 'reason', the_learner, sequence, (said ->> 'occurred_at')::timestamptz,
        recorded_at, the_actor, said ->> 'idempotency_key', decode(said ->> 'body_hash', 'hex'), said -> 'snapshot',
        prev_hash, hash
    )
    ON CONFLICT (idempotency_key) DO NOTHING RETURNING id INTO entry_id;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    INSERT INTO public.credits_lot
        (entry_id, learner_id, issuer_id, kind_of_credit, source, field_code, level, amount_minor, earned_on,
         valid_until, course_key)
    VALUES (
        entry_id, the_learner, the_issuer, kind, said #>> '{snapshot,source}', said #>> '{snapshot,field_code}',
        (said #>> '{snapshot,level}')::smallint, minor, earned_on, (said #>> '{snapshot,valid_until}')::date,
        said #>> '{snapshot,course_key}'
    );
    INSERT INTO public.credits_posting
        (entry_id, lot_id, source_id, destination_id, destination_position, destination_balance, amount_minor)
    VALUES (entry_id, entry_id, issued, earned, coalesce(place, 0) + 1, coalesce(held, 0) + minor, minor);
END $$;
