-- What the database itself promises about reports of mistakes and about the access log.

-- 1. A report is about an entry of the learner's own record, or one that brought credit which lies in their accounts now
--    (two accounts of a person merge), and begins open; what was reported stays as it was written;
--    what has ended stays as it ended; who answers in an organisation's name manages it, before the curators have the
--    report, and else it is a curator.
CREATE FUNCTION credits_check_dispute() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM 1 FROM public.credits_journalentry e WHERE e.id = NEW.entry_id AND e.learner_id = NEW.learner_id;
        IF NOT FOUND THEN
            PERFORM 1 FROM public.credits_posting p
                JOIN public.credits_account a ON a.id IN (p.source_id, p.destination_id)
                WHERE p.lot_id = NEW.entry_id AND a.learner_id = NEW.learner_id
                HAVING sum(CASE WHEN a.id = p.destination_id THEN p.amount_minor ELSE -p.amount_minor END) > 0;
        END IF;
        IF NOT FOUND OR NEW.state <> 'OPEN' THEN
            RAISE EXCEPTION 'dispute %: not an open report about an entry of its learner', NEW.case_number
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF public.portal_is_erasing() THEN
        RETURN NEW;
    END IF;
    IF OLD.state <> 'OPEN' THEN
        RAISE EXCEPTION 'dispute %: has ended', OLD.case_number USING ERRCODE = 'restrict_violation';
    END IF;
    IF ROW (
            NEW.id, NEW.public_id, NEW.case_number, NEW.learner_id, NEW.entry_id, NEW.organization_id, NEW.complaint,
            NEW.text, NEW.opened_at, NEW.due_on, coalesce(OLD.escalated_at, NEW.escalated_at)
        ) IS DISTINCT FROM ROW (
            OLD.id, OLD.public_id, OLD.case_number, OLD.learner_id, OLD.entry_id, OLD.organization_id, OLD.complaint,
            OLD.text, OLD.opened_at, OLD.due_on, NEW.escalated_at
        ) THEN
        RAISE EXCEPTION 'dispute %: stays as it was reported', OLD.case_number USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'ANSWERED' THEN
        IF NEW.answered_for_id IS NULL THEN
            PERFORM 1 FROM public.learners_learner l WHERE l.id = NEW.answered_by_id AND l.is_staff;
        ELSE
            PERFORM 1 FROM public.learners_membership m
                WHERE m.learner_id = NEW.answered_by_id AND m.organization_id = NEW.answered_for_id
                    AND m.role = 'MANAGER' AND m.ended_at IS NULL AND NEW.escalated_at IS NULL;
        END IF;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'dispute %: not theirs to answer', OLD.case_number USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER credits_check_dispute BEFORE INSERT OR UPDATE ON credits_dispute
    FOR EACH ROW EXECUTE FUNCTION credits_check_dispute();
CREATE TRIGGER credits_append_only BEFORE DELETE OR TRUNCATE ON credits_dispute
    FOR EACH STATEMENT EXECUTE FUNCTION credits_append_only();

-- 2. Who has read whose ledger is only added to.
CREATE TRIGGER credits_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON credits_ledgeraccess
    FOR EACH STATEMENT EXECUTE FUNCTION credits_append_only();
