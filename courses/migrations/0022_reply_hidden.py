"""The reply to a review is hidden without the review: by a decision with a reason, and in no other way."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


GUARDS = """
-- A wording stays as it was written; that it is hidden is written by the function below alone.
DROP TRIGGER courses_feedbackreply_stays ON courses_feedbackreply;
CREATE TRIGGER courses_feedbackreply_stays
    BEFORE UPDATE OF id, feedback_id, text, written_by_id, written_at OR DELETE OR TRUNCATE ON courses_feedbackreply
    FOR EACH STATEMENT EXECUTE FUNCTION courses_feedback_row_stays();

-- Nobody writes themselves out of a hiding: the next wording begins as hidden as the one before.
CREATE FUNCTION courses_reply_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM courses_feedback WHERE id = NEW.feedback_id FOR NO KEY UPDATE;
    SELECT r.hidden_at, r.hidden_for INTO NEW.hidden_at, NEW.hidden_for FROM courses_feedbackreply r
    WHERE r.feedback_id = NEW.feedback_id ORDER BY r.written_at DESC, r.id DESC LIMIT 1;
    NEW.hidden_for := coalesce(NEW.hidden_for, '');
    RETURN NEW;
END $$;
CREATE TRIGGER courses_reply_written BEFORE INSERT ON courses_feedbackreply
    FOR EACH ROW EXECUTE FUNCTION courses_reply_written();

CREATE FUNCTION courses_reply_reported() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM courses_feedbackreply r WHERE r.id = NEW.reply_id AND r.feedback_id = NEW.feedback_id
    ) THEN
        RAISE EXCEPTION 'a reply is reported with the review it answers'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER courses_reply_reported BEFORE INSERT ON courses_feedbackreport
    FOR EACH ROW WHEN (NEW.reply_id IS NOT NULL) EXECUTE FUNCTION courses_reply_reported();

-- What 0009 says of reviews is now said of decisions that name no reply.
DROP TRIGGER courses_moderation_follows ON courses_moderationdecision;
CREATE TRIGGER courses_moderation_follows BEFORE INSERT ON courses_moderationdecision
    FOR EACH ROW WHEN (NEW.reply_id IS NULL) EXECUTE FUNCTION courses_moderation_follows();
DROP TRIGGER courses_moderation_takes_effect ON courses_moderationdecision;
CREATE TRIGGER courses_moderation_takes_effect AFTER INSERT ON courses_moderationdecision
    FOR EACH ROW WHEN (NEW.reply_id IS NULL) EXECUTE FUNCTION courses_moderation_takes_effect();

CREATE FUNCTION courses_reply_moderation_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing bigint;
    hidden timestamptz;
    withdrawn timestamptz;
    is_looked_at boolean;
BEGIN
    SELECT withdrawn_at INTO withdrawn FROM courses_feedback WHERE id = NEW.feedback_id FOR NO KEY UPDATE;
    SELECT r.id, r.hidden_at INTO standing, hidden FROM courses_feedbackreply r
    WHERE r.feedback_id = NEW.feedback_id ORDER BY r.written_at DESC, r.id DESC LIMIT 1;
    is_looked_at := EXISTS (SELECT 1 FROM courses_moderationdecision d WHERE d.reply_id = NEW.reply_id);
    IF standing IS DISTINCT FROM NEW.reply_id
    OR (hidden IS NULL AND NEW.kind NOT IN ('HIDDEN', 'KEPT'))
    OR (hidden IS NOT NULL AND NEW.kind NOT IN ('SHOWN', 'UPHELD') AND (is_looked_at OR NEW.kind = 'KEPT'))
    OR (withdrawn IS NOT NULL AND NEW.kind = 'HIDDEN') THEN
        RAISE EXCEPTION 'decision % does not follow from what reply % is', NEW.kind, NEW.reply_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER courses_reply_moderation_follows BEFORE INSERT ON courses_moderationdecision
    FOR EACH ROW WHEN (NEW.reply_id IS NOT NULL) EXECUTE FUNCTION courses_reply_moderation_follows();

CREATE FUNCTION courses_objection_of_the_same() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM courses_feedbackobjection o JOIN courses_moderationdecision d ON d.id = o.decision_id
        WHERE o.id = NEW.objection_id AND (d.reply_id IS NULL) = (NEW.reply_id IS NULL)
    ) THEN
        RAISE EXCEPTION 'an objection about a review is answered about the review, one about a reply about the reply'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER courses_objection_of_the_same BEFORE INSERT ON courses_moderationdecision
    FOR EACH ROW WHEN (NEW.objection_id IS NOT NULL) EXECUTE FUNCTION courses_objection_of_the_same();

-- With the owner's rights, because the serving role has none to these two columns: no other way leads to them.
CREATE FUNCTION courses_reply_moderation_takes_effect() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE courses_feedbackreply SET
        hidden_at = CASE NEW.kind WHEN 'HIDDEN' THEN NEW.decided_at END,
        hidden_for = CASE NEW.kind WHEN 'HIDDEN' THEN NEW.reason ELSE '' END
    WHERE id = NEW.reply_id AND NEW.kind IN ('HIDDEN', 'SHOWN');
    RETURN NULL;
END $$;
CREATE TRIGGER courses_reply_moderation_takes_effect AFTER INSERT ON courses_moderationdecision
    FOR EACH ROW WHEN (NEW.reply_id IS NOT NULL) EXECUTE FUNCTION courses_reply_moderation_takes_effect();
"""
NO_GUARDS = """
DROP TRIGGER courses_reply_moderation_takes_effect ON courses_moderationdecision;
DROP TRIGGER courses_objection_of_the_same ON courses_moderationdecision;
DROP TRIGGER courses_reply_moderation_follows ON courses_moderationdecision;
DROP TRIGGER courses_moderation_takes_effect ON courses_moderationdecision;
CREATE TRIGGER courses_moderation_takes_effect AFTER INSERT ON courses_moderationdecision
    FOR EACH ROW EXECUTE FUNCTION courses_moderation_takes_effect();
DROP TRIGGER courses_moderation_follows ON courses_moderationdecision;
CREATE TRIGGER courses_moderation_follows BEFORE INSERT ON courses_moderationdecision
    FOR EACH ROW EXECUTE FUNCTION courses_moderation_follows();
DROP TRIGGER courses_reply_reported ON courses_feedbackreport;
DROP TRIGGER courses_reply_written ON courses_feedbackreply;
DROP TRIGGER courses_feedbackreply_stays ON courses_feedbackreply;
CREATE TRIGGER courses_feedbackreply_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON courses_feedbackreply
    FOR EACH STATEMENT EXECUTE FUNCTION courses_feedback_row_stays();
DROP FUNCTION courses_reply_moderation_takes_effect();
DROP FUNCTION courses_objection_of_the_same();
DROP FUNCTION courses_reply_moderation_follows();
DROP FUNCTION courses_reply_reported();
DROP FUNCTION courses_reply_written();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0021_interests'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='feedbackreport',
            name='feedback_report_once',
        ),
        migrations.AddField(
            model_name='feedbackreply',
            name='hidden_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='feedbackreply',
            name='hidden_for',
            field=models.CharField(blank=True, choices=[('PERSONAL_DATA', 'Says who somebody is, or how to reach them'), ('INSULT', 'Insults or threatens somebody'), ('ADVERTISING', 'Advertises something'), ('NOT_ABOUT_IT', 'Is not about the course'), ('UNLAWFUL', 'Is against the law')], db_default='', max_length=16),
        ),
        migrations.AddField(
            model_name='feedbackreport',
            name='reply',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='courses.feedbackreply'),
        ),
        migrations.AddField(
            model_name='moderationdecision',
            name='reply',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='courses.feedbackreply', verbose_name='the reply'),
        ),
        migrations.AlterField(
            model_name='moderationdecision',
            name='note',
            field=models.CharField(blank=True, max_length=300, verbose_name='to whose words they are'),
        ),
        migrations.AddConstraint(
            model_name='feedbackreply',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('hidden_at__isnull', True), ('hidden_for', '')), models.Q(('hidden_at__isnull', False), models.Q(('hidden_for', ''), _negated=True)), _connector='OR'), name='feedback_reply_hidden_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='feedbackreport',
            constraint=models.UniqueConstraint(condition=models.Q(('reply', None)), fields=('feedback', 'reporter'), name='feedback_report_once'),
        ),
        migrations.AddConstraint(
            model_name='feedbackreport',
            constraint=models.UniqueConstraint(fields=('reply', 'reporter'), name='feedback_reply_report_once'),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
