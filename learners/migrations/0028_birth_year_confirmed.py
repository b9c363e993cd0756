"""
Birth years that staff confirmed: what was written at a counter until now was, with the person before them.
A confirmed year is only confirmed anew; it goes with the person when the account is closed.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


STAYS = """
CREATE FUNCTION learners_confirmed_year_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a confirmed birth year is only confirmed anew' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER learners_confirmed_year_stays BEFORE UPDATE OF birth_year, birth_year_confirmed_at ON learners_learner
    FOR EACH ROW WHEN (
        OLD.birth_year_confirmed_at IS NOT NULL AND NEW.closed_at IS NULL AND (
            NEW.birth_year_confirmed_at IS NULL
            OR (NEW.birth_year IS DISTINCT FROM OLD.birth_year
                AND NEW.birth_year_confirmed_at = OLD.birth_year_confirmed_at)
        )
    ) EXECUTE FUNCTION learners_confirmed_year_stays();
"""
CHANGES = """
DROP TRIGGER learners_confirmed_year_stays ON learners_learner;
DROP FUNCTION learners_confirmed_year_stays();
"""
WRITTEN_AT_A_COUNTER = """
UPDATE learners_learner person
SET birth_year_confirmed_at = r.registered_at, birth_year_confirmed_by_id = r.registered_by_id
FROM learners_registration r
WHERE r.learner_id = person.id AND person.birth_year IS NOT NULL AND person.closed_at IS NULL;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0027_guardian_asked'),
    ]

    operations = [
        migrations.AddField(
            model_name='learner',
            name='birth_year_confirmed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='learner',
            name='birth_year_confirmed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='learner',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('birth_year_confirmed_at__isnull', True), ('birth_year_confirmed_by__isnull', True)), models.Q(('birth_year__isnull', False), ('birth_year_confirmed_at__isnull', False), ('birth_year_confirmed_by__isnull', False), models.Q(('birth_year_confirmed_by', models.F('id')), _negated=True)), _connector='OR'), name='learner_birth_year_confirmed_by_another'),
        ),
        migrations.RunSQL(STAYS, CHANGES),
        # Last: no table is altered while rows of this wait for their keys to be looked at.
        migrations.RunSQL(WRITTEN_AT_A_COUNTER, migrations.RunSQL.noop),
    ]
