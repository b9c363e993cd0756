"""
Two accounts of one person: found by the words of their names, and what went from one to the other.

``learners_name_key`` is as immutable as ``vn_fold``, so an index may use it.
"""

import django.db.models.deletion
import learners.models.folding
from django.conf import settings
from django.db import migrations, models

NAME_KEY = """
CREATE FUNCTION learners_name_key(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN array_to_string(ARRAY(
    SELECT word FROM unnest(string_to_array(replace(vn_fold(value), 'y', 'i'), ' ')) AS word ORDER BY word COLLATE "C"
), ' ');
"""
GUARDS = """
CREATE TRIGGER learners_movedrow_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON learners_movedrow
    FOR EACH STATEMENT EXECUTE FUNCTION learners_stays();
"""
NO_GUARDS = "DROP TRIGGER learners_movedrow_stays ON learners_movedrow;"


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('learners', '0012_claims'),
    ]

    operations = [
        migrations.RunSQL(NAME_KEY, "DROP FUNCTION learners_name_key(text)"),
        migrations.CreateModel(
            name='MovedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60)),
                ('table', models.CharField(max_length=60)),
                ('row_id', models.BigIntegerField()),
                ('moved_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='learner',
            name='merged_into',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_from', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='learner',
            index=models.Index(models.F('place'), learners.models.folding.NameKey('full_name'), condition=models.Q(('closed_at__isnull', True)), name='learner_by_name_key'),
        ),
        migrations.AddConstraint(
            model_name='learner',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into__isnull', True), models.Q(('merged_into', models.F('id')), _negated=True), _connector='OR'), name='learner_merged_into_another'),
        ),
        migrations.AddField(
            model_name='movedrow',
            name='giver',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='movedrow',
            name='taker',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='movedrow',
            constraint=models.UniqueConstraint(fields=('key', 'table', 'row_id'), name='moved_row_once'),
        ),
        migrations.AddConstraint(
            model_name='movedrow',
            constraint=models.CheckConstraint(condition=models.Q(('giver', models.F('taker')), _negated=True), name='moved_row_goes_somewhere'),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
