-- What the database itself promises about seals, to every role, its owner too. See 0002_guards.sql.

-- 1. Only added to.
CREATE TRIGGER credits_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON credits_seal
    FOR EACH STATEMENT EXECUTE FUNCTION credits_append_only();
CREATE TRIGGER credits_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON credits_sealleaf
    FOR EACH STATEMENT EXECUTE FUNCTION credits_append_only();
CREATE TRIGGER credits_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON credits_sealnode
    FOR EACH STATEMENT EXECUTE FUNCTION credits_append_only();
CREATE TRIGGER credits_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON credits_ledgercheck
    FOR EACH STATEMENT EXECUTE FUNCTION credits_append_only();

-- 2. One seal at a time: whoever makes one waits here, until the end of the transaction, for whoever makes one already.
--    Reading the seals while the lock is held needs a statement of its own, and READ COMMITTED.
CREATE FUNCTION credits_lock_seals() RETURNS void LANGUAGE sql
SET search_path = pg_catalog, public, pg_temp AS $$ SELECT pg_advisory_xact_lock(5_364_201_126) $$;

CREATE FUNCTION credits_next_seal() RETURNS bigint LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'a seal is made in READ COMMITTED only' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM public.credits_lock_seals();
    RETURN (SELECT coalesce(max(number), 0) + 1 FROM public.credits_seal);
END $$;

-- 3. Leaves and nodes are of the seal being made, never of one that is there already; leaves without a gap.
CREATE FUNCTION credits_check_seal_leaves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    next_seal CONSTANT bigint := public.credits_next_seal();
    size_before CONSTANT bigint := coalesce((SELECT size FROM public.credits_seal WHERE number = next_seal - 1), 0);
BEGIN
    IF EXISTS (SELECT 1 FROM added HAVING count(*) > 0 AND (
        max(index) <> size_before + count(*) - 1  -- places are taken once, so there is no gap
        OR min(first_seal_id) <> next_seal OR max(first_seal_id) <> next_seal
    )) THEN
        RAISE EXCEPTION 'leaves of seals are added at the end, by the next seal' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER credits_check_seal_leaves AFTER INSERT ON credits_sealleaf
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION credits_check_seal_leaves();

CREATE FUNCTION credits_check_seal_nodes() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    next_seal CONSTANT bigint := public.credits_next_seal();
BEGIN
    IF EXISTS (SELECT 1 FROM added WHERE seal_id <> next_seal) THEN
        RAISE EXCEPTION 'nodes are added to the next seal only' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER credits_check_seal_nodes AFTER INSERT ON credits_sealnode
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION credits_check_seal_nodes();

-- 4. A seal continues the one before it: next number, its hash, a later day; and it has the root of the tree that stands.
CREATE FUNCTION credits_check_seal() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    before record;
    leaves bigint;
    levels integer := 0;
BEGIN
    PERFORM public.credits_next_seal();
    IF NEW.number > 1 THEN
        SELECT * INTO before FROM public.credits_seal WHERE number = NEW.number - 1
            AND hash = NEW.prev_hash AND day < NEW.day AND sealed_at < NEW.sealed_at AND entries <= NEW.entries;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'seal %: does not continue the one before it', NEW.number
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    SELECT coalesce(max(index) + 1, 0) INTO leaves FROM public.credits_sealleaf;
    WHILE (leaves - 1) >> levels > 0 LOOP
        levels := levels + 1;
    END LOOP;
    IF NEW.size <> leaves OR NEW.tree_root <> coalesce((
        SELECT hash FROM public.credits_sealnode WHERE level = levels AND index = 0 ORDER BY seal_id DESC LIMIT 1
    ), sha256('')) THEN
        RAISE EXCEPTION 'seal %: not of the tree that stands', NEW.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER credits_check_seal AFTER INSERT ON credits_seal
    FOR EACH ROW EXECUTE FUNCTION credits_check_seal();
