"""
A draft knows who saved it last and how often, and may be thrown away: then it is no version and nobody changes it again.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FINAL = """
CREATE FUNCTION courses_refuse_change_of_discarded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'course version % has been thrown away and stays so', OLD.id
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER course_version_discarded_stays BEFORE UPDATE OR DELETE ON courses_courseversion
    FOR EACH ROW WHEN (OLD.state = 'DISCARDED') EXECUTE FUNCTION courses_refuse_change_of_discarded();
"""

NOT_FINAL = """
DROP TRIGGER course_version_discarded_stays ON courses_courseversion;
DROP FUNCTION courses_refuse_change_of_discarded();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0009_feedback'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='courseversion',
            name='course_version_number',
        ),
        migrations.RemoveConstraint(
            model_name='courseversion',
            name='course_version_publication_complete',
        ),
        migrations.AddField(
            model_name='courseversion',
            name='discarded_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='courseversion',
            name='discarded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='courseversion',
            name='edited_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='courseversion',
            name='edited_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='courseversion',
            name='revision',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AlterField(
            model_name='courseversion',
            name='state',
            field=models.CharField(choices=[('DRAFT', 'Draft'), ('SUBMITTED', 'In review'), ('RETURNED', 'Returned with reasons'), ('PUBLISHED', 'Published'), ('SUPERSEDED', 'Replaced by a newer version'), ('DISCARDED', 'Thrown away')], default='DRAFT', max_length=12, verbose_name='state'),
        ),
        migrations.AddConstraint(
            model_name='courseversion',
            constraint=models.UniqueConstraint(condition=models.Q(('number__gt', 0)), fields=('course', 'number'), name='course_version_number'),
        ),
        migrations.AddConstraint(
            model_name='courseversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', False), ('published_by__isnull', False), ('state__in', ['PUBLISHED', 'SUPERSEDED'])), models.Q(('published_at__isnull', True), ('published_by__isnull', True), ('state__in', ['DRAFT', 'SUBMITTED', 'RETURNED', 'DISCARDED'])), _connector='OR'), name='course_version_publication_complete'),
        ),
        migrations.AddConstraint(
            model_name='courseversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('edited_at__isnull', True), ('edited_by__isnull', True)), models.Q(('edited_at__isnull', False), ('edited_by__isnull', False)), _connector='OR'), name='course_version_edit_complete'),
        ),
        migrations.AddConstraint(
            model_name='courseversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('discarded_at__isnull', False), ('discarded_by__isnull', False), ('number', 0), ('state', 'DISCARDED')), models.Q(models.Q(('state', 'DISCARDED'), _negated=True), ('discarded_at__isnull', True), ('discarded_by__isnull', True), ('number__gt', 0)), _connector='OR'), name='course_version_discarding_complete'),
        ),
        migrations.RunSQL(FINAL, NOT_FINAL),
    ]
