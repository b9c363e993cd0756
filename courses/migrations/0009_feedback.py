"""
Reviews by those who took part, what is decided about them, and the figures of a course.

The database lets nobody be asked who did not take part, keeps every earlier wording, hides only by a decision with a
reason, and counts what follows from reviews at every change.
"""

import datetime
import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

GUARDS = """
CREATE FUNCTION courses_feedback_row_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND portal_is_erasing() THEN
        RETURN NULL;  -- courses_erase, of a closed account
    END IF;
    RAISE EXCEPTION '% is never changed: a new row stands in its place', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER courses_feedbackedition_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON courses_feedbackedition
    FOR EACH STATEMENT EXECUTE FUNCTION courses_feedback_row_stays();
CREATE TRIGGER courses_feedbackreply_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON courses_feedbackreply
    FOR EACH STATEMENT EXECUTE FUNCTION courses_feedback_row_stays();
CREATE TRIGGER courses_feedbackreport_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON courses_feedbackreport
    FOR EACH STATEMENT EXECUTE FUNCTION courses_feedback_row_stays();
CREATE TRIGGER courses_feedbackobjection_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON courses_feedbackobjection
    FOR EACH STATEMENT EXECUTE FUNCTION courses_feedback_row_stays();
CREATE TRIGGER courses_moderationdecision_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON courses_moderationdecision
    FOR EACH STATEMENT EXECUTE FUNCTION courses_feedback_row_stays();
CREATE TRIGGER courses_feedback_stays BEFORE DELETE OR TRUNCATE ON courses_feedback
    FOR EACH STATEMENT EXECUTE FUNCTION courses_feedback_row_stays();
CREATE TRIGGER courses_feedbackrequest_stays BEFORE DELETE OR TRUNCATE ON courses_feedbackrequest
    FOR EACH STATEMENT EXECUTE FUNCTION courses_feedback_row_stays();

-- Who completed the run, or left it or saw it end after having taken part; nobody who works for the provider.
CREATE FUNCTION courses_feedback_of_participant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM courses_enrollment e
        JOIN courses_courserun r ON r.id = e.run_id
        JOIN courses_courseversion v ON v.id = r.version_id
        JOIN courses_course c ON c.id = v.course_id
        WHERE e.id = NEW.enrollment_id AND c.id = NEW.course_id
        AND (
            e.state = 'COMPLETED'
            OR (
                (e.state <> 'ENROLLED' OR r.ends_on < (NEW.asked_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
                AND (
                    EXISTS (
                        SELECT 1 FROM courses_attendancerecord a
                        WHERE a.enrollment_id = e.id AND a.superseded_at IS NULL AND a.status IN ('PRESENT', 'LATE')
                    )
                    OR EXISTS (SELECT 1 FROM courses_unitcompletion u WHERE u.enrollment_id = e.id)
                )
            )
        )
        AND NOT EXISTS (
            SELECT 1 FROM learners_membership m
            WHERE m.organization_id = c.provider_id AND m.learner_id = e.learner_id AND m.ended_at IS NULL
        )
    ) THEN
        RAISE EXCEPTION 'enrollment % is not one of a participant who may review course %', NEW.enrollment_id,
            NEW.course_id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER courses_feedback_of_participant BEFORE INSERT ON courses_feedbackrequest
    FOR EACH ROW EXECUTE FUNCTION courses_feedback_of_participant();

CREATE FUNCTION courses_feedback_given() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.hidden_at IS NOT NULL OR NOT EXISTS (
        SELECT 1 FROM courses_feedbackrequest q WHERE q.id = NEW.request_id AND q.course_id = NEW.course_id
    ) THEN
        RAISE EXCEPTION 'a review is of the course somebody was asked about, and begins shown'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER courses_feedback_given BEFORE INSERT ON courses_feedback
    FOR EACH ROW EXECUTE FUNCTION courses_feedback_given();

CREATE FUNCTION courses_feedback_keep_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF portal_is_erasing() THEN
        RETURN NEW;  -- nobody keeps what is erased
    END IF;
    IF NEW.edited_at IS NULL OR NEW.edited_at <= coalesce(OLD.edited_at, OLD.given_at) THEN
        RAISE EXCEPTION 'review % is changed without saying when', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    INSERT INTO courses_feedbackedition (feedback_id, stars, can_do, text, said_at, replaced_at)
    VALUES (OLD.id, OLD.stars, OLD.can_do, OLD.text, coalesce(OLD.edited_at, OLD.given_at), NEW.edited_at);
    RETURN NEW;
END $$;
CREATE TRIGGER courses_feedback_keep_edition BEFORE UPDATE ON courses_feedback FOR EACH ROW
    WHEN ((OLD.stars, OLD.can_do, OLD.text) IS DISTINCT FROM (NEW.stars, NEW.can_do, NEW.text))
    EXECUTE FUNCTION courses_feedback_keep_edition();

CREATE FUNCTION courses_moderation_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    hidden timestamptz;
    withdrawn timestamptz;
BEGIN
    SELECT hidden_at, withdrawn_at INTO hidden, withdrawn FROM courses_feedback
    WHERE id = NEW.feedback_id FOR NO KEY UPDATE;
    IF (hidden IS NULL) <> (NEW.kind IN ('HIDDEN', 'KEPT')) OR (withdrawn IS NOT NULL AND NEW.kind = 'HIDDEN') THEN
        RAISE EXCEPTION 'decision % does not follow from what review % is', NEW.kind, NEW.feedback_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER courses_moderation_follows BEFORE INSERT ON courses_moderationdecision
    FOR EACH ROW EXECUTE FUNCTION courses_moderation_follows();

CREATE FUNCTION courses_objection_answered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM courses_feedbackobjection o JOIN courses_moderationdecision d ON d.id = o.decision_id
        WHERE o.id = NEW.objection_id AND d.feedback_id = NEW.feedback_id AND d.decided_by_id <> NEW.decided_by_id
    ) THEN
        RAISE EXCEPTION 'an objection is answered about its own review, by another person than it is about'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER courses_objection_answered BEFORE INSERT ON courses_moderationdecision
    FOR EACH ROW WHEN (NEW.objection_id IS NOT NULL) EXECUTE FUNCTION courses_objection_answered();

-- With the owner's rights, because the serving role has none to these two columns: no other way leads to them.
CREATE FUNCTION courses_moderation_takes_effect() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE courses_feedback SET
        hidden_at = CASE NEW.kind WHEN 'HIDDEN' THEN NEW.decided_at END,
        hidden_for = CASE NEW.kind WHEN 'HIDDEN' THEN NEW.reason ELSE '' END
    WHERE id = NEW.feedback_id AND NEW.kind IN ('HIDDEN', 'SHOWN');
    RETURN NULL;
END $$;
CREATE TRIGGER courses_moderation_takes_effect AFTER INSERT ON courses_moderationdecision
    FOR EACH ROW EXECUTE FUNCTION courses_moderation_takes_effect();

-- Two statements: the second sees what was committed while the first waited for the row.
CREATE FUNCTION courses_count_feedback(which bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO courses_coursequality (course_id) VALUES (which) ON CONFLICT DO NOTHING;
    PERFORM 1 FROM courses_coursequality WHERE course_id = which FOR NO KEY UPDATE;
    UPDATE courses_coursequality SET
        asked = (SELECT count(*) FROM courses_feedbackrequest WHERE course_id = which),
        (stars_1, stars_2, stars_3, stars_4, stars_5, can_do_said, can_do) = (
            SELECT count(*) FILTER (WHERE stars = 1), count(*) FILTER (WHERE stars = 2),
                   count(*) FILTER (WHERE stars = 3), count(*) FILTER (WHERE stars = 4),
                   count(*) FILTER (WHERE stars = 5), count(f.can_do), count(*) FILTER (WHERE f.can_do)
            FROM courses_feedback f WHERE f.course_id = which AND f.withdrawn_at IS NULL
        )
    WHERE course_id = which;
END $$;
CREATE FUNCTION courses_count_feedback_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM courses_count_feedback(course_id)
    FROM (SELECT DISTINCT course_id FROM changed ORDER BY course_id) AS each;
    RETURN NULL;
END $$;
CREATE TRIGGER courses_feedback_counted_new AFTER INSERT ON courses_feedback
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION courses_count_feedback_changed();
CREATE TRIGGER courses_feedback_counted_changed AFTER UPDATE ON courses_feedback
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION courses_count_feedback_changed();
CREATE TRIGGER courses_feedback_counted_asked AFTER INSERT ON courses_feedbackrequest
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION courses_count_feedback_changed();
"""
NO_GUARDS = """
DROP TRIGGER courses_feedback_counted_asked ON courses_feedbackrequest;
DROP TRIGGER courses_feedback_counted_changed ON courses_feedback;
DROP TRIGGER courses_feedback_counted_new ON courses_feedback;
DROP TRIGGER courses_moderation_takes_effect ON courses_moderationdecision;
DROP TRIGGER courses_objection_answered ON courses_moderationdecision;
DROP TRIGGER courses_moderation_follows ON courses_moderationdecision;
DROP TRIGGER courses_feedback_keep_edition ON courses_feedback;
DROP TRIGGER courses_feedback_given ON courses_feedback;
DROP TRIGGER courses_feedback_of_participant ON courses_feedbackrequest;
DROP TRIGGER courses_feedbackrequest_stays ON courses_feedbackrequest;
DROP TRIGGER courses_feedback_stays ON courses_feedback;
DROP TRIGGER courses_moderationdecision_stays ON courses_moderationdecision;
DROP TRIGGER courses_feedbackobjection_stays ON courses_feedbackobjection;
DROP TRIGGER courses_feedbackreport_stays ON courses_feedbackreport;
DROP TRIGGER courses_feedbackreply_stays ON courses_feedbackreply;
DROP TRIGGER courses_feedbackedition_stays ON courses_feedbackedition;
DROP FUNCTION courses_count_feedback_changed();
DROP FUNCTION courses_count_feedback(bigint);
DROP FUNCTION courses_moderation_takes_effect();
DROP FUNCTION courses_objection_answered();
DROP FUNCTION courses_moderation_follows();
DROP FUNCTION courses_feedback_keep_edition();
DROP FUNCTION courses_feedback_given();
DROP FUNCTION courses_feedback_of_participant();
DROP FUNCTION courses_feedback_row_stays();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0008_skills'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FeedbackObjection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=1000)),
                ('made_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='CourseQuality',
            fields=[
                ('course', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='quality', serialize=False, to='courses.course')),
                ('asked', models.PositiveIntegerField(db_default=0)),
                ('stars_1', models.PositiveIntegerField(db_default=0)),
                ('stars_2', models.PositiveIntegerField(db_default=0)),
                ('stars_3', models.PositiveIntegerField(db_default=0)),
                ('stars_4', models.PositiveIntegerField(db_default=0)),
                ('stars_5', models.PositiveIntegerField(db_default=0)),
                ('can_do_said', models.PositiveIntegerField(db_default=0)),
                ('can_do', models.PositiveIntegerField(db_default=0)),
                ('ended', models.PositiveIntegerField(db_default=0)),
                ('completed', models.PositiveIntegerField(db_default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('asked__gte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('stars_1'), '+', models.F('stars_2')), '+', models.F('stars_3')), '+', models.F('stars_4')), '+', models.F('stars_5'))), ('can_do_said__gte', models.F('can_do')), ('ended__gte', models.F('completed'))), name='course_quality_parts_of_wholes')],
            },
        ),
        migrations.CreateModel(
            name='Feedback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('stars', models.PositiveSmallIntegerField(verbose_name='stars')),
                ('can_do', models.BooleanField(null=True)),
                ('text', models.CharField(blank=True, max_length=1000, verbose_name='words')),
                ('given_at', models.DateTimeField(verbose_name='given')),
                ('edited_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back')),
                ('hidden_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='words hidden')),
                ('hidden_for', models.CharField(blank=True, choices=[('PERSONAL_DATA', 'Says who somebody is, or how to reach them'), ('INSULT', 'Insults or threatens somebody'), ('ADVERTISING', 'Advertises something'), ('NOT_ABOUT_IT', 'Is not about the course'), ('UNLAWFUL', 'Is against the law')], db_default='', max_length=16, verbose_name='hidden for')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='feedback', to='courses.course', verbose_name='course')),
            ],
            options={
                'verbose_name': 'review by a participant',
                'verbose_name_plural': 'reviews by participants',
            },
        ),
        migrations.CreateModel(
            name='FeedbackEdition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stars', models.PositiveSmallIntegerField()),
                ('can_do', models.BooleanField(null=True)),
                ('text', models.CharField(blank=True, max_length=1000)),
                ('said_at', models.DateTimeField()),
                ('replaced_at', models.DateTimeField()),
                ('feedback', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='courses.feedback')),
            ],
            options={
                'ordering': ['replaced_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='FeedbackRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField()),
                ('declined_at', models.DateTimeField(blank=True, null=True)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='feedback_requests', to='courses.course')),
                ('enrollment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='feedback_request', to='courses.enrollment')),
            ],
        ),
        migrations.AddField(
            model_name='feedback',
            name='request',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='feedback', to='courses.feedbackrequest'),
        ),
        migrations.CreateModel(
            name='ModerationDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('HIDDEN', 'Hidden'), ('KEPT', 'Reported, and left as it is'), ('SHOWN', 'Shown again'), ('UPHELD', 'Objected to, and stays hidden')], max_length=8, verbose_name='decision')),
                ('reason', models.CharField(blank=True, choices=[('PERSONAL_DATA', 'Says who somebody is, or how to reach them'), ('INSULT', 'Insults or threatens somebody'), ('ADVERTISING', 'Advertises something'), ('NOT_ABOUT_IT', 'Is not about the course'), ('UNLAWFUL', 'Is against the law')], max_length=16, verbose_name='reason')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='to the author')),
                ('decided_at', models.DateTimeField(verbose_name='decided')),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='curator')),
                ('feedback', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='courses.feedback')),
                ('objection', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decision_on_it', to='courses.feedbackobjection')),
            ],
            options={
                'verbose_name': 'decision about a review',
                'verbose_name_plural': 'decisions about reviews',
                'ordering': ['decided_at', 'id'],
            },
        ),
        migrations.AddField(
            model_name='feedbackobjection',
            name='decision',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='objection_made', to='courses.moderationdecision'),
        ),
        migrations.CreateModel(
            name='FeedbackReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=1000)),
                ('written_at', models.DateTimeField()),
                ('feedback', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='courses.feedback')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['written_at', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='feedback_reply_says_something')],
            },
        ),
        migrations.CreateModel(
            name='FeedbackReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('PERSONAL_DATA', 'Says who somebody is, or how to reach them'), ('INSULT', 'Insults or threatens somebody'), ('ADVERTISING', 'Advertises something'), ('NOT_ABOUT_IT', 'Is not about the course'), ('UNLAWFUL', 'Is against the law')], max_length=16)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('reported_at', models.DateTimeField()),
                ('feedback', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='courses.feedback')),
                ('reporter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='feedback_reports', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['reported_at', 'id'],
                'indexes': [models.Index(fields=['reporter', '-reported_at'], name='feedback_report_by_reporter')],
                'constraints': [models.UniqueConstraint(fields=('feedback', 'reporter'), name='feedback_report_once'), models.CheckConstraint(condition=models.Q(('reason__in', ['PERSONAL_DATA', 'INSULT', 'ADVERTISING', 'NOT_ABOUT_IT', 'UNLAWFUL'])), name='feedback_report_reason')],
            },
        ),
        migrations.AddIndex(
            model_name='feedbackrequest',
            index=models.Index(fields=['course'], name='feedback_request_by_course'),
        ),
        migrations.AddConstraint(
            model_name='feedbackrequest',
            constraint=models.CheckConstraint(condition=models.Q(('declined_at__isnull', True), ('declined_at__gte', models.F('asked_at')), _connector='OR'), name='feedback_request_declined_after'),
        ),
        migrations.AddIndex(
            model_name='feedback',
            index=models.Index(fields=['course', '-given_at', '-id'], name='feedback_by_course'),
        ),
        migrations.AddConstraint(
            model_name='feedback',
            constraint=models.CheckConstraint(condition=models.Q(('stars__in', (1, 2, 3, 4, 5))), name='feedback_stars'),
        ),
        migrations.AddConstraint(
            model_name='feedback',
            constraint=models.CheckConstraint(condition=models.Q(('edited_at__isnull', True), models.Q(('edited_at__gte', models.F('given_at')), ('edited_at__lte', django.db.models.expressions.CombinedExpression(models.F('given_at'), '+', models.Value(datetime.timedelta(days=30))))), _connector='OR'), name='feedback_edited_in_its_term'),
        ),
        migrations.AddConstraint(
            model_name='feedback',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), ('withdrawn_at__gte', models.F('given_at')), _connector='OR'), name='feedback_withdrawn_after'),
        ),
        migrations.AddConstraint(
            model_name='feedback',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('hidden_at__isnull', True), ('hidden_for', '')), models.Q(('hidden_at__isnull', False), models.Q(('hidden_for', ''), _negated=True)), _connector='OR'), name='feedback_hidden_for_a_reason'),
        ),
        migrations.AddIndex(
            model_name='moderationdecision',
            index=models.Index(fields=['-decided_at', '-id'], name='moderation_newest'),
        ),
        migrations.AddConstraint(
            model_name='moderationdecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['HIDDEN', 'UPHELD']), ('reason__in', ['PERSONAL_DATA', 'INSULT', 'ADVERTISING', 'NOT_ABOUT_IT', 'UNLAWFUL'])), models.Q(('kind__in', ['KEPT', 'SHOWN']), ('reason', '')), _connector='OR'), name='moderation_hides_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='moderationdecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'UPHELD'), _negated=True), ('objection__isnull', False), _connector='OR'), name='moderation_upheld_after_objection'),
        ),
        migrations.AddConstraint(
            model_name='moderationdecision',
            constraint=models.CheckConstraint(condition=models.Q(('objection__isnull', True), ('kind__in', ['SHOWN', 'UPHELD']), _connector='OR'), name='moderation_objection_answered'),
        ),
        migrations.AddConstraint(
            model_name='feedbackobjection',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='feedback_objection_says_something'),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
