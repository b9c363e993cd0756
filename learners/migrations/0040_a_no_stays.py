"""
A guardian's no stands until they say otherwise themself, they no longer stand for the child, or the child has left.

Looked at when the transaction ends: who says yes after a no ends the no first.
"""

from django.db import migrations


GUARD = """
CREATE FUNCTION learners_no_ends_by_its_guardian() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM learners_guardian g JOIN learners_learner c ON c.id = g.child_id
        WHERE g.id = NEW.guardian_id
        AND (g.revoked_at IS NOT NULL OR c.closed_at IS NOT NULL OR g.child_id <> NEW.learner_id)
    ) AND NOT EXISTS (
        SELECT 1 FROM learners_consentanswer a
        WHERE a.guardian_id = NEW.guardian_id AND a.purpose = NEW.purpose AND a.id > NEW.id
    ) THEN
        RAISE EXCEPTION 'the no of a guardian is ended by that guardian' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER learners_no_ends_by_its_guardian AFTER UPDATE ON learners_consentanswer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.guardian_id IS NOT NULL AND NOT NEW.is_yes AND NEW.ended_at IS NOT NULL)
    EXECUTE FUNCTION learners_no_ends_by_its_guardian();
"""
NO_GUARD = """
DROP TRIGGER learners_no_ends_by_its_guardian ON learners_consentanswer;
DROP FUNCTION learners_no_ends_by_its_guardian();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0035_doors'),
    ]

    operations = [migrations.RunSQL(GUARD, NO_GUARD)]
