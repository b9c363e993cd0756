"""
Wishes to learn and what is answered to them; what a learner does not want suggested.

An answer is never changed, and names a run of the organisation that answers: the database refuses the rest.
"""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARDS = """
CREATE FUNCTION courses_wish_answer_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an answer to a wish is never changed: a new one stands in its place'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER courses_wish_answer_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON courses_wishanswer
    FOR EACH STATEMENT EXECUTE FUNCTION courses_wish_answer_stays();

CREATE FUNCTION courses_wish_answer_own_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.run_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM courses_courserun r
        JOIN courses_courseversion v ON v.id = r.version_id
        JOIN courses_course c ON c.id = v.course_id
        WHERE r.id = NEW.run_id AND c.provider_id = NEW.organization_id
    ) THEN
        RAISE EXCEPTION 'run % is not one of organization %', NEW.run_id, NEW.organization_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER courses_wish_answer_own_run BEFORE INSERT ON courses_wishanswer
    FOR EACH ROW EXECUTE FUNCTION courses_wish_answer_own_run();
"""
NO_GUARDS = """
DROP TRIGGER courses_wish_answer_own_run ON courses_wishanswer;
DROP TRIGGER courses_wish_answer_stays ON courses_wishanswer;
DROP FUNCTION courses_wish_answer_own_run();
DROP FUNCTION courses_wish_answer_stays();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0006_imports'),
        ('learners', '0004_holidays'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Wish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('topic', models.CharField(max_length=120, verbose_name='topic')),
                ('topic_fold', models.CharField(max_length=120)),
                ('created_at', models.DateTimeField(verbose_name='first asked')),
                ('hidden_at', models.DateTimeField(blank=True, null=True, verbose_name='hidden')),
                ('hidden_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='hidden by')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wishes', to='learners.place', verbose_name='commune, ward')),
            ],
            options={
                'verbose_name': 'wish',
                'verbose_name_plural': 'wishes',
            },
        ),
        migrations.CreateModel(
            name='WishAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('PLANNED', 'We are planning a class'), ('OPEN', 'A class is open for enrolment'), ('CANNOT', 'We cannot offer it')], max_length=8)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('answered_at', models.DateTimeField()),
                ('answered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wish_answers', to='learners.organization')),
                ('run', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='wishes_answered', to='courses.courserun')),
                ('wish', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='courses.wish')),
            ],
        ),
        migrations.CreateModel(
            name='WishProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('proposed_at', models.DateTimeField()),
                ('dismissed_at', models.DateTimeField(blank=True, null=True)),
                ('dismissed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wish_proposals', to='courses.courserun')),
                ('wish', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='courses.wish')),
            ],
        ),
        migrations.CreateModel(
            name='WishVoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('times', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('weekday_morning', 'Monday to Friday, in the morning'), ('weekday_afternoon', 'Monday to Friday, in the afternoon'), ('weekday_evening', 'Monday to Friday, in the evening'), ('weekend_day', 'At the weekend, by day'), ('weekend_evening', 'At the weekend, in the evening')], max_length=20), blank=True, default=list, size=None)),
                ('asked_at', models.DateTimeField()),
                ('kept_at', models.DateTimeField()),
                ('asked_again_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_how', models.CharField(blank=True, choices=[('WITHDRAWN', 'No longer wanted'), ('LAPSED', 'No reply to whether it is still wanted')], max_length=10)),
                ('learner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wish_voices', to=settings.AUTH_USER_MODEL)),
                ('wish', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='voices', to='courses.wish')),
            ],
        ),
        migrations.CreateModel(
            name='SuggestionRefusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('refused_at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.course')),
                ('learner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='suggestion_refusals', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('learner', 'course'), name='suggestion_refusal_once'), models.CheckConstraint(condition=models.Q(('undone_at__isnull', True), ('undone_at__gte', models.F('refused_at')), _connector='OR'), name='suggestion_refusal_undone_after')],
            },
        ),
        migrations.AddConstraint(
            model_name='wish',
            constraint=models.UniqueConstraint(fields=('place', 'topic_fold'), name='wish_once_a_place'),
        ),
        migrations.AddConstraint(
            model_name='wish',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('topic', ''), _negated=True), models.Q(('topic_fold', ''), _negated=True)), name='wish_says_something'),
        ),
        migrations.AddConstraint(
            model_name='wish',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('hidden_at__isnull', True), ('hidden_by__isnull', True)), models.Q(('hidden_at__isnull', False), ('hidden_by__isnull', False)), _connector='OR'), name='wish_hiding_complete'),
        ),
        migrations.AddIndex(
            model_name='wishanswer',
            index=models.Index(fields=['wish', 'organization', '-answered_at'], name='wish_answer_newest'),
        ),
        migrations.AddConstraint(
            model_name='wishanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'OPEN'), ('run__isnull', False)), models.Q(models.Q(('kind', 'OPEN'), _negated=True), ('run__isnull', True)), _connector='OR'), name='wish_answer_open_with_run'),
        ),
        migrations.AddConstraint(
            model_name='wishanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'CANNOT'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='wish_answer_no_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='wishproposal',
            constraint=models.UniqueConstraint(fields=('wish', 'run'), name='wish_proposal_once'),
        ),
        migrations.AddConstraint(
            model_name='wishproposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('dismissed_at__isnull', True), ('dismissed_by__isnull', True)), models.Q(('dismissed_at__isnull', False), ('dismissed_by__isnull', False)), _connector='OR'), name='wish_proposal_dismissal_complete'),
        ),
        migrations.AddIndex(
            model_name='wishvoice',
            index=models.Index(fields=['learner', '-asked_at'], name='wish_voice_by_learner'),
        ),
        migrations.AddIndex(
            model_name='wishvoice',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['kept_at'], name='wish_voice_kept'),
        ),
        migrations.AddConstraint(
            model_name='wishvoice',
            constraint=models.UniqueConstraint(fields=('wish', 'learner'), name='wish_voice_once'),
        ),
        migrations.AddConstraint(
            model_name='wishvoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_how', '')), models.Q(('ended_at__isnull', False), models.Q(('ended_how', ''), _negated=True)), _connector='OR'), name='wish_voice_end_complete'),
        ),
        migrations.AddConstraint(
            model_name='wishvoice',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('asked_at')), _connector='OR'), name='wish_voice_ends_after_start'),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
