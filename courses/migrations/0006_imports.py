"""Imports, harvest sources, and courses taught elsewhere."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import uuid
from django.conf import settings
from django.db import migrations, models


# Nobody enrols here in what is taught elsewhere, so no version of a course is both: taught elsewhere and with a run.
GUARDS = """
CREATE FUNCTION courses_refuse_run_elsewhere() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM courses_courseversion WHERE id = NEW.version_id AND external_url <> '' FOR SHARE;
    IF FOUND THEN
        RAISE EXCEPTION 'course version % is taught elsewhere and has no runs', NEW.version_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION courses_refuse_elsewhere_with_runs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM courses_courserun WHERE version_id = NEW.id) THEN
        RAISE EXCEPTION 'course version % has runs and is taught here', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER run_not_elsewhere BEFORE INSERT OR UPDATE OF version_id ON courses_courserun
    FOR EACH ROW EXECUTE FUNCTION courses_refuse_run_elsewhere();
CREATE TRIGGER course_version_elsewhere_without_runs BEFORE UPDATE OF external_url ON courses_courseversion
    FOR EACH ROW WHEN (NEW.external_url <> '' AND OLD.external_url = '')
    EXECUTE FUNCTION courses_refuse_elsewhere_with_runs();
"""

NO_GUARDS = """
DROP TRIGGER course_version_elsewhere_without_runs ON courses_courseversion;
DROP TRIGGER run_not_elsewhere ON courses_courserun;
DROP FUNCTION courses_refuse_elsewhere_with_runs();
DROP FUNCTION courses_refuse_run_elsewhere();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0003_published_stays'),
        ('learners', '0004_holidays'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HarvestSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('default_kind_of_credit', models.CharField(choices=[('ACADEMIC', 'Academic'), ('VOCATIONAL', 'Vocational'), ('COMMUNITY', 'Community and culture')], default='COMMUNITY', max_length=12)),
                ('default_format', models.CharField(choices=[('ONLINE', 'Online'), ('IN_PERSON', 'In person'), ('BLENDED', 'Blended')], default='IN_PERSON', max_length=10)),
                ('default_language', models.CharField(default='vi', max_length=2)),
                ('default_minutes', models.PositiveIntegerField(default=0)),
                ('publish', models.BooleanField(default=False)),
                ('skip_refused', models.BooleanField(default=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('address', models.CharField(max_length=500, verbose_name='address')),
                ('period', models.CharField(choices=[('DAILY', 'Every night'), ('WEEKLY', 'Once a week')], max_length=8, verbose_name='how often')),
                ('created_at', models.DateTimeField()),
                ('next_at', models.DateTimeField()),
                ('fetched_at', models.DateTimeField(blank=True, null=True)),
                ('content_hash', models.CharField(blank=True, max_length=64)),
                ('problem', models.CharField(blank=True, max_length=400)),
                ('stopped_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'harvest source',
                'verbose_name_plural': 'harvest sources',
                'ordering': ['created_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ImportedCourse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('said_before', models.JSONField(null=True)),
                ('said', models.CharField(max_length=64)),
                ('outcome', models.CharField(choices=[('NEW', 'New'), ('CHANGED', 'Changed')], max_length=8)),
            ],
        ),
        migrations.CreateModel(
            name='ImportFault',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.CharField(blank=True, max_length=200)),
                ('line', models.PositiveIntegerField()),
                ('column', models.CharField(blank=True, max_length=200)),
                ('problem', models.CharField(max_length=600)),
                ('fix', models.CharField(max_length=600)),
            ],
        ),
        migrations.CreateModel(
            name='ImportJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('default_kind_of_credit', models.CharField(choices=[('ACADEMIC', 'Academic'), ('VOCATIONAL', 'Vocational'), ('COMMUNITY', 'Community and culture')], default='COMMUNITY', max_length=12)),
                ('default_format', models.CharField(choices=[('ONLINE', 'Online'), ('IN_PERSON', 'In person'), ('BLENDED', 'Blended')], default='IN_PERSON', max_length=10)),
                ('default_language', models.CharField(default='vi', max_length=2)),
                ('default_minutes', models.PositiveIntegerField(default=0)),
                ('publish', models.BooleanField(default=False)),
                ('skip_refused', models.BooleanField(default=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField()),
                ('creation_key', models.UUIDField(editable=False, null=True, unique=True)),
                ('language', models.CharField(max_length=2)),
                ('file_name', models.CharField(max_length=200)),
                ('bytes_count', models.PositiveIntegerField()),
                ('source', models.CharField(max_length=60)),
                ('told', models.CharField(blank=True, max_length=600)),
                ('header', models.JSONField(default=list)),
                ('samples', models.JSONField(default=list)),
                ('rows_about', models.PositiveIntegerField(default=0)),
                ('names', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('MAPPING', 'Columns to be chosen'), ('CHECKING', 'Being checked'), ('CHECKED', 'Checked, nothing saved yet'), ('RUNNING', 'Being imported'), ('DONE', 'Imported'), ('UNDOING', 'Being undone'), ('UNDONE', 'Undone'), ('FAILED', 'Refused'), ('DROPPED', 'Thrown away')], default='MAPPING', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('new', models.PositiveIntegerField(default=0)),
                ('changed', models.PositiveIntegerField(default=0)),
                ('unchanged', models.PositiveIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('faults_count', models.PositiveIntegerField(default=0)),
                ('problem', models.TextField(blank=True)),
                ('checked_at', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('undone', models.PositiveIntegerField(default=0)),
                ('left', models.JSONField(default=list)),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='LinkCheck',
            fields=[
                ('course', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='link_check', serialize=False, to='courses.course')),
                ('address', models.CharField(max_length=500)),
                ('next_at', models.DateTimeField()),
                ('checked_at', models.DateTimeField(blank=True, null=True)),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('problem', models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='courseversion',
            name='course_version_credit_follows_hours',
        ),
        migrations.AddField(
            model_name='course',
            name='link_dead_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='courseversion',
            name='external_url',
            field=models.CharField(blank=True, max_length=500, verbose_name='taught at'),
        ),
        migrations.AlterField(
            model_name='courseversion',
            name='cost_vnd',
            field=models.PositiveBigIntegerField(blank=True, default=0, null=True, verbose_name='cost, đồng'),
        ),
        migrations.AlterField(
            model_name='courseversion',
            name='languages',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('vi', 'Vietnamese'), ('en', 'English'), ('km', 'Khmer'), ('ja', 'Japanese'), ('zh', 'Chinese'), ('ko', 'Korean'), ('fr', 'French'), ('de', 'German'), ('ru', 'Russian'), ('es', 'Spanish')], max_length=2), default=list, size=None, verbose_name='languages'),
        ),
        migrations.AddConstraint(
            model_name='courseversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cost_vnd__isnull', False), ('credit_hundredths__gt', 0), ('external_url', ''), ('notional_minutes', django.db.models.expressions.CombinedExpression(models.F('credit_hundredths'), '*', models.Value(30)))), models.Q(models.Q(('external_url', ''), _negated=True), ('credit_hundredths', 0)), _connector='OR'), name='course_version_credit_follows_hours'),
        ),
        migrations.AddConstraint(
            model_name='courseversion',
            constraint=models.CheckConstraint(condition=models.Q(('external_url', ''), ('external_url__iregex', '^https?://[^[:space:]]+$'), _connector='OR'), name='course_version_external_url'),
        ),
        migrations.AddField(
            model_name='harvestsource',
            name='created_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='harvestsource',
            name='default_field',
            field=models.ForeignKey(default='9999', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.field'),
        ),
        migrations.AddField(
            model_name='harvestsource',
            name='provider',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='harvest_sources', to='learners.organization'),
        ),
        migrations.AddField(
            model_name='importedcourse',
            name='before',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.courseversion'),
        ),
        migrations.AddField(
            model_name='importedcourse',
            name='course',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.course'),
        ),
        migrations.AddField(
            model_name='importedcourse',
            name='version',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='courses.courseversion'),
        ),
        migrations.CreateModel(
            name='ImportFile',
            fields=[
                ('job', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='file', serialize=False, to='courses.importjob')),
                ('content', models.BinaryField()),
            ],
        ),
        migrations.AddField(
            model_name='importjob',
            name='asked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='importjob',
            name='created_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='importjob',
            name='default_field',
            field=models.ForeignKey(default='9999', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.field'),
        ),
        migrations.AddField(
            model_name='importjob',
            name='done_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='importjob',
            name='harvest',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='imports', to='courses.harvestsource'),
        ),
        migrations.AddField(
            model_name='importjob',
            name='provider',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='imports', to='learners.organization'),
        ),
        migrations.AddField(
            model_name='importjob',
            name='undone_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='importfault',
            name='job',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='faults', to='courses.importjob'),
        ),
        migrations.AddField(
            model_name='importedcourse',
            name='job',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='courses', to='courses.importjob'),
        ),
        migrations.AddIndex(
            model_name='linkcheck',
            index=models.Index(fields=['next_at'], name='link_check_due'),
        ),
        migrations.AddConstraint(
            model_name='harvestsource',
            constraint=models.UniqueConstraint(condition=models.Q(('stopped_at__isnull', True)), fields=('provider', 'address'), name='harvest_source_once'),
        ),
        migrations.AddConstraint(
            model_name='harvestsource',
            constraint=models.CheckConstraint(condition=models.Q(('address__iregex', '^https?://[^[:space:]]+$')), name='harvest_source_address'),
        ),
        migrations.AddIndex(
            model_name='importjob',
            index=models.Index(condition=models.Q(('state__in', ['CHECKING', 'RUNNING', 'UNDOING'])), fields=['id'], name='import_job_waiting'),
        ),
        migrations.AddIndex(
            model_name='importjob',
            index=models.Index(fields=['provider', '-created_at'], name='import_job_by_provider'),
        ),
        migrations.AddConstraint(
            model_name='importjob',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', True), ('done_by__isnull', True)), models.Q(('done_at__isnull', False), ('done_by__isnull', False)), _connector='OR'), name='import_job_done_complete'),
        ),
        migrations.AddConstraint(
            model_name='importjob',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['CHECKING', 'RUNNING', 'UNDOING']), _negated=True), ('asked_by__isnull', False), _connector='OR'), name='import_job_asked_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='importjob',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['DONE', 'UNDOING', 'UNDONE']), _negated=True), ('done_at__isnull', False), _connector='OR'), name='import_job_done_said'),
        ),
        migrations.AddConstraint(
            model_name='importjob',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'UNDONE'), _negated=True), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False)), _connector='OR'), name='import_job_undone_said'),
        ),
        migrations.AddIndex(
            model_name='importfault',
            index=models.Index(fields=['job', 'sheet', 'line', 'id'], name='import_fault_in_order'),
        ),
        migrations.AddConstraint(
            model_name='importedcourse',
            constraint=models.UniqueConstraint(fields=('job', 'course'), name='imported_course_once'),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
