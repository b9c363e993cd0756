"""
What a run asks of those who would take part, and requests for a place where its organization decides.

The turn in a line is of one sequence for both, so that who is approved late keeps the turn of the day they asked.
"""

import courses.models.waiting
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models



GUARDS = """
-- What is decided stays decided, and what was asked stays as it was; a merge may change whose it is, an erasure its words.
CREATE FUNCTION courses_place_request_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.outcome <> '' AND (NEW.outcome, NEW.decided_at, NEW.decided_by_id, NEW.first_by_id, NEW.first_at)
            IS DISTINCT FROM (OLD.outcome, OLD.decided_at, OLD.decided_by_id, OLD.first_by_id, OLD.first_at))
        OR (OLD.outcome <> '' AND NEW.reason <> OLD.reason AND NOT portal_is_erasing())
        OR (NEW.run_id, NEW.turn, NEW.asked_at, NEW.due_at)
            IS DISTINCT FROM (OLD.run_id, OLD.turn, OLD.asked_at, OLD.due_at) THEN
        RAISE EXCEPTION 'request % for a place is decided once, and nothing else of it changes', OLD.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'courses_place_request_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER courses_place_request_stays BEFORE UPDATE ON courses_placerequest
    FOR EACH ROW EXECUTE FUNCTION courses_place_request_stays();

-- With the owner's rights, as courses_erase: the reason somebody was refused with is about them.
CREATE FUNCTION courses_erase_requests(person bigint) RETURNS integer LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    done integer;
BEGIN
    PERFORM portal_only_of_closed(person);
    PERFORM set_config('portal.erasing', 'on', true);
    UPDATE courses_placerequest SET reason = '—' WHERE learner_id = person AND reason <> '';
    GET DIAGNOSTICS done = ROW_COUNT;
    PERFORM set_config('portal.erasing', '', true);
    RETURN done;
END $$;
"""
NO_GUARDS = """
DROP FUNCTION courses_erase_requests(bigint);
DROP TRIGGER courses_place_request_stays ON courses_placerequest;
DROP FUNCTION courses_place_request_stays();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0052_odd_attendance'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE courses_turn;", "DROP SEQUENCE courses_turn;"),
        migrations.CreateModel(
            name='EnrollmentTerms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('age_min', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='youngest age')),
                ('age_max', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='oldest age')),
                ('approval_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='days to decide')),
                ('approval_steps', models.PositiveSmallIntegerField(default=1, verbose_name='people who decide')),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'terms of a class',
                'verbose_name_plural': 'terms of classes',
            },
        ),
        migrations.CreateModel(
            name='LearnedElsewhere',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(max_length=200)),
                ('said_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='PlaceRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('turn', models.BigIntegerField(db_default=courses.models.waiting.NextTurn(), editable=False)),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('due_at', models.DateTimeField(verbose_name='due')),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('managers_told_at', models.DateTimeField(blank=True, null=True)),
                ('escalated_at', models.DateTimeField(blank=True, null=True, verbose_name='with the curators since')),
                ('first_at', models.DateTimeField(blank=True, null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('outcome', models.CharField(blank=True, choices=[('APPROVED', 'Approved'), ('REFUSED', 'Refused'), ('WITHDRAWN', 'Taken back'), ('CLOSED', 'Enrolment closed, or the class was cancelled')], max_length=10, verbose_name='decision')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
            ],
            options={
                'verbose_name': 'request for a place',
                'verbose_name_plural': 'requests for a place',
            },
        ),
        migrations.CreateModel(
            name='Prerequisite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word_suffices', models.BooleanField(default=False)),
            ],
        ),
        migrations.RemoveIndex(
            model_name='waitingchoice',
            name='waiting_line_of_run',
        ),
        migrations.AddField(
            model_name='waitingchoice',
            name='turn',
            field=models.BigIntegerField(db_default=courses.models.waiting.NextTurn(), editable=False),
        ),
        migrations.AddIndex(
            model_name='waitingchoice',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['run', 'turn'], name='waiting_line_of_run'),
        ),
        migrations.AddField(
            model_name='enrollmentterms',
            name='changed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='enrollmentterms',
            name='run',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='terms', to='courses.courserun'),
        ),
        migrations.AddField(
            model_name='learnedelsewhere',
            name='course',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.course'),
        ),
        migrations.AddField(
            model_name='learnedelsewhere',
            name='learner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='learnedelsewhere',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='learned_elsewhere', to='courses.courserun'),
        ),
        migrations.AddField(
            model_name='placerequest',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='placerequest',
            name='first_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='placerequest',
            name='learner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='place_requests', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='placerequest',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='place_requests', to='courses.courserun'),
        ),
        migrations.AddField(
            model_name='prerequisite',
            name='course',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.course'),
        ),
        migrations.AddField(
            model_name='prerequisite',
            name='terms',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prerequisites', to='courses.enrollmentterms'),
        ),
        migrations.AddConstraint(
            model_name='enrollmentterms',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('age_min__isnull', True), ('age_min__range', (1, 120)), _connector='OR'), models.Q(('age_max__isnull', True), ('age_max__range', (1, 120)), _connector='OR')), name='enrollment_terms_ages'),
        ),
        migrations.AddConstraint(
            model_name='enrollmentterms',
            constraint=models.CheckConstraint(condition=models.Q(('age_min__isnull', True), ('age_max__isnull', True), ('age_min__lte', models.F('age_max')), _connector='OR'), name='enrollment_terms_age_order'),
        ),
        migrations.AddConstraint(
            model_name='enrollmentterms',
            constraint=models.CheckConstraint(condition=models.Q(('approval_days__isnull', True), ('approval_days__range', (1, 14)), _connector='OR'), name='enrollment_terms_approval_days'),
        ),
        migrations.AddConstraint(
            model_name='enrollmentterms',
            constraint=models.CheckConstraint(condition=models.Q(('approval_steps__in', (1, 2))), name='enrollment_terms_approval_steps'),
        ),
        migrations.AddConstraint(
            model_name='learnedelsewhere',
            constraint=models.UniqueConstraint(fields=('learner', 'run', 'course'), name='learned_elsewhere_once'),
        ),
        migrations.AddIndex(
            model_name='placerequest',
            index=models.Index(condition=models.Q(('outcome', '')), fields=['due_at'], name='place_request_open_by_due'),
        ),
        migrations.AddIndex(
            model_name='placerequest',
            index=models.Index(condition=models.Q(('outcome', '')), fields=['run', 'turn'], name='place_request_open_of_run'),
        ),
        migrations.AddConstraint(
            model_name='placerequest',
            constraint=models.UniqueConstraint(condition=models.Q(('outcome', '')), fields=('learner', 'run'), name='place_request_one_open'),
        ),
        migrations.AddConstraint(
            model_name='placerequest',
            constraint=models.CheckConstraint(condition=models.Q(('due_at__gt', models.F('asked_at'))), name='place_request_has_time'),
        ),
        migrations.AddConstraint(
            model_name='placerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('outcome', '')), models.Q(('decided_at__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='place_request_decision_complete'),
        ),
        migrations.AddConstraint(
            model_name='placerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_by__isnull', False), ('outcome__in', ('APPROVED', 'REFUSED'))), models.Q(models.Q(('outcome__in', ('APPROVED', 'REFUSED')), _negated=True), ('decided_by__isnull', True)), _connector='OR'), name='place_request_decided_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='placerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('outcome', 'REFUSED'), _negated=True), ('reason', '')), models.Q(('outcome', 'REFUSED'), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='place_request_refused_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='placerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('first_at__isnull', True), ('first_by__isnull', True)), models.Q(('first_at__isnull', False), ('first_by__isnull', False)), _connector='OR'), name='place_request_first_complete'),
        ),
        migrations.AddConstraint(
            model_name='placerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'APPROVED'), _negated=True), ('first_by__isnull', True), models.Q(('first_by', models.F('decided_by')), _negated=True), _connector='OR'), name='place_request_two_people'),
        ),
        migrations.AddConstraint(
            model_name='prerequisite',
            constraint=models.UniqueConstraint(fields=('terms', 'course'), name='prerequisite_once'),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
