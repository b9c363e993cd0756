-- What the database itself promises about the ledger, to every role, its owner too.
--
-- The functions run with the caller's rights: reading and locking is all they do. Their search path is fixed, so no
-- temporary table can stand in for a real one. Refusals are SQLSTATE 23514 (check) or 23001 (restrict).

-- 1. Append only.
CREATE FUNCTION credits_append_only() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is only added to: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', HINT = 'Answer a mistake by a reversal.';
END $$;

CREATE TRIGGER credits_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON credits_account
    FOR EACH STATEMENT EXECUTE FUNCTION credits_append_only();
CREATE TRIGGER credits_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON credits_journalentry
    FOR EACH STATEMENT EXECUTE FUNCTION credits_append_only();
CREATE TRIGGER credits_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON credits_posting
    FOR EACH STATEMENT EXECUTE FUNCTION credits_append_only();

-- 2. The ways amounts may move: the same rows as credits/rules.py ALLOWED_ROUTES.
CREATE FUNCTION credits_route_is_allowed(reason text, from_purpose text, to_purpose text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (reason, from_purpose, to_purpose) IN (
        ('COURSE_COMPLETION', 'ISSUED', 'EARNED'),
        ('REVERSAL', 'EARNED', 'ISSUED')
    )
$$;

-- 3. An entry continues its learner's chain: next sequence, hash of the one before, never recorded before it. The one
--    before is seen only when it is committed (or ours), so the order of the sequence is the order of commits.
CREATE FUNCTION credits_check_entry() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.xact_id <> pg_current_xact_id()::text::bigint THEN
        RAISE EXCEPTION 'entry %: not of this transaction', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.sequence = 1 AND NEW.prev_hash IS NULL OR NEW.learner_id IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM public.credits_journalentry before
        WHERE before.learner_id = NEW.learner_id AND before.sequence = NEW.sequence - 1
            AND before.hash = NEW.prev_hash AND before.recorded_at <= NEW.recorded_at;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'entry %: does not continue the chain of its learner', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER credits_check_entry AFTER INSERT ON credits_journalentry
    FOR EACH ROW EXECUTE FUNCTION credits_check_entry();

-- 4. At commit every entry has a posting.
CREATE FUNCTION credits_entry_has_posting() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM public.credits_posting WHERE entry_id = NEW.id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'entry %: moves nothing', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER credits_entry_has_posting AFTER INSERT ON credits_journalentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION credits_entry_has_posting();

-- 5. Postings. The action has locked every account already, sorted, before it read what it decided on; this is the net
--    under careless code: it locks once more, in the same order, and looks at what is committed by then.
CREATE FUNCTION credits_check_postings() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    this_transaction CONSTANT bigint := pg_current_xact_id()::text::bigint;
    wrong record;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        -- Under an older snapshot a lock does not show what was committed while waiting for it.
        RAISE EXCEPTION 'the ledger is written in READ COMMITTED only' USING ERRCODE = 'check_violation';
    END IF;

    PERFORM 1 FROM public.credits_account a
        WHERE (a.balance_min IS NOT NULL OR a.balance_max IS NOT NULL)
            AND a.id IN (SELECT source_id FROM added UNION SELECT destination_id FROM added)
        ORDER BY a.id FOR NO KEY UPDATE;

    -- Same unit and kind on both sides, an allowed way, of this transaction, of no other learner, and a position on
    -- exactly the sides that are bounded.
    SELECT p.id INTO wrong FROM added p
        LEFT JOIN public.credits_journalentry e ON e.id = p.entry_id
        LEFT JOIN public.credits_account s ON s.id = p.source_id
        LEFT JOIN public.credits_account d ON d.id = p.destination_id
        WHERE (
            p.xact_id = this_transaction AND e.xact_id = this_transaction
            AND s.unit = d.unit AND s.kind_of_credit = d.kind_of_credit
            AND public.credits_route_is_allowed(e.reason, s.purpose, d.purpose)
            AND coalesce(s.learner_id = e.learner_id, s.learner_id IS NULL)
            AND coalesce(d.learner_id = e.learner_id, d.learner_id IS NULL)
            AND (p.source_position IS NOT NULL) = (s.balance_min IS NOT NULL OR s.balance_max IS NOT NULL)
            AND (p.destination_position IS NOT NULL) = (d.balance_min IS NOT NULL OR d.balance_max IS NOT NULL)
        ) IS NOT TRUE
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'posting %: not a way amounts may move', wrong.id USING ERRCODE = 'check_violation';
    END IF;

    -- Each position follows the one before it, alone, with the balance that follows from it, inside the bounds.
    SELECT leg.id, leg.account_id INTO wrong
        FROM (
            SELECT id, source_id AS account_id, source_position AS position, source_balance AS balance,
                -amount_minor AS change FROM added WHERE source_position IS NOT NULL
            UNION ALL
            SELECT id, destination_id, destination_position, destination_balance, amount_minor
                FROM added WHERE destination_position IS NOT NULL
        ) leg
        JOIN public.credits_account a ON a.id = leg.account_id
        LEFT JOIN public.credits_posting before_out
            ON before_out.source_id = leg.account_id AND before_out.source_position = leg.position - 1
        LEFT JOIN public.credits_posting before_in
            ON before_in.destination_id = leg.account_id AND before_in.destination_position = leg.position - 1
        LEFT JOIN public.credits_posting twin_out
            ON twin_out.source_id = leg.account_id AND twin_out.source_position = leg.position
        LEFT JOIN public.credits_posting twin_in
            ON twin_in.destination_id = leg.account_id AND twin_in.destination_position = leg.position
        WHERE (
            leg.balance = leg.change + CASE
                WHEN leg.position = 1 THEN 0
                ELSE coalesce(before_out.source_balance, before_in.destination_balance)
            END
            AND (twin_out.id IS NULL OR twin_in.id IS NULL)
            AND leg.balance >= coalesce(a.balance_min, leg.balance)
            AND leg.balance <= coalesce(a.balance_max, leg.balance)
        ) IS NOT TRUE
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'posting %: account % would leave its bounds or its order', wrong.id, wrong.account_id
            USING ERRCODE = 'check_violation';
    END IF;

    -- A reversal mirrors an entry that is no reversal itself, between the same accounts, and no more than is left of it.
    SELECT p.id INTO wrong FROM added p
        JOIN public.credits_journalentry r ON r.id = p.entry_id AND r.reverses_id IS NOT NULL
        JOIN public.credits_journalentry e ON e.id = r.reverses_id
        WHERE e.reverses_id IS NOT NULL
            OR (
                SELECT sum(q.amount_minor) FROM public.credits_posting q
                    JOIN public.credits_journalentry x ON x.id = q.entry_id
                    WHERE x.reverses_id = e.id
                        AND q.source_id = p.source_id AND q.destination_id = p.destination_id
            ) > coalesce((
                SELECT sum(o.amount_minor) FROM public.credits_posting o
                    WHERE o.entry_id = e.id AND o.source_id = p.destination_id AND o.destination_id = p.source_id
            ), 0)
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'posting %: reverses more than is left', wrong.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER credits_check_postings AFTER INSERT ON credits_posting
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION credits_check_postings();
