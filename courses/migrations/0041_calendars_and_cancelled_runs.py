"""
Calendar addresses, links of classes online, runs cancelled with a reason, people moved to another run.

The action locks and looks first (``courses.actions.run_cancel``); this is the net under it, for whatever else writes.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARDS = """
-- Nobody takes a place in a run that is cancelled. The run is locked as by who counts its seats (0030).
CREATE FUNCTION courses_place_in_a_run_held() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    off_at timestamptz;
BEGIN
    SELECT cancelled_at INTO off_at FROM courses_courserun WHERE id = NEW.run_id FOR NO KEY UPDATE;
    IF off_at IS NOT NULL THEN
        RAISE EXCEPTION 'run % is cancelled', NEW.run_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'courses_place_in_a_run_held';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER courses_place_in_a_run_held BEFORE INSERT OR UPDATE OF state, run_id ON courses_enrollment
    FOR EACH ROW WHEN (NEW.state = 'ENROLLED') EXECUTE FUNCTION courses_place_in_a_run_held();
"""
NO_GUARDS = """
DROP TRIGGER courses_place_in_a_run_held ON courses_enrollment;
DROP FUNCTION courses_place_in_a_run_held();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0040_session_changes'),
        ('credits', '0019_who_people_are'),
        ('learners', '0050_kinds_of_letters'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'calendar address',
                'verbose_name_plural': 'calendar addresses',
            },
        ),
        migrations.AddField(
            model_name='courserun',
            name='cancel_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='reason'),
        ),
        migrations.AddField(
            model_name='courserun',
            name='cancelled_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='courserun',
            name='meeting_url',
            field=models.URLField(blank=True, max_length=400, verbose_name='meeting link'),
        ),
        migrations.AddField(
            model_name='enrollment',
            name='moved_to',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moved_from', to='courses.enrollment'),
        ),
        migrations.AddConstraint(
            model_name='courserun',
            constraint=models.CheckConstraint(condition=models.Q(('cancelled_at__isnull', False), models.Q(('cancel_reason', ''), ('cancelled_by__isnull', True)), _connector='OR'), name='course_run_cancelled_by_when_cancelled'),
        ),
        migrations.AddConstraint(
            model_name='courserun',
            constraint=models.CheckConstraint(condition=models.Q(('meeting_url', ''), models.Q(('meeting_url__regex', '^https://[^[:space:]]+$'), ('venue', '')), _connector='OR'), name='course_run_meeting_url'),
        ),
        migrations.AddConstraint(
            model_name='enrollment',
            constraint=models.CheckConstraint(condition=models.Q(('moved_to__isnull', True), ('state', 'CANCELLED'), _connector='OR'), name='enrollment_moved_is_cancelled'),
        ),
        migrations.AddField(
            model_name='calendarfeed',
            name='learner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calendar_feeds', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='calendarfeed',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('learner',), name='calendar_feed_one_open'),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
