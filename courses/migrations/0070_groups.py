"""
Groups: people whose seats are taken and offered at once or not at all.

The action locks and looks first (``courses.actions.offering``); this is the net under it, for whatever else writes.
"""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

GUARDS = """
-- Who waits with a group waits for the course of the group.
ALTER TABLE courses_waitingrequest ADD CONSTRAINT waiting_request_group_of_its_course
    FOREIGN KEY (group_id, course_id) REFERENCES courses_enrollmentgroup (id, course_id);

-- One may leave a group and wait alone; into a group one comes by the request that is made with it.
CREATE FUNCTION courses_waiting_with_whom() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'request % is of no other group', OLD.id
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'courses_waiting_with_whom';
END $$;
CREATE TRIGGER courses_waiting_with_whom BEFORE UPDATE OF group_id ON courses_waitingrequest
    FOR EACH ROW WHEN (NEW.group_id IS NOT NULL AND NEW.group_id IS DISTINCT FROM OLD.group_id)
    EXECUTE FUNCTION courses_waiting_with_whom();

-- Seats of a run are offered to a whole group in one statement: to everybody of it who is next there, or to nobody.
-- Who is next is what courses.queries.waiting says: not offered a seat, not seated there, not teaching, not gone.
CREATE FUNCTION courses_group_together() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    apart record;
BEGIN
    SELECT r.group_id, c.run_id INTO apart
    FROM courses_waitingchoice c
    JOIN courses_waitingrequest r ON r.id = c.request_id
    JOIN learners_learner l ON l.id = r.learner_id
    WHERE (r.group_id, c.run_id) IN (
            SELECT q.group_id, n.run_id FROM new_rows n JOIN courses_waitingrequest q ON q.id = n.request_id
            WHERE n.outcome = '' AND q.group_id IS NOT NULL)
        AND c.ended_at IS NULL AND l.is_active AND l.merged_into_id IS NULL
        AND NOT EXISTS (SELECT FROM courses_seatoffer o WHERE o.request_id = r.id AND o.outcome = '')
        AND NOT EXISTS (SELECT FROM courses_enrollment e WHERE e.run_id = c.run_id AND e.learner_id = r.learner_id
                        AND e.state IN ('ENROLLED', 'COMPLETED', 'NOT_COMPLETED'))
        AND NOT EXISTS (SELECT FROM courses_runinstructor i WHERE i.run_id = c.run_id AND i.learner_id = r.learner_id)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'group % would be offered seats of run % for some of it only', apart.group_id, apart.run_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'courses_group_together';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER courses_group_together AFTER INSERT ON courses_seatoffer
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION courses_group_together();
"""
NO_GUARDS = """
DROP TRIGGER courses_group_together ON courses_seatoffer;
DROP FUNCTION courses_group_together();
DROP TRIGGER courses_waiting_with_whom ON courses_waitingrequest;
DROP FUNCTION courses_waiting_with_whom();
ALTER TABLE courses_waitingrequest DROP CONSTRAINT waiting_request_group_of_its_course;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0069_results_and_words'),
        ('learners', '0062_confirmed_year_follows'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EnrollmentGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('creation_key', models.UUIDField(editable=False, unique=True)),
                ('made_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('split_at', models.DateTimeField(blank=True, null=True)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrollment_groups', to='courses.course')),
                ('leader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='groups_led', to=settings.AUTH_USER_MODEL)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrollment_groups', to='courses.courserun')),
            ],
            options={
                'verbose_name': 'group',
                'verbose_name_plural': 'groups',
            },
        ),
        migrations.AddField(
            model_name='enrollment',
            name='group',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='enrollments', to='courses.enrollmentgroup'),
        ),
        migrations.AddField(
            model_name='waitingrequest',
            name='group',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='waiting_requests', to='courses.enrollmentgroup'),
        ),
        migrations.CreateModel(
            name='GroupMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('position', models.PositiveSmallIntegerField()),
                ('joined_at', models.DateTimeField(blank=True, null=True)),
                ('left_at', models.DateTimeField(blank=True, null=True)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='courses.enrollmentgroup')),
                ('guardian', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learners.guardian')),
                ('learner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='group_memberships', to=settings.AUTH_USER_MODEL)),
                ('mandate', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learners.mandate')),
            ],
            options={
                'verbose_name': 'member of a group',
                'verbose_name_plural': 'members of groups',
                'ordering': ['position'],
            },
        ),
        migrations.AddConstraint(
            model_name='enrollmentgroup',
            constraint=models.UniqueConstraint(fields=('id', 'course'), name='enrollment_group_identity'),
        ),
        migrations.AddConstraint(
            model_name='enrollmentgroup',
            constraint=models.CheckConstraint(condition=models.Q(('split_at__isnull', True), ('settled_at__isnull', False), _connector='OR'), name='enrollment_group_split_settled'),
        ),
        migrations.AddConstraint(
            model_name='groupmember',
            constraint=models.UniqueConstraint(fields=('group', 'position'), name='group_member_position'),
        ),
        migrations.AddConstraint(
            model_name='groupmember',
            constraint=models.CheckConstraint(condition=models.Q(('position__range', (1, 10))), name='group_member_count'),
        ),
        migrations.AddConstraint(
            model_name='groupmember',
            constraint=models.UniqueConstraint(condition=models.Q(('left_at__isnull', True)), fields=('group', 'learner'), name='group_member_once'),
        ),
        migrations.AddConstraint(
            model_name='groupmember',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('guardian__isnull', True), ('joined_at__isnull', True), ('learner__isnull', True), ('mandate__isnull', True)), models.Q(('joined_at__isnull', False), ('learner__isnull', False)), _connector='OR'), name='group_member_joined_complete'),
        ),
        migrations.AddConstraint(
            model_name='groupmember',
            constraint=models.CheckConstraint(condition=models.Q(('guardian__isnull', True), ('mandate__isnull', True), _connector='OR'), name='group_member_acted_for_by_one'),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
