"""A child's record is opened at a counter when its parent or guardian agrees too; the database asks."""

from django.db import migrations, models

GUARD = """
CREATE FUNCTION learners_registered_with_guardian() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT NEW.guardian_agreed AND EXISTS (
        SELECT 1 FROM learners_learner p WHERE p.id = NEW.learner_id AND learners_under_age(
            p.birth_year, 'AGREES_ALONE', (NEW.registered_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
    ) THEN
        RAISE EXCEPTION 'the guardian of a child agrees too' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER learners_registered_with_guardian BEFORE INSERT ON learners_registration
    FOR EACH ROW EXECUTE FUNCTION learners_registered_with_guardian();
"""
UNGUARD = """
DROP TRIGGER learners_registered_with_guardian ON learners_registration;
DROP FUNCTION learners_registered_with_guardian();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0084_guardian_named'),
    ]

    operations = [
        migrations.AddField(
            model_name='registration',
            name='guardian_agreed',
            field=models.BooleanField(db_default=False, default=False, verbose_name='the parent or guardian agreed too'),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
