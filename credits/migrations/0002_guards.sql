-- What the database itself promises about the ledger, to every role, its owner too.
--
-- The functions run with the caller's rights: reading and locking is all they do. Their search path is fixed, so no
-- temporary table can stand in for a real one. Refusals are SQLSTATE 23514 (check) or 23001 (restrict).
--
-- A session keeps a function's plans. One made for the five hundred rows of a batch must do for one row as well, and one
-- made when the tables were small for when they are large: what judges the rows of a statement reads by indexes only.

-- 1. Append only.
CREATE FUNCTION credits_append_only() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- Of a closed account the words beside the chain are emptied (credits_erase). What is hashed, or sums, never changes.
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME IN (
        'credits_ledgerrequest', 'credits_ledgerdecision', 'credits_freeze', 'credits_ledgeraccess'
    ) AND public.portal_is_erasing() THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the ledger is only added to: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', HINT = 'Answer a mistake by a reversal.';
END $$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'account', 'journalentry', 'posting', 'lot', 'hold', 'conversion', 'ledgerrequest', 'ledgerdecision',
        'freeze', 'unfreeze', 'merge', 'mergeundo'
    ] LOOP
        EXECUTE format(
            'CREATE TRIGGER credits_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON credits_%s '
            'FOR EACH STATEMENT EXECUTE FUNCTION credits_append_only()', name
        );
    END LOOP;
END $$;

-- 2. The ways amounts may move: the same rows as credits/rules.py ALLOWED_ROUTES.
CREATE FUNCTION credits_route_is_allowed(reason text, unit text, from_purpose text, to_purpose text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (reason, unit, from_purpose, to_purpose) IN (
        ('COURSE_COMPLETION', 'CREDIT', 'ISSUED', 'EARNED'),
        ('TRANSFER_IN', 'CREDIT', 'RECOGNIZED', 'EARNED'),
        ('TRANSFER_IN', 'GRAIN', 'RECOGNIZED', 'ROUNDED'),
        ('PRIOR_LEARNING', 'CREDIT', 'RECOGNIZED', 'EARNED'),
        ('HOLD', 'CREDIT', 'EARNED', 'HELD'),
        ('RELEASE', 'CREDIT', 'HELD', 'EARNED'),
        ('APPLICATION', 'CREDIT', 'EARNED', 'APPLIED'),
        ('EXPIRY', 'CREDIT', 'EARNED', 'EXPIRED'),
        ('REVERSAL', 'CREDIT', 'EARNED', 'ISSUED'),
        ('REVERSAL', 'CREDIT', 'EARNED', 'RECOGNIZED'),
        ('REVERSAL', 'CREDIT', 'APPLIED', 'EARNED'),
        ('REVERSAL', 'CREDIT', 'EXPIRED', 'EARNED'),
        ('REVERSAL', 'GRAIN', 'ROUNDED', 'RECOGNIZED'),
        ('MERGE_OUT', 'CREDIT', 'EARNED', 'CLEARING'),
        ('MERGE_OUT', 'CREDIT', 'APPLIED', 'CLEARING'),
        ('MERGE_OUT', 'CREDIT', 'EXPIRED', 'CLEARING'),
        ('MERGE_IN', 'CREDIT', 'CLEARING', 'EARNED'),
        ('MERGE_IN', 'CREDIT', 'CLEARING', 'APPLIED'),
        ('MERGE_IN', 'CREDIT', 'CLEARING', 'EXPIRED'),
        ('UNMERGE_OUT', 'CREDIT', 'EARNED', 'CLEARING'),
        ('UNMERGE_OUT', 'CREDIT', 'APPLIED', 'CLEARING'),
        ('UNMERGE_OUT', 'CREDIT', 'EXPIRED', 'CLEARING'),
        ('UNMERGE_IN', 'CREDIT', 'CLEARING', 'EARNED'),
        ('UNMERGE_IN', 'CREDIT', 'CLEARING', 'APPLIED'),
        ('UNMERGE_IN', 'CREDIT', 'CLEARING', 'EXPIRED')
    )
$$;

-- Two accounts that a merge has joined are one person, as long as it is not undone.
CREATE FUNCTION credits_accounts_of(the_learner bigint) RETURNS SETOF bigint LANGUAGE sql STABLE ROWS 2
SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE same(id) AS (
        SELECT the_learner
        UNION
        SELECT CASE WHEN m.kept_id = same.id THEN m.merged_id ELSE m.kept_id END
        FROM same JOIN public.credits_merge m ON same.id IN (m.kept_id, m.merged_id)
        WHERE NOT EXISTS (SELECT 1 FROM public.credits_mergeundo u WHERE u.merge_id = m.id)
    )
    SELECT id FROM same
$$;

CREATE FUNCTION credits_same_person(one bigint, other bigint) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(other IN (SELECT public.credits_accounts_of(one)), false)
$$;

-- Lock all accounts of a person, by id: for what is judged of the person. A merge locks two of them, so that nobody joins
-- or leaves once they are locked; who joined while we waited is locked as well.
CREATE FUNCTION credits_lock_person(the_learner bigint) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    locked bigint[] := ARRAY[]::bigint[];
    there bigint[];
BEGIN
    LOOP
        there := ARRAY(SELECT public.credits_accounts_of(the_learner));
        EXIT WHEN there <@ locked;
        PERFORM 1 FROM public.learners_learner WHERE id = ANY (there) ORDER BY id FOR NO KEY UPDATE;
        locked := there;
    END LOOP;
END $$;

-- A freeze is of the person: credit that comes after a merge lies in the account that was merged away.
CREATE FUNCTION credits_is_frozen(the_learner bigint) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM public.credits_freeze f
        WHERE f.learner_id IN (SELECT public.credits_accounts_of(the_learner))
            AND NOT EXISTS (SELECT 1 FROM public.credits_unfreeze u WHERE u.freeze_id = f.id)
    )
$$;

-- What stands in the chain for words that a person typed: as chain.words_digest makes it.
CREATE FUNCTION credits_words_digest(salt bytea, words text) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE WHEN words <> '' THEN encode(sha256(salt || convert_to(words, 'UTF8')), 'hex') END
$$;

-- The digests that two persons agree on are of the words beside them. Words may be erased, all of them and the salt.
ALTER TABLE credits_ledgerrequest ADD CONSTRAINT ledger_request_words_fit CHECK (
    salt || convert_to(reason || authority || seen, 'UTF8') = '' OR (
        body ->> 'reason_digest' IS NOT DISTINCT FROM credits_words_digest(salt, reason)
        AND body ->> 'authority_digest' IS NOT DISTINCT FROM credits_words_digest(salt, authority)
        AND body ->> 'seen_digest' IS NOT DISTINCT FROM credits_words_digest(salt, seen)
    )
);

-- 3. A decision: of somebody who may decide, neither the one who asked nor the learner, nor the other learner of a
--    merge. Whoever asked may take the request back.
CREATE FUNCTION credits_check_decision() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM public.credits_ledgerrequest q
        JOIN public.learners_learner decider ON decider.id = NEW.decided_by_id
        LEFT JOIN public.credits_journalentry e ON e.id = q.entry_id
        WHERE q.id = NEW.request_id AND CASE NEW.outcome
            WHEN 'WITHDRAWN' THEN NEW.decided_by_id = q.requested_by_id
            WHEN 'APPROVED' THEN decider.is_staff AND decider.is_active
                AND NOT EXISTS (
                    SELECT 1 FROM unnest(ARRAY[q.requested_by_id, q.learner_id, q.other_learner_id, e.learner_id]) him
                    WHERE public.credits_same_person(NEW.decided_by_id, him)
                )
                AND NOT EXISTS (
                    SELECT 1 FROM unnest(ARRAY[q.learner_id, q.other_learner_id, e.learner_id]) him
                    WHERE public.credits_same_person(q.requested_by_id, him)
                )
            WHEN 'REFUSED' THEN decider.is_staff AND decider.is_active AND NEW.decided_by_id <> q.learner_id
            ELSE false
        END;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'request %: this person does not decide it', NEW.request_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER credits_check_decision AFTER INSERT ON credits_ledgerdecision
    FOR EACH ROW EXECUTE FUNCTION credits_check_decision();

-- 4. What two persons agreed on is what is written, and nothing else.
CREATE FUNCTION credits_is_agreed(
    the_request bigint, the_reason text, the_learner bigint, the_body_hash bytea, reversed bigint
) RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM public.credits_ledgerrequest q
        JOIN public.credits_ledgerdecision d ON d.request_id = q.id AND d.outcome = 'APPROVED'
        WHERE q.id = the_request AND CASE the_reason
            WHEN 'REVERSAL' THEN q.kind = 'REVERSAL' AND q.learner_id = the_learner AND (
                q.entry_id = reversed
                -- What was built on the credit that is taken back goes first: a use of it, its expiry.
                OR EXISTS (
                    SELECT 1 FROM public.credits_posting built
                    JOIN public.credits_journalentry e ON e.id = built.entry_id
                    WHERE built.entry_id = reversed AND built.lot_id = q.entry_id
                        AND e.reason IN ('APPLICATION', 'EXPIRY')
                )
            )
            WHEN 'TRANSFER_IN' THEN q.kind = the_reason AND q.learner_id = the_learner AND q.body_hash = the_body_hash
            WHEN 'PRIOR_LEARNING'
                THEN q.kind = the_reason AND q.learner_id = the_learner AND q.body_hash = the_body_hash
            WHEN 'MERGE_OUT' THEN q.kind = 'MERGE' AND q.other_learner_id = the_learner
            WHEN 'MERGE_IN' THEN q.kind = 'MERGE' AND q.learner_id = the_learner
            WHEN 'UNMERGE_OUT' THEN q.kind = 'UNMERGE' AND q.learner_id = the_learner
            WHEN 'UNMERGE_IN' THEN q.kind = 'UNMERGE' AND q.other_learner_id = the_learner
            ELSE false
        END
    )
$$;

-- 5. An entry continues its learner's chain: next sequence, hash of the one before, never recorded before it. The one
--    before is seen only when it is committed (or ours), so the order of the sequence is the order of commits. It says
--    what it is and under which rule; an act of two persons is what they agreed on; a frozen ledger gives nothing away.
CREATE FUNCTION credits_check_entries() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    this_transaction CONSTANT bigint := pg_current_xact_id()::text::bigint;
    refused record;
BEGIN
    SELECT * INTO refused FROM (
        SELECT e.id, CASE
            WHEN e.xact_id <> this_transaction THEN 'not of this transaction'
            WHEN NOT e.snapshot ?& ARRAY['type', 'title_vi', 'rule', 'rule_source']
                THEN 'does not say what it is and under which rule'
            WHEN e.request_id IS NOT NULL AND NOT public.credits_is_agreed(
                e.request_id, e.reason, e.learner_id, e.body_hash, e.reverses_id
            ) THEN 'two persons have not agreed on it'
            -- Why, and on which document: as digests of the words that were agreed on, never in words.
            WHEN e.request_id IS NOT NULL AND (e.snapshot ?| ARRAY['reason', 'authority', 'seen'] OR NOT EXISTS (
                SELECT 1 FROM public.credits_ledgerrequest q WHERE q.id = e.request_id
                    AND e.snapshot -> 'reason_digest' = q.body -> 'reason_digest'
                    AND e.snapshot -> 'authority_digest' = q.body -> 'authority_digest'
                    AND e.snapshot -> 'seen_digest' IS NOT DISTINCT FROM q.body -> 'seen_digest'
            )) THEN 'says something else than was typed with its request'
            WHEN e.reason IN ('HOLD', 'APPLICATION', 'MERGE_OUT', 'UNMERGE_OUT')
                AND public.credits_is_frozen(e.learner_id) THEN 'the ledger is frozen'
            WHEN (e.sequence = 1 AND e.prev_hash IS NULL OR e.learner_id IS NULL) IS NOT TRUE AND NOT EXISTS (
                SELECT 1 FROM public.credits_journalentry before
                WHERE before.learner_id = e.learner_id AND before.sequence = e.sequence - 1
                    AND before.hash = e.prev_hash AND before.recorded_at <= e.recorded_at
            ) THEN 'does not continue the chain of its learner'
        END AS why FROM added e
    ) entry WHERE why IS NOT NULL LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry %: %', refused.id, refused.why USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER credits_check_entries AFTER INSERT ON credits_journalentry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION credits_check_entries();

-- 6. At commit an entry is whole: it has postings; new credit has its lot, a hold its term, a transfer its conversion;
--    a release gives back exactly what the hold set aside; a reversal takes back as much as was agreed on; what passes
--    through a merge is written down as one and has passed.
CREATE FUNCTION credits_entry_is_whole() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moved bigint;
    brought bigint;
BEGIN
    SELECT sum(p.amount_minor) FILTER (WHERE p.lot_id IS NOT NULL), (
            SELECT l.amount_minor FROM public.credits_lot l
            WHERE l.entry_id = NEW.id AND l.learner_id = NEW.learner_id
        ) INTO moved, brought
        FROM public.credits_posting p WHERE p.entry_id = NEW.id HAVING count(*) > 0;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'entry %: moves nothing', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.reason IN ('COURSE_COMPLETION', 'TRANSFER_IN', 'PRIOR_LEARNING') THEN
        IF (brought = moved) IS NOT TRUE THEN
            RAISE EXCEPTION 'entry %: brings credit without its lot', NEW.id USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.reason = 'TRANSFER_IN' THEN
            -- in × numerator / denominator = out + residue, exactly, and the residue is posted.
            PERFORM 1 FROM public.credits_conversion c WHERE c.entry_id = NEW.id AND c.out_minor = moved
                AND 138600 % c.denominator = 0
                AND c.in_minor::numeric * c.numerator * (138600 / c.denominator)
                    = c.out_minor::numeric * 138600 + c.residue_grains
                AND c.residue_grains = coalesce((
                    SELECT sum(p.amount_minor) FROM public.credits_posting p
                    WHERE p.entry_id = NEW.id AND p.lot_id IS NULL
                ), 0);
            IF NOT FOUND THEN
                RAISE EXCEPTION 'entry %: is no exact conversion', NEW.id USING ERRCODE = 'check_violation';
            END IF;
        END IF;
        IF NEW.request_id IS NOT NULL THEN
            PERFORM 1 FROM public.credits_ledgerrequest q
                JOIN public.credits_lot l ON l.entry_id = NEW.id
                LEFT JOIN public.credits_conversion c ON c.entry_id = NEW.id
                WHERE q.id = NEW.request_id AND (q.body ->> 'amount_minor')::bigint = moved
                    AND q.body ->> 'kind_of_credit' = l.kind_of_credit AND q.organization_id = l.issuer_id
                    AND nullif(q.body -> 'conversion', 'null') IS NOT DISTINCT FROM to_jsonb(c) - 'entry_id';
            IF NOT FOUND THEN
                RAISE EXCEPTION 'entry %: brings something else than was agreed on', NEW.id
                    USING ERRCODE = 'check_violation';
            END IF;
        END IF;
    ELSIF NEW.reason = 'HOLD' THEN
        PERFORM 1 FROM public.credits_hold h WHERE h.entry_id = NEW.id AND h.learner_id = NEW.learner_id
            AND h.amount_minor = moved AND h.expires_at > NEW.recorded_at;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'entry %: sets credit aside without a term', NEW.id USING ERRCODE = 'check_violation';
        END IF;
    ELSIF NEW.reason = 'RELEASE' THEN
        PERFORM 1 FROM public.credits_journalentry h
            WHERE h.id = NEW.ends_id AND h.reason = 'HOLD' AND h.learner_id = NEW.learner_id;
        IF NOT FOUND OR EXISTS (
            SELECT 1 FROM (
                SELECT lot_id, source_id AS one, destination_id AS other, amount_minor
                FROM public.credits_posting WHERE entry_id = NEW.ends_id
                UNION ALL
                SELECT lot_id, destination_id, source_id, -amount_minor
                FROM public.credits_posting WHERE entry_id = NEW.id
            ) leg GROUP BY lot_id, one, other HAVING sum(amount_minor) <> 0
        ) THEN
            RAISE EXCEPTION 'entry %: does not give back what was set aside', NEW.id
                USING ERRCODE = 'check_violation';
        END IF;
    ELSIF NEW.reason = 'REVERSAL' THEN
        -- A part, or all that was left; of what was built on it, everything.
        PERFORM 1 FROM public.credits_ledgerrequest q WHERE q.id = NEW.request_id AND CASE
            WHEN q.entry_id = NEW.reverses_id AND q.amount_minor IS NOT NULL THEN q.amount_minor = moved
            ELSE (
                SELECT sum(CASE WHEN p.entry_id = NEW.reverses_id THEN p.amount_minor ELSE -p.amount_minor END)
                FROM public.credits_posting p JOIN public.credits_journalentry e ON e.id = p.entry_id
                WHERE p.lot_id IS NOT NULL AND (e.id = NEW.reverses_id OR e.reverses_id = NEW.reverses_id)
            ) = 0
        END;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'entry %: reverses something else than was agreed on', NEW.id
                USING ERRCODE = 'check_violation';
        END IF;
    ELSIF NEW.reason IN ('MERGE_OUT', 'MERGE_IN', 'UNMERGE_OUT', 'UNMERGE_IN') THEN
        PERFORM 1 FROM (
            SELECT out_entry_id, in_entry_id FROM public.credits_merge
            UNION ALL SELECT out_entry_id, in_entry_id FROM public.credits_mergeundo
        ) merge WHERE CASE WHEN NEW.reason LIKE '%OUT' THEN out_entry_id ELSE in_entry_id END = NEW.id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'entry %: belongs to no merge', NEW.id USING ERRCODE = 'check_violation';
        END IF;
        PERFORM 1 FROM public.credits_posting p
            JOIN public.credits_account a ON a.id IN (p.source_id, p.destination_id) AND a.purpose = 'CLEARING'
            WHERE p.lot_id IN (SELECT lot_id FROM public.credits_posting WHERE entry_id = NEW.id)
            GROUP BY p.lot_id, a.id
            HAVING sum(CASE WHEN p.destination_id = a.id THEN p.amount_minor ELSE -p.amount_minor END) <> 0;
        IF FOUND THEN
            RAISE EXCEPTION 'entry %: credit is left in passing', NEW.id USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER credits_entry_is_whole AFTER INSERT ON credits_journalentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION credits_entry_is_whole();

-- A lot, a hold, a conversion belongs to an entry of its own kind, of this transaction.
CREATE FUNCTION credits_check_parts() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    this_transaction CONSTANT bigint := pg_current_xact_id()::text::bigint;
    wrong bigint;
BEGIN
    SELECT part.entry_id INTO wrong FROM added part
        LEFT JOIN public.credits_journalentry e ON e.id = part.entry_id
        WHERE (e.xact_id = this_transaction AND e.reason = ANY (TG_ARGV)) IS NOT TRUE
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% %: belongs to no such entry', TG_TABLE_NAME, wrong USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER credits_check_parts AFTER INSERT ON credits_lot
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT
    EXECUTE FUNCTION credits_check_parts('COURSE_COMPLETION', 'TRANSFER_IN', 'PRIOR_LEARNING');
CREATE TRIGGER credits_check_parts AFTER INSERT ON credits_hold
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION credits_check_parts('HOLD');
CREATE TRIGGER credits_check_parts AFTER INSERT ON credits_conversion
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION credits_check_parts('TRANSFER_IN');

-- 7. A freeze is lifted by two persons; a freeze waits for what is being written, so that nothing slips past it,
--    in none of the person's accounts.
CREATE FUNCTION credits_check_freeze() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM public.credits_lock_person(NEW.learner_id);
    RETURN NULL;
END $$;

CREATE TRIGGER credits_check_freeze AFTER INSERT ON credits_freeze
    FOR EACH ROW EXECUTE FUNCTION credits_check_freeze();

CREATE FUNCTION credits_check_unfreeze() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM public.credits_freeze f
        JOIN public.credits_ledgerrequest q ON q.id = NEW.request_id AND q.kind = 'UNFREEZE'
            AND q.learner_id = f.learner_id AND (q.body ->> 'freeze')::bigint = f.id
        JOIN public.credits_ledgerdecision d ON d.request_id = q.id AND d.outcome = 'APPROVED'
        WHERE f.id = NEW.freeze_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'freeze %: two persons have not agreed to lift it', NEW.freeze_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER credits_check_unfreeze AFTER INSERT ON credits_unfreeze
    FOR EACH ROW EXECUTE FUNCTION credits_check_unfreeze();

-- 8. A merge, or its undo, is written together with its entries, under the same request and between the two accounts it
--    names. What comes in is what went out, lot by lot and from where it lay: expired credit stays expired. An undo moves
--    back of each lot what is left of what the merge moved.
CREATE FUNCTION credits_moved(the_entry bigint)
RETURNS TABLE (lot_id bigint, purpose text, amount_minor numeric) LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT p.lot_id, a.purpose, sum(p.amount_minor) FROM public.credits_posting p
        JOIN public.credits_account a ON a.id IN (p.source_id, p.destination_id) AND a.purpose <> 'CLEARING'
        WHERE p.entry_id = the_entry GROUP BY p.lot_id, a.purpose
$$;

CREATE FUNCTION credits_check_merge() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    the_kind CONSTANT text := CASE TG_TABLE_NAME WHEN 'credits_merge' THEN 'MERGE' ELSE 'UNMERGE' END;
    the_merge public.credits_merge;
BEGIN
    IF the_kind = 'MERGE' THEN
        the_merge := NEW;
    ELSE
        SELECT * INTO the_merge FROM public.credits_merge m WHERE m.id = NEW.merge_id;
    END IF;
    PERFORM 1 FROM public.credits_ledgerrequest q
        JOIN public.credits_ledgerdecision d ON d.request_id = q.id AND d.outcome = 'APPROVED'
        LEFT JOIN public.credits_journalentry o ON o.id = NEW.out_entry_id
        LEFT JOIN public.credits_journalentry i ON i.id = NEW.in_entry_id
        WHERE q.id = NEW.request_id AND q.kind = the_kind
            AND q.learner_id = the_merge.kept_id AND q.other_learner_id = the_merge.merged_id
            AND (the_kind = 'MERGE' OR (q.body ->> 'merge')::bigint = the_merge.id)
            AND (NEW.out_entry_id IS NULL OR o.request_id = q.id AND o.reason = the_kind || '_OUT')
            AND (NEW.in_entry_id IS NULL OR i.request_id = q.id AND i.reason = the_kind || '_IN');
    IF NOT FOUND THEN
        RAISE EXCEPTION '%: two persons have not agreed on it', TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END IF;
    IF public.credits_is_frozen(the_merge.kept_id) OR public.credits_is_frozen(the_merge.merged_id) THEN
        RAISE EXCEPTION '%: the ledger is frozen', TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END IF;
    PERFORM 1 FROM (
        SELECT *, 1 AS side FROM public.credits_moved(NEW.out_entry_id)
        UNION ALL SELECT *, -1 FROM public.credits_moved(NEW.in_entry_id)
    ) moved GROUP BY lot_id, purpose HAVING sum(side * amount_minor) <> 0
    UNION ALL
    -- What was reversed meanwhile does not come back, and what a reversed use gave back lies elsewhere.
    SELECT 1 FROM (
        SELECT *, 1 AS side FROM public.credits_moved(the_merge.in_entry_id)
        UNION ALL SELECT *, -1 FROM public.credits_moved(NEW.in_entry_id)
    ) undone GROUP BY lot_id HAVING sum(side * amount_minor) < 0;
    IF FOUND THEN
        RAISE EXCEPTION '%: something else comes in than went out', TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER credits_check_merge AFTER INSERT ON credits_merge
    FOR EACH ROW EXECUTE FUNCTION credits_check_merge();
CREATE TRIGGER credits_check_merge AFTER INSERT ON credits_mergeundo
    FOR EACH ROW EXECUTE FUNCTION credits_check_merge();

-- 9. Postings. The action has locked every account already, sorted, before it read what it decided on; this is the net
--    under careless code: it locks once more, in the same order, and looks at what is committed by then.
CREATE FUNCTION credits_check_postings() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
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
    -- exactly the sides that are bounded. Credit names its lot: its own entry's where it is new, which comes from, and
    -- goes back to, the lot's issuer. It expires when its last day has passed and not before, and is not used after it.
    SELECT p.id INTO wrong FROM added p
        LEFT JOIN public.credits_journalentry e ON e.id = p.entry_id
        LEFT JOIN public.credits_account s ON s.id = p.source_id
        LEFT JOIN public.credits_account d ON d.id = p.destination_id
        LEFT JOIN public.credits_lot l ON l.entry_id = p.lot_id
        WHERE (
            p.xact_id = this_transaction AND e.xact_id = this_transaction
            AND s.unit = d.unit AND s.kind_of_credit = d.kind_of_credit
            AND public.credits_route_is_allowed(e.reason, s.unit, s.purpose, d.purpose)
            AND (l.entry_id IS NOT NULL) = (s.unit = 'CREDIT')
            AND coalesce(l.kind_of_credit, s.kind_of_credit) = s.kind_of_credit
            AND CASE
                WHEN e.reason = 'EXPIRY' THEN l.valid_until < (e.recorded_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
                WHEN e.reason IN ('HOLD', 'APPLICATION')
                    THEN (l.valid_until < (e.recorded_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) IS NOT TRUE
                ELSE true
            END
            AND coalesce(l.entry_id = e.id, false) = (s.unit = 'CREDIT' AND s.purpose IN ('ISSUED', 'RECOGNIZED'))
            AND coalesce(s.organization_id, l.issuer_id) IS NOT DISTINCT FROM coalesce(l.issuer_id, s.organization_id)
            AND coalesce(d.organization_id, l.issuer_id) IS NOT DISTINCT FROM coalesce(l.issuer_id, d.organization_id)
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

    -- Of a lot no learner's account holds less than nothing. The accounts are locked, so nobody else moves it.
    SELECT p.id INTO wrong FROM added p
        JOIN public.credits_account s ON s.id = p.source_id AND s.learner_id IS NOT NULL
        WHERE p.lot_id IS NOT NULL AND (
            SELECT sum(CASE WHEN q.destination_id = p.source_id THEN q.amount_minor ELSE -q.amount_minor END)
            FROM public.credits_posting q
            WHERE q.lot_id = p.lot_id AND (q.destination_id = p.source_id OR q.source_id = p.source_id)
        ) < 0
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'posting %: moves more of its lot than is there', wrong.id USING ERRCODE = 'check_violation';
    END IF;

    -- A reversal mirrors an entry that may be reversed: of the same lot, the opposite way, and no more than is left of it.
    -- By purpose and not by account: after a merge the credit lies in the other account of the same person.
    SELECT p.id INTO wrong FROM added p
        JOIN public.credits_account s ON s.id = p.source_id
        JOIN public.credits_account d ON d.id = p.destination_id
        JOIN public.credits_journalentry r ON r.id = p.entry_id AND r.reverses_id IS NOT NULL
        JOIN public.credits_journalentry e ON e.id = r.reverses_id
        WHERE e.reason NOT IN ('COURSE_COMPLETION', 'TRANSFER_IN', 'PRIOR_LEARNING', 'APPLICATION', 'EXPIRY')
            OR (
                SELECT sum(CASE WHEN x.id = e.id THEN -q.amount_minor ELSE q.amount_minor END)
                FROM public.credits_journalentry x
                JOIN public.credits_posting q ON q.entry_id = x.id AND q.lot_id IS NOT DISTINCT FROM p.lot_id
                JOIN public.credits_account qs ON qs.id = q.source_id
                JOIN public.credits_account qd ON qd.id = q.destination_id
                WHERE x.id = e.id AND qs.purpose = d.purpose AND qd.purpose = s.purpose
                    OR x.reverses_id = e.id AND qs.purpose = s.purpose AND qd.purpose = d.purpose
            ) > 0
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'posting %: reverses more than is left', wrong.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER credits_check_postings AFTER INSERT ON credits_posting
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION credits_check_postings();
