"""A birth year is corrected at any verified counter for whom none has registered: they show it a code."""

from django.db import migrations

WHERE_IT_IS_CORRECTED = """
CREATE FUNCTION learners_corrected_where_known() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM learners_registration r
               WHERE r.learner_id = NEW.learner_id AND r.organization_id = NEW.organization_id)
        OR (NEW.what = 'BIRTH_YEAR'
            AND NOT EXISTS (SELECT 1 FROM learners_registration r WHERE r.learner_id = NEW.learner_id)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'this is done at the counter that registered the person'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
DROP TRIGGER learners_only_where_registered ON learners_correction;
CREATE TRIGGER learners_only_where_registered BEFORE INSERT ON learners_correction
    FOR EACH ROW EXECUTE FUNCTION learners_corrected_where_known();
"""
BACK = """
DROP TRIGGER learners_only_where_registered ON learners_correction;
CREATE TRIGGER learners_only_where_registered BEFORE INSERT ON learners_correction
    FOR EACH ROW EXECUTE FUNCTION learners_only_where_registered();
DROP FUNCTION learners_corrected_where_known();
"""


class Migration(migrations.Migration):
    dependencies = [("learners", "0073_added_ways")]

    operations = [migrations.RunSQL(WHERE_IT_IS_CORRECTED, BACK)]
