"""
Who holds a place already asks nobody whether its run is cancelled.

The trigger of 0041 fired whenever a row became, or stayed, enrolled, and took the run's lock after the enrolment's:
against the order of the house where a completion was undone, while somebody gave a place of the run up. It fires now
where a place is taken: a new row, one that had been given up or cancelled, one of another run. Those take the run
first.
"""

from django.db import migrations

GUARDS = """
DROP TRIGGER courses_place_in_a_run_held ON courses_enrollment;
CREATE TRIGGER courses_place_in_a_run_held BEFORE INSERT ON courses_enrollment
    FOR EACH ROW WHEN (NEW.state = 'ENROLLED') EXECUTE FUNCTION courses_place_in_a_run_held();
CREATE TRIGGER courses_place_taken_again BEFORE UPDATE OF state, run_id ON courses_enrollment
    FOR EACH ROW WHEN (NEW.state = 'ENROLLED'
                       AND (OLD.state IN ('WITHDRAWN', 'CANCELLED') OR OLD.run_id <> NEW.run_id))
    EXECUTE FUNCTION courses_place_in_a_run_held();
"""
AS_BEFORE = """
DROP TRIGGER courses_place_taken_again ON courses_enrollment;
DROP TRIGGER courses_place_in_a_run_held ON courses_enrollment;
CREATE TRIGGER courses_place_in_a_run_held BEFORE INSERT OR UPDATE OF state, run_id ON courses_enrollment
    FOR EACH ROW WHEN (NEW.state = 'ENROLLED') EXECUTE FUNCTION courses_place_in_a_run_held();
"""


class Migration(migrations.Migration):
    dependencies = [
        ('courses', '0071_priority'),
    ]

    operations = [migrations.RunSQL(GUARDS, AS_BEFORE)]
