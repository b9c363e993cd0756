"""A name changed by its bearer is kept as one corrected in front of staff is."""

import django.db.models.deletion
from django.db import migrations, models

GUARD = """
CREATE OR REPLACE FUNCTION learners_corrected_where_known() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM learners_registration r
               WHERE r.learner_id = NEW.learner_id AND r.organization_id = NEW.organization_id)
        OR (NEW.what = 'BIRTH_YEAR'
            AND NOT EXISTS (SELECT 1 FROM learners_registration r WHERE r.learner_id = NEW.learner_id))
        OR (NEW.what = 'NAME' AND NEW.corrected_by_id = NEW.learner_id AND NEW.organization_id IS NULL) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'this is done at the counter that registered the person'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
BACK = """
CREATE OR REPLACE FUNCTION learners_corrected_where_known() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0078_names_on_the_desk'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='correction',
            options={'verbose_name': 'correction of a record', 'verbose_name_plural': 'corrections of records'},
        ),
        migrations.RemoveConstraint(
            model_name='correction',
            name='correction_by_another',
        ),
        migrations.AlterField(
            model_name='correction',
            name='organization',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learners.organization'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('corrected_by', models.F('learner')), ('organization__isnull', True)), models.Q(models.Q(('corrected_by', models.F('learner')), _negated=True), ('organization__isnull', False)), _connector='OR'), name='correction_by_whom'),
        ),
        migrations.RunSQL(GUARD, BACK),
    ]
