"""
Class sessions are moved, cancelled and added, with their history; what has been marked stays where it is.

The action locks and looks first (``courses.actions.session``); this is the net under it, for whatever else writes.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARDS = """
-- What was attended was attended then: neither moved nor cancelled. And what is cancelled stays so.
CREATE FUNCTION courses_session_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.cancelled_at IS NOT NULL THEN
        RAISE EXCEPTION 'class session % is cancelled and stays so', OLD.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'courses_cancelled_session_stays';
    END IF;
    IF EXISTS (SELECT FROM courses_attendancerecord WHERE class_session_id = OLD.id) THEN
        RAISE EXCEPTION 'class session % has attendance on record', OLD.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'courses_marked_session_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER courses_session_stays BEFORE UPDATE OF starts_at, ends_at, cancelled_at ON courses_classsession
    FOR EACH ROW WHEN ((OLD.starts_at, OLD.ends_at, OLD.cancelled_at)
                       IS DISTINCT FROM (NEW.starts_at, NEW.ends_at, NEW.cancelled_at))
    EXECUTE FUNCTION courses_session_stays();

-- Nobody is marked at a session that is cancelled. The session is held still, so that it is not moved or cancelled by
-- somebody who did not see this mark yet; many may mark at once.
CREATE FUNCTION courses_mark_of_a_session_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM courses_classsession WHERE id = NEW.class_session_id AND cancelled_at IS NULL FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'class session % is cancelled', NEW.class_session_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'courses_mark_of_a_session_held';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER courses_mark_of_a_session_held BEFORE INSERT ON courses_attendancerecord
    FOR EACH ROW EXECUTE FUNCTION courses_mark_of_a_session_held();

CREATE FUNCTION courses_change_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what has changed about a class stays on record'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'courses_change_stays';
END $$;
CREATE TRIGGER courses_change_stays BEFORE UPDATE OR DELETE ON courses_sessionchange
    FOR EACH ROW EXECUTE FUNCTION courses_change_stays();
"""
NO_GUARDS = """
DROP TRIGGER courses_change_stays ON courses_sessionchange;
DROP FUNCTION courses_change_stays();
DROP TRIGGER courses_mark_of_a_session_held ON courses_attendancerecord;
DROP FUNCTION courses_mark_of_a_session_held();
DROP TRIGGER courses_session_stays ON courses_classsession;
DROP FUNCTION courses_session_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0030_waiting_list"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='classsession',
            name='changed_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='classsession',
            name='note',
            field=models.CharField(blank=True, max_length=120, verbose_name='room, or what else to know'),
        ),
        migrations.AddField(
            model_name='classsession',
            name='revision',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.CreateModel(
            name='SessionChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('MOVED', 'Moved'), ('CANCELLED', 'Cancelled'), ('ADDED', 'Added')], max_length=9, verbose_name='what has changed')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('note', models.CharField(blank=True, max_length=120, verbose_name='room, or what else to know')),
                ('starts_at_before', models.DateTimeField(blank=True, null=True)),
                ('ends_at_before', models.DateTimeField(blank=True, null=True)),
                ('starts_at', models.DateTimeField(blank=True, null=True)),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('changed_at', models.DateTimeField()),
                (
                    "makes_up_for",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="made_up_by",
                        to="courses.sessionchange",
                    ),
                ),
                ('creation_key', models.UUIDField(editable=False, null=True, unique=True)),
                ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('class_session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='courses.classsession')),
            ],
            options={
                'verbose_name': 'change of a class session',
                'verbose_name_plural': 'changes of class sessions',
                'ordering': ['changed_at', 'id'],
                'constraints': [models.UniqueConstraint(fields=('class_session', 'number'), name='session_change_number'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='session_change_has_reason'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'MOVED'), ('starts_at__isnull', False), ('starts_at_before__isnull', False)), models.Q(('kind', 'CANCELLED'), ('starts_at__isnull', True), ('starts_at_before__isnull', False)), models.Q(('kind', 'ADDED'), ('starts_at__isnull', False), ('starts_at_before__isnull', True)), _connector='OR'), name='session_change_complete'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('ends_at__isnull', True), ('starts_at__isnull', True)), models.Q(('ends_at__gt', models.F('starts_at')), ('ends_at__isnull', False), ('starts_at__isnull', False)), _connector='OR'), models.Q(models.Q(('ends_at_before__isnull', True), ('starts_at_before__isnull', True)), models.Q(('ends_at_before__isnull', False), ('starts_at_before__isnull', False)), _connector='OR')), name='session_change_times_paired')],
            },
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
