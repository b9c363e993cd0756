"""
A class that is cancelled, as a session or as a whole, takes no marks, no walk-ins and no objections.

The actions lock and look first; this is the net under them. An objection that was open before the whole class was cancelled is
still answered: of a session that was held, its correction counts.
"""

from django.db import migrations

GUARDS = """
-- The session is held still, so that it is not moved or cancelled by somebody who did not see this row yet; many may write at
-- once. Who cancels the whole run locks its sessions too, and the run is read after the wait.
CREATE OR REPLACE FUNCTION courses_mark_of_a_session_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM courses_classsession WHERE id = NEW.class_session_id AND cancelled_at IS NULL FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'class session % is cancelled', NEW.class_session_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'courses_mark_of_a_session_held';
    END IF;
    IF to_jsonb(NEW) ->> 'method' IS DISTINCT FROM 'DISPUTED' AND EXISTS (
        SELECT 1 FROM courses_courserun r JOIN courses_classsession s ON s.run_id = r.id
        WHERE s.id = NEW.class_session_id AND r.cancelled_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'the run of class session % is cancelled', NEW.class_session_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'courses_mark_of_a_session_held';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER courses_walk_in_of_a_session_held BEFORE INSERT ON courses_walkin
    FOR EACH ROW EXECUTE FUNCTION courses_mark_of_a_session_held();
CREATE TRIGGER courses_objection_of_a_session_held BEFORE INSERT ON courses_attendanceobjection
    FOR EACH ROW EXECUTE FUNCTION courses_mark_of_a_session_held();
"""
GUARDS_BEFORE = """
DROP TRIGGER courses_objection_of_a_session_held ON courses_attendanceobjection;
DROP TRIGGER courses_walk_in_of_a_session_held ON courses_walkin;
CREATE OR REPLACE FUNCTION courses_mark_of_a_session_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM courses_classsession WHERE id = NEW.class_session_id AND cancelled_at IS NULL FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'class session % is cancelled', NEW.class_session_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'courses_mark_of_a_session_held';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [('courses', '0062_uncounted_marks')]

    operations = [migrations.RunSQL(GUARDS, GUARDS_BEFORE)]
