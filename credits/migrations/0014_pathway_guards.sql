-- What the database itself promises about rules, pathways and qualifications.

-- 1. Rows that are superseded, never edited: one column may be set once, with those that go with it.
CREATE FUNCTION credits_only_closes() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF to_jsonb(OLD) - TG_ARGV - 'title_fold' <> to_jsonb(NEW) - TG_ARGV - 'title_fold'
        OR (to_jsonb(OLD) ->> TG_ARGV[0]) IS NOT NULL OR (to_jsonb(NEW) ->> TG_ARGV[0]) IS NULL
    THEN
        RAISE EXCEPTION '% %: may only be closed, once', TG_TABLE_NAME, OLD.id
            USING ERRCODE = 'restrict_violation', HINT = 'Close the row and add another.';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER credits_only_closes BEFORE UPDATE ON credits_creditrule
    FOR EACH ROW EXECUTE FUNCTION credits_only_closes('valid_to');
CREATE TRIGGER credits_only_closes BEFORE UPDATE ON credits_courseequivalence
    FOR EACH ROW EXECUTE FUNCTION credits_only_closes('valid_to');
CREATE TRIGGER credits_only_closes BEFORE UPDATE ON credits_schemepolicy
    FOR EACH ROW EXECUTE FUNCTION credits_only_closes('valid_to');
CREATE TRIGGER credits_only_closes BEFORE UPDATE ON credits_acceptance
    FOR EACH ROW EXECUTE FUNCTION credits_only_closes('until', 'ended_at', 'ended_by_id');
CREATE TRIGGER credits_only_closes BEFORE UPDATE ON credits_pathwayfollow
    FOR EACH ROW EXECUTE FUNCTION credits_only_closes('left_at');

CREATE TRIGGER credits_stays BEFORE DELETE OR TRUNCATE ON credits_creditrule
    FOR EACH STATEMENT EXECUTE FUNCTION credits_append_only();
CREATE TRIGGER credits_stays BEFORE DELETE OR TRUNCATE ON credits_courseequivalence
    FOR EACH STATEMENT EXECUTE FUNCTION credits_append_only();
CREATE TRIGGER credits_stays BEFORE DELETE OR TRUNCATE ON credits_schemepolicy
    FOR EACH STATEMENT EXECUTE FUNCTION credits_append_only();
CREATE TRIGGER credits_stays BEFORE DELETE OR TRUNCATE ON credits_acceptance
    FOR EACH STATEMENT EXECUTE FUNCTION credits_append_only();
CREATE TRIGGER credits_stays BEFORE DELETE OR TRUNCATE ON credits_pathwayfollow
    FOR EACH STATEMENT EXECUTE FUNCTION credits_append_only();
CREATE TRIGGER credits_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON credits_qualification
    FOR EACH STATEMENT EXECUTE FUNCTION credits_append_only();
CREATE TRIGGER credits_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON credits_qualificationuse
    FOR EACH STATEMENT EXECUTE FUNCTION credits_append_only();

-- 2. A published version stays as it is; it may be retired. Its rules and components are written while it is a draft.
CREATE FUNCTION credits_published_pathway_stays() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    -- The folded title follows from the title, and is worked out after this.
    may_differ CONSTANT text[] := ARRAY['state', 'retired_at', 'title_fold'];
BEGIN
    IF OLD.state = 'DRAFT' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE'
        OR to_jsonb(OLD) - may_differ <> to_jsonb(NEW) - may_differ
        OR (OLD.state, NEW.state) <> ('PUBLISHED', 'RETIRED')
    THEN
        RAISE EXCEPTION 'pathway version %: is published and stays', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER credits_published_stays BEFORE UPDATE OR DELETE ON credits_pathwayversion
    FOR EACH ROW EXECUTE FUNCTION credits_published_pathway_stays();

CREATE FUNCTION credits_part_of_draft() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    versions bigint[] := ARRAY[
        CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE OLD.version_id END,
        CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE NEW.version_id END
    ];
BEGIN
    -- Locked first, so that nobody publishes the version while a part of it is being changed.
    PERFORM 1 FROM public.credits_pathwayversion WHERE id = ANY (versions) ORDER BY id FOR SHARE;
    PERFORM 1 FROM public.credits_pathwayversion WHERE id = ANY (versions) AND state <> 'DRAFT';
    IF FOUND THEN
        RAISE EXCEPTION 'a part of a published pathway version stays' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER credits_part_of_draft BEFORE INSERT OR UPDATE OR DELETE ON credits_pathwayrule
    FOR EACH ROW EXECUTE FUNCTION credits_part_of_draft();
CREATE TRIGGER credits_part_of_draft BEFORE INSERT OR UPDATE OR DELETE ON credits_pathwaycomponent
    FOR EACH ROW EXECUTE FUNCTION credits_part_of_draft();

-- 3. A learner follows a version of that pathway, and never a draft.
ALTER TABLE credits_pathwayfollow ADD CONSTRAINT pathway_follow_version_of_pathway
    FOREIGN KEY (version_id, pathway_id) REFERENCES credits_pathwayversion (id, pathway_id);

CREATE FUNCTION credits_follow_published() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM public.credits_pathwayversion WHERE id = NEW.version_id AND state = 'PUBLISHED';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'pathway version %: cannot be started', NEW.version_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER credits_follow_published BEFORE INSERT ON credits_pathwayfollow
    FOR EACH ROW EXECUTE FUNCTION credits_follow_published();

-- 4. A qualification comes with the entry that used the credit, in one transaction, and a pathway stands once. Who
--    holds what is asked of the person, so all their accounts are locked: each by the lock that every action of the
--    ledger takes first.
CREATE FUNCTION credits_qualification_stands(the_entry bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT NOT EXISTS (SELECT 1 FROM public.credits_journalentry r WHERE r.reverses_id = the_entry)
$$;

CREATE FUNCTION credits_check_qualification() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM public.credits_lock_person(NEW.learner_id);
    PERFORM 1 FROM public.credits_journalentry e, public.credits_pathwayversion v
        WHERE e.id = NEW.entry_id AND e.learner_id = NEW.learner_id AND e.reason = 'APPLICATION'
            AND e.xact_id = pg_current_xact_id()::text::bigint
            AND v.id = NEW.version_id AND v.state <> 'DRAFT';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'qualification %: not of an entry that uses credit', NEW.public_id
            USING ERRCODE = 'check_violation';
    END IF;
    PERFORM 1 FROM public.credits_qualification q
        JOIN public.credits_pathwayversion other ON other.id = q.version_id
        JOIN public.credits_pathwayversion this ON this.id = NEW.version_id
        WHERE other.pathway_id = this.pathway_id
            AND q.learner_id IN (SELECT public.credits_accounts_of(NEW.learner_id))
            AND public.credits_qualification_stands(q.entry_id);
    IF FOUND THEN
        RAISE EXCEPTION 'qualification %: the learner holds it already', NEW.public_id
            USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER credits_check_qualification BEFORE INSERT ON credits_qualification
    FOR EACH ROW EXECUTE FUNCTION credits_check_qualification();

-- 5. Stacking: a qualification counts toward one other at a time, of the same person, in the transaction that awards
--    that one, for no more than its pathway says; and while the higher one stands, the lower one cannot be taken back.
--    So no credit counts twice.
CREATE FUNCTION credits_check_qualification_use() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM public.credits_lock_person(learner_id) FROM public.credits_qualification WHERE id = NEW.toward_id;
    PERFORM 1 FROM public.credits_qualification lower
        JOIN public.credits_pathwayversion of ON of.id = lower.version_id
        JOIN public.credits_qualification higher ON higher.id = NEW.toward_id
        JOIN public.credits_journalentry e ON e.id = higher.entry_id
        JOIN public.credits_pathwaycomponent c ON c.version_id = higher.version_id AND c.pathway_id = of.pathway_id
        WHERE lower.id = NEW.used_id
            AND public.credits_same_person(higher.learner_id, lower.learner_id)
            AND e.xact_id = pg_current_xact_id()::text::bigint
            AND NEW.amount_minor <= c.amount_minor
            AND public.credits_qualification_stands(lower.entry_id);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'qualification %: cannot count toward %', NEW.used_id, NEW.toward_id
            USING ERRCODE = 'check_violation';
    END IF;
    PERFORM 1 FROM public.credits_qualificationuse u
        JOIN public.credits_qualification higher ON higher.id = u.toward_id
        WHERE u.used_id = NEW.used_id AND public.credits_qualification_stands(higher.entry_id);
    IF FOUND THEN
        RAISE EXCEPTION 'qualification %: counts toward another already', NEW.used_id
            USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER credits_check_qualification_use BEFORE INSERT ON credits_qualificationuse
    FOR EACH ROW EXECUTE FUNCTION credits_check_qualification_use();

CREATE FUNCTION credits_check_stacked_reversal() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM public.credits_qualification lower
        JOIN public.credits_qualificationuse u ON u.used_id = lower.id
        JOIN public.credits_qualification higher ON higher.id = u.toward_id
        WHERE lower.entry_id = NEW.reverses_id AND public.credits_qualification_stands(higher.entry_id);
    IF FOUND THEN
        RAISE EXCEPTION 'entry %: its qualification counts toward another that stands', NEW.reverses_id
            USING ERRCODE = 'check_violation', HINT = 'Reverse the higher one first.';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER credits_check_stacked_reversal AFTER INSERT ON credits_journalentry
    FOR EACH ROW WHEN (NEW.reverses_id IS NOT NULL) EXECUTE FUNCTION credits_check_stacked_reversal();

-- 6. A merge is not undone while a qualification of one account counts toward one of the other.
CREATE FUNCTION credits_check_merge_ties() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM public.credits_merge m
        JOIN public.credits_qualification lower ON lower.learner_id IN (m.kept_id, m.merged_id)
        JOIN public.credits_qualificationuse u ON u.used_id = lower.id
        JOIN public.credits_qualification higher ON higher.id = u.toward_id
        WHERE m.id = NEW.merge_id AND higher.learner_id IN (m.kept_id, m.merged_id)
            AND higher.learner_id <> lower.learner_id AND public.credits_qualification_stands(higher.entry_id);
    IF FOUND THEN
        RAISE EXCEPTION 'merge %: a qualification of one account counts toward one of the other', NEW.merge_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER credits_check_merge_ties BEFORE INSERT ON credits_mergeundo
    FOR EACH ROW EXECUTE FUNCTION credits_check_merge_ties();

-- 7. Who agreed that an entry be reversed agreed to reverse what stands on it: the uses behind the qualifications toward
--    which its own counts, however high. (credits_is_agreed of 0002_guards.sql asks this too; see the migration.)
CREATE FUNCTION credits_stands_on(the_use bigint, the_entry bigint) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE below(id) AS (
        SELECT u.used_id FROM public.credits_qualification q
            JOIN public.credits_qualificationuse u ON u.toward_id = q.id
            WHERE q.entry_id = the_use
        UNION
        SELECT u.used_id FROM below JOIN public.credits_qualificationuse u ON u.toward_id = below.id
    )
    SELECT EXISTS (
        SELECT 1 FROM below JOIN public.credits_qualification q ON q.id = below.id
            WHERE q.entry_id = the_entry OR EXISTS (
                SELECT 1 FROM public.credits_posting p WHERE p.entry_id = q.entry_id AND p.lot_id = the_entry
            )
    )
$$;
