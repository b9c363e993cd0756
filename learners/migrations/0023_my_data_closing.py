"""
Closing an account, and what the database lets be emptied of a closed one.

``portal_is_erasing`` is true inside ``learners_erase``, ``courses_erase`` and ``credits_erase`` alone: they set the
switch, and run with the owner's rights. Whoever sets the switch without being the owner changes nothing by it.
"""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


ERASE = """
CREATE FUNCTION portal_is_erasing() RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT current_setting('portal.erasing', true) = 'on' AND current_user = (
        SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'public.learners_learner'::regclass
    )
$$;

CREATE FUNCTION portal_only_of_closed(person bigint) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM public.learners_learner WHERE id = person AND closed_at IS NOT NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'only a closed account is emptied' USING ERRCODE = 'restrict_violation';
    END IF;
END $$;

CREATE FUNCTION learners_erase(person bigint) RETURNS integer LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    done integer;
BEGIN
    PERFORM portal_only_of_closed(person);
    PERFORM set_config('portal.erasing', 'on', true);
    UPDATE learners_organizationcomplaintanswer a SET text = '—'
    FROM learners_organizationcomplaint c WHERE c.id = a.complaint_id AND c.learner_id = person;
    UPDATE learners_organizationcomplaint SET text = '—' WHERE learner_id = person;
    GET DIAGNOSTICS done = ROW_COUNT;
    UPDATE learners_mandate SET helper_words = '—' WHERE person IN (person_id, helper_id);
    PERFORM set_config('portal.erasing', '', true);
    RETURN done;
END $$;
"""
NOTHING_TO_ERASE = """
DROP FUNCTION learners_erase(bigint);
DROP FUNCTION portal_only_of_closed(bigint);
DROP FUNCTION portal_is_erasing();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0022_my_data_export'),
    ]

    operations = [
        migrations.AlterField(
            model_name='message',
            name='kind',
            field=models.CharField(choices=[('SIGN_IN_CODE', 'Sign-in code'), ('ENROLLED', 'Enrolled'), ('WITHDRAWN', 'Withdrawn'), ('CLASS_TOMORROW', 'Class tomorrow'), ('ENTRY_REVERSED', 'Entry reversed'), ('LEARNING_RECOGNIZED', 'Learning recognised'), ('RECORD_CHANGED', 'Something about the whole record'), ('REQUEST_DECIDED', 'Request about a record decided'), ('CREDIT_POSTED', 'Credit posted'), ('DISPUTE_OPENED', 'Mistake reported'), ('DISPUTE_TO_ANSWER', 'Report of a mistake to answer'), ('DISPUTE_ANSWERED', 'Report of a mistake answered'), ('PROPOSAL_SUBMITTED', 'Proposal submitted'), ('PROPOSAL_RETURNED', 'Proposal returned'), ('PROPOSAL_PUBLISHED', 'Proposal published'), ('ORGANIZATION_VERIFIED', 'Organisation verified'), ('ACCOUNT_CLOSING', 'Account is being closed'), ('COMPLAINT_RECEIVED', 'Complaint about an organisation received'), ('COMPLAINT_ANSWERED', 'Complaint about an organisation answered'), ('WEEKLY_DIGEST', 'Weekly digest'), ('PATHWAY_REACHED', 'Pathway reached'), ('QUALIFICATION_AWARDED', 'Qualification awarded'), ('CREDIT_EXPIRING', 'Credit expiring'), ('WISH_OPENED', 'Class open for a wish'), ('WISH_STILL_WANTED', 'Wish still wanted?'), ('REVIEW_HIDDEN', 'Review hidden'), ('REVIEW_DECIDED', 'Decision about a hidden review'), ('REPLY_HIDDEN', 'Reply of an organisation hidden'), ('REPLY_DECIDED', 'Decision about a hidden reply'), ('WAY_CHANGED', 'Way of signing in changed'), ('NEW_DEVICE', 'Signed in on a new device'), ('CARD_PRINTED', 'Learner card printed')], max_length=30, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='messagetext',
            name='kind',
            field=models.CharField(choices=[('SIGN_IN_CODE', 'Sign-in code'), ('ENROLLED', 'Enrolled'), ('WITHDRAWN', 'Withdrawn'), ('CLASS_TOMORROW', 'Class tomorrow'), ('ENTRY_REVERSED', 'Entry reversed'), ('LEARNING_RECOGNIZED', 'Learning recognised'), ('RECORD_CHANGED', 'Something about the whole record'), ('REQUEST_DECIDED', 'Request about a record decided'), ('CREDIT_POSTED', 'Credit posted'), ('DISPUTE_OPENED', 'Mistake reported'), ('DISPUTE_TO_ANSWER', 'Report of a mistake to answer'), ('DISPUTE_ANSWERED', 'Report of a mistake answered'), ('PROPOSAL_SUBMITTED', 'Proposal submitted'), ('PROPOSAL_RETURNED', 'Proposal returned'), ('PROPOSAL_PUBLISHED', 'Proposal published'), ('ORGANIZATION_VERIFIED', 'Organisation verified'), ('ACCOUNT_CLOSING', 'Account is being closed'), ('COMPLAINT_RECEIVED', 'Complaint about an organisation received'), ('COMPLAINT_ANSWERED', 'Complaint about an organisation answered'), ('WEEKLY_DIGEST', 'Weekly digest'), ('PATHWAY_REACHED', 'Pathway reached'), ('QUALIFICATION_AWARDED', 'Qualification awarded'), ('CREDIT_EXPIRING', 'Credit expiring'), ('WISH_OPENED', 'Class open for a wish'), ('WISH_STILL_WANTED', 'Wish still wanted?'), ('REVIEW_HIDDEN', 'Review hidden'), ('REVIEW_DECIDED', 'Decision about a hidden review'), ('REPLY_HIDDEN', 'Reply of an organisation hidden'), ('REPLY_DECIDED', 'Decision about a hidden reply'), ('WAY_CHANGED', 'Way of signing in changed'), ('NEW_DEVICE', 'Signed in on a new device'), ('CARD_PRINTED', 'Learner card printed')], max_length=30),
        ),
        migrations.AlterField(
            model_name='unsubscribelink',
            name='kind',
            field=models.CharField(choices=[('SIGN_IN_CODE', 'Sign-in code'), ('ENROLLED', 'Enrolled'), ('WITHDRAWN', 'Withdrawn'), ('CLASS_TOMORROW', 'Class tomorrow'), ('ENTRY_REVERSED', 'Entry reversed'), ('LEARNING_RECOGNIZED', 'Learning recognised'), ('RECORD_CHANGED', 'Something about the whole record'), ('REQUEST_DECIDED', 'Request about a record decided'), ('CREDIT_POSTED', 'Credit posted'), ('DISPUTE_OPENED', 'Mistake reported'), ('DISPUTE_TO_ANSWER', 'Report of a mistake to answer'), ('DISPUTE_ANSWERED', 'Report of a mistake answered'), ('PROPOSAL_SUBMITTED', 'Proposal submitted'), ('PROPOSAL_RETURNED', 'Proposal returned'), ('PROPOSAL_PUBLISHED', 'Proposal published'), ('ORGANIZATION_VERIFIED', 'Organisation verified'), ('ACCOUNT_CLOSING', 'Account is being closed'), ('COMPLAINT_RECEIVED', 'Complaint about an organisation received'), ('COMPLAINT_ANSWERED', 'Complaint about an organisation answered'), ('WEEKLY_DIGEST', 'Weekly digest'), ('PATHWAY_REACHED', 'Pathway reached'), ('QUALIFICATION_AWARDED', 'Qualification awarded'), ('CREDIT_EXPIRING', 'Credit expiring'), ('WISH_OPENED', 'Class open for a wish'), ('WISH_STILL_WANTED', 'Wish still wanted?'), ('REVIEW_HIDDEN', 'Review hidden'), ('REVIEW_DECIDED', 'Decision about a hidden review'), ('REPLY_HIDDEN', 'Reply of an organisation hidden'), ('REPLY_DECIDED', 'Decision about a hidden reply'), ('WAY_CHANGED', 'Way of signing in changed'), ('NEW_DEVICE', 'Signed in on a new device'), ('CARD_PRINTED', 'Learner card printed')], max_length=30),
        ),
        migrations.CreateModel(
            name='AccountClosing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('asked_at', models.DateTimeField(verbose_name='closing asked for')),
                ('due_at', models.DateTimeField(verbose_name='closes after')),
                ('stopped_at', models.DateTimeField(blank=True, null=True, verbose_name='stopped')),
                ('erased_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ('certificate', models.JSONField(blank=True, null=True)),
                ('learner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closings', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'closing of an account',
                'verbose_name_plural': 'closings of accounts',
                'constraints': [models.UniqueConstraint(condition=models.Q(('stopped_at__isnull', True)), fields=('learner',), name='account_closing_one_at_a_time'), models.CheckConstraint(condition=models.Q(('stopped_at__isnull', True), ('erased_at__isnull', True), _connector='OR'), name='account_closing_ends_one_way'), models.CheckConstraint(condition=models.Q(models.Q(('certificate__isnull', True), ('erased_at__isnull', True)), models.Q(('certificate__isnull', False), ('erased_at__isnull', False)), _connector='OR'), name='account_closing_proven'), models.CheckConstraint(condition=models.Q(('erased_at__isnull', True), ('erased_at__gte', models.F('due_at')), _connector='OR'), name='account_closing_waits')],
            },
        ),
        migrations.RunSQL(ERASE, NOTHING_TO_ERASE),
    ]
