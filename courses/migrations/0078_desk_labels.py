"""Names of the fields that the curators' desk shows; nothing changes in the database."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0077_groups_end'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='attendanceflag',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AlterField(
            model_name='attendanceflag',
            name='records',
            field=models.ManyToManyField(blank=True, related_name='+', to='courses.attendancerecord', verbose_name='attendance records'),
        ),
        migrations.AlterField(
            model_name='attendanceflag',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendance_flags', to='courses.courserun', verbose_name='course run'),
        ),
        migrations.AlterField(
            model_name='attendanceobjection',
            name='answered_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='answered'),
        ),
        migrations.AlterField(
            model_name='attendanceobjection',
            name='answered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by'),
        ),
        migrations.AlterField(
            model_name='attendanceobjection',
            name='class_session',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendance_objections', to='courses.classsession', verbose_name='class session'),
        ),
        migrations.AlterField(
            model_name='attendanceobjection',
            name='enrollment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendance_objections', to='courses.enrollment', verbose_name='enrolment'),
        ),
        migrations.AlterField(
            model_name='attendanceobjection',
            name='escalated_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='with the curators since'),
        ),
        migrations.AlterField(
            model_name='attendanceobjection',
            name='opened_at',
            field=models.DateTimeField(verbose_name='made'),
        ),
        migrations.AlterField(
            model_name='attendanceobjection',
            name='record',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='courses.attendancerecord', verbose_name='attendance record'),
        ),
        migrations.AlterField(
            model_name='attendancerecord',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendance_recorded', to=settings.AUTH_USER_MODEL, verbose_name='recorded by'),
        ),
        migrations.AlterField(
            model_name='attendancerecord',
            name='superseded_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='replaced by a newer entry'),
        ),
        migrations.AlterField(
            model_name='completionword',
            name='given_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by'),
        ),
        migrations.AlterField(
            model_name='courseversion',
            name='course',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='courses.course', verbose_name='course'),
        ),
        migrations.AlterField(
            model_name='courseversion',
            name='created_at',
            field=models.DateTimeField(verbose_name='created'),
        ),
        migrations.AlterField(
            model_name='courseversion',
            name='created_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by'),
        ),
        migrations.AlterField(
            model_name='courseversion',
            name='discarded_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='thrown away'),
        ),
        migrations.AlterField(
            model_name='courseversion',
            name='discarded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='thrown away by'),
        ),
        migrations.AlterField(
            model_name='courseversion',
            name='edited_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='last edited'),
        ),
        migrations.AlterField(
            model_name='courseversion',
            name='edited_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='last edited by'),
        ),
        migrations.AlterField(
            model_name='courseversion',
            name='number',
            field=models.PositiveIntegerField(verbose_name='version'),
        ),
        migrations.AlterField(
            model_name='courseversion',
            name='published_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='published on'),
        ),
        migrations.AlterField(
            model_name='courseversion',
            name='published_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by'),
        ),
        migrations.AlterField(
            model_name='courseversion',
            name='submitted_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='submitted by'),
        ),
        migrations.AlterField(
            model_name='courseversion',
            name='tags',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='keywords'),
        ),
        migrations.AlterField(
            model_name='feedback',
            name='can_do',
            field=models.BooleanField(null=True, verbose_name='can now do what was promised'),
        ),
        migrations.AlterField(
            model_name='feedback',
            name='edited_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='last edited'),
        ),
        migrations.AlterField(
            model_name='feedback',
            name='request',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='feedback', to='courses.feedbackrequest', verbose_name='invitation to review'),
        ),
        migrations.AlterField(
            model_name='placerequest',
            name='managers_told_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='managers told'),
        ),
        migrations.AlterField(
            model_name='placerequest',
            name='reminded_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='reminded'),
        ),
        migrations.AlterField(
            model_name='placerequest',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='place_requests', to='courses.courserun', verbose_name='course run'),
        ),
        migrations.AlterField(
            model_name='resultentry',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by'),
        ),
        migrations.AlterField(
            model_name='review',
            name='decided_at',
            field=models.DateTimeField(verbose_name='decided'),
        ),
        migrations.AlterField(
            model_name='review',
            name='decision',
            field=models.CharField(choices=[('PUBLISHED', 'Published'), ('RETURNED', 'Returned with reasons')], max_length=10, verbose_name='decision'),
        ),
        migrations.AlterField(
            model_name='sessionchange',
            name='changed_at',
            field=models.DateTimeField(verbose_name='changed on'),
        ),
        migrations.AlterField(
            model_name='sessionchange',
            name='changed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by'),
        ),
        migrations.AlterField(
            model_name='sessionchange',
            name='class_session',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='courses.classsession', verbose_name='class session'),
        ),
        migrations.AlterField(
            model_name='sessionchange',
            name='ends_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='ends'),
        ),
        migrations.AlterField(
            model_name='sessionchange',
            name='ends_at_before',
            field=models.DateTimeField(blank=True, null=True, verbose_name='end before the change'),
        ),
        migrations.AlterField(
            model_name='sessionchange',
            name='makes_up_for',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='made_up_by', to='courses.sessionchange', verbose_name='makes up for'),
        ),
        migrations.AlterField(
            model_name='sessionchange',
            name='number',
            field=models.PositiveIntegerField(verbose_name='number of the change'),
        ),
        migrations.AlterField(
            model_name='sessionchange',
            name='starts_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='starts'),
        ),
        migrations.AlterField(
            model_name='sessionchange',
            name='starts_at_before',
            field=models.DateTimeField(blank=True, null=True, verbose_name='start before the change'),
        ),
        migrations.AlterField(
            model_name='uncountedmark',
            name='said_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uncounted_marks_said', to=settings.AUTH_USER_MODEL, verbose_name='recorded by'),
        ),
        migrations.AlterField(
            model_name='walkin',
            name='claimed_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='became an enrolment'),
        ),
        migrations.AlterField(
            model_name='walkin',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='walk_ins_recorded', to=settings.AUTH_USER_MODEL, verbose_name='recorded by'),
        ),
    ]
