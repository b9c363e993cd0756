"""Whom the paper names that staff have seen of a guardian; it stays as written, and goes when it is needed no longer."""

from importlib import import_module

from django.db import migrations, models

before = import_module("learners.migrations.0026_guardians_further")
COLUMNS = ("guardian_id", "accepted_at", "witnessed_by_id")
AS_BEFORE = before.keeps_to_the_law(*COLUMNS, changes=("child_id",))
EMPTIED_ONLY = AS_BEFORE.replace(
    before.FOLLOWS, before.FOLLOWS + " OR (NEW.full_name <> OLD.full_name AND NEW.full_name <> '')"
).replace("child_id,revoked_at", "child_id,full_name,revoked_at")


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0083_changed_way'),
    ]

    operations = [
        migrations.AddField(
            model_name='guardian',
            name='full_name',
            field=models.CharField(blank=True, db_default='', default='', max_length=120, verbose_name='name on the paper'),
        ),
        migrations.RunSQL(EMPTIED_ONLY, AS_BEFORE),
    ]
