"""
Accounts opened at a counter, and printed cards that open them.

How somebody agreed is written once; whoever they are, an account keeps a way in: the database refuses anything else.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARDS = """
CREATE FUNCTION learners_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER learners_registration_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON learners_registration
    FOR EACH STATEMENT EXECUTE FUNCTION learners_stays();
"""
NO_GUARDS = """
DROP TRIGGER learners_registration_stays ON learners_registration;
DROP FUNCTION learners_stays();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('learners', '0008_texts_of_ways_in'),
    ]

    operations = [
        migrations.CreateModel(
            name='Card',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('code_hash', models.CharField(max_length=64, unique=True)),
                ('pin_hash', models.CharField(blank=True, max_length=64)),
                ('issued_at', models.DateTimeField(verbose_name='printed')),
                ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='last used')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
            ],
            options={
                'verbose_name': 'learner card',
                'verbose_name_plural': 'learner cards',
            },
        ),
        migrations.CreateModel(
            name='CardGuess',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('guessed_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('registered_at', models.DateTimeField(verbose_name='registered')),
                ('consent_way', models.CharField(choices=[('SPOKEN', 'Said so, after the text was read out'), ('SMS', 'Answered by SMS'), ('SIGNED_PAPER', 'Signed on paper')], max_length=12, verbose_name='how they agreed')),
                ('consent_text', models.CharField(max_length=40, verbose_name='words they agreed to')),
                ('idempotency_key', models.UUIDField(unique=True)),
            ],
            options={
                'verbose_name': 'account opened at a counter',
                'verbose_name_plural': 'accounts opened at a counter',
            },
        ),
        migrations.RemoveConstraint(
            model_name='learner',
            name='learner_can_sign_in_or_closed',
        ),
        migrations.AddField(
            model_name='learner',
            name='birth_year',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='birth year'),
        ),
        migrations.AddField(
            model_name='learner',
            name='has_card',
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name='message',
            name='kind',
            field=models.CharField(choices=[('SIGN_IN_CODE', 'Sign-in code'), ('ENROLLED', 'Enrolled'), ('WITHDRAWN', 'Withdrawn'), ('CLASS_TOMORROW', 'Class tomorrow'), ('ENTRY_REVERSED', 'Entry reversed'), ('LEARNING_RECOGNIZED', 'Learning recognised'), ('RECORD_CHANGED', 'Something about the whole record'), ('REQUEST_DECIDED', 'Request about a record decided'), ('CREDIT_POSTED', 'Credit posted'), ('DISPUTE_OPENED', 'Mistake reported'), ('DISPUTE_TO_ANSWER', 'Report of a mistake to answer'), ('DISPUTE_ANSWERED', 'Report of a mistake answered'), ('PROPOSAL_SUBMITTED', 'Proposal submitted'), ('PROPOSAL_RETURNED', 'Proposal returned'), ('PROPOSAL_PUBLISHED', 'Proposal published'), ('ORGANIZATION_VERIFIED', 'Organisation verified'), ('COMPLAINT_RECEIVED', 'Complaint about an organisation received'), ('COMPLAINT_ANSWERED', 'Complaint about an organisation answered'), ('WEEKLY_DIGEST', 'Weekly digest'), ('PATHWAY_REACHED', 'Pathway reached'), ('QUALIFICATION_AWARDED', 'Qualification awarded'), ('CREDIT_EXPIRING', 'Credit expiring'), ('WISH_OPENED', 'Class open for a wish'), ('WISH_STILL_WANTED', 'Wish still wanted?'), ('REVIEW_HIDDEN', 'Review hidden'), ('REVIEW_DECIDED', 'Decision about a hidden review'), ('WAY_CHANGED', 'Way of signing in changed'), ('NEW_DEVICE', 'Signed in on a new device'), ('CARD_PRINTED', 'Learner card printed')], max_length=30, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='messagetext',
            name='kind',
            field=models.CharField(choices=[('SIGN_IN_CODE', 'Sign-in code'), ('ENROLLED', 'Enrolled'), ('WITHDRAWN', 'Withdrawn'), ('CLASS_TOMORROW', 'Class tomorrow'), ('ENTRY_REVERSED', 'Entry reversed'), ('LEARNING_RECOGNIZED', 'Learning recognised'), ('RECORD_CHANGED', 'Something about the whole record'), ('REQUEST_DECIDED', 'Request about a record decided'), ('CREDIT_POSTED', 'Credit posted'), ('DISPUTE_OPENED', 'Mistake reported'), ('DISPUTE_TO_ANSWER', 'Report of a mistake to answer'), ('DISPUTE_ANSWERED', 'Report of a mistake answered'), ('PROPOSAL_SUBMITTED', 'Proposal submitted'), ('PROPOSAL_RETURNED', 'Proposal returned'), ('PROPOSAL_PUBLISHED', 'Proposal published'), ('ORGANIZATION_VERIFIED', 'Organisation verified'), ('COMPLAINT_RECEIVED', 'Complaint about an organisation received'), ('COMPLAINT_ANSWERED', 'Complaint about an organisation answered'), ('WEEKLY_DIGEST', 'Weekly digest'), ('PATHWAY_REACHED', 'Pathway reached'), ('QUALIFICATION_AWARDED', 'Qualification awarded'), ('CREDIT_EXPIRING', 'Credit expiring'), ('WISH_OPENED', 'Class open for a wish'), ('WISH_STILL_WANTED', 'Wish still wanted?'), ('REVIEW_HIDDEN', 'Review hidden'), ('REVIEW_DECIDED', 'Decision about a hidden review'), ('WAY_CHANGED', 'Way of signing in changed'), ('NEW_DEVICE', 'Signed in on a new device'), ('CARD_PRINTED', 'Learner card printed')], max_length=30),
        ),
        migrations.AlterField(
            model_name='unsubscribelink',
            name='kind',
            field=models.CharField(choices=[('SIGN_IN_CODE', 'Sign-in code'), ('ENROLLED', 'Enrolled'), ('WITHDRAWN', 'Withdrawn'), ('CLASS_TOMORROW', 'Class tomorrow'), ('ENTRY_REVERSED', 'Entry reversed'), ('LEARNING_RECOGNIZED', 'Learning recognised'), ('RECORD_CHANGED', 'Something about the whole record'), ('REQUEST_DECIDED', 'Request about a record decided'), ('CREDIT_POSTED', 'Credit posted'), ('DISPUTE_OPENED', 'Mistake reported'), ('DISPUTE_TO_ANSWER', 'Report of a mistake to answer'), ('DISPUTE_ANSWERED', 'Report of a mistake answered'), ('PROPOSAL_SUBMITTED', 'Proposal submitted'), ('PROPOSAL_RETURNED', 'Proposal returned'), ('PROPOSAL_PUBLISHED', 'Proposal published'), ('ORGANIZATION_VERIFIED', 'Organisation verified'), ('COMPLAINT_RECEIVED', 'Complaint about an organisation received'), ('COMPLAINT_ANSWERED', 'Complaint about an organisation answered'), ('WEEKLY_DIGEST', 'Weekly digest'), ('PATHWAY_REACHED', 'Pathway reached'), ('QUALIFICATION_AWARDED', 'Qualification awarded'), ('CREDIT_EXPIRING', 'Credit expiring'), ('WISH_OPENED', 'Class open for a wish'), ('WISH_STILL_WANTED', 'Wish still wanted?'), ('REVIEW_HIDDEN', 'Review hidden'), ('REVIEW_DECIDED', 'Decision about a hidden review'), ('WAY_CHANGED', 'Way of signing in changed'), ('NEW_DEVICE', 'Signed in on a new device'), ('CARD_PRINTED', 'Learner card printed')], max_length=30),
        ),
        migrations.AddConstraint(
            model_name='learner',
            constraint=models.CheckConstraint(condition=models.Q(('email__isnull', False), ('phone__isnull', False), ('has_card', True), ('closed_at__isnull', False), _connector='OR'), name='learner_can_sign_in_or_closed'),
        ),
        migrations.AddConstraint(
            model_name='learner',
            constraint=models.CheckConstraint(condition=models.Q(('birth_year__isnull', True), ('birth_year__range', (1900, 2100)), _connector='OR'), name='learner_birth_year'),
        ),
        migrations.AddField(
            model_name='card',
            name='issued_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cards_issued', to=settings.AUTH_USER_MODEL, verbose_name='printed by'),
        ),
        migrations.AddField(
            model_name='card',
            name='learner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cards', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='card',
            name='organization',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cards_issued', to='learners.organization'),
        ),
        migrations.AddField(
            model_name='card',
            name='revoked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='cardguess',
            name='card',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='guesses', to='learners.card'),
        ),
        migrations.AddField(
            model_name='registration',
            name='learner',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='registration', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='registration',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='learners.organization', verbose_name='organisation'),
        ),
        migrations.AddField(
            model_name='registration',
            name='registered_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations_made', to=settings.AUTH_USER_MODEL, verbose_name='registered by'),
        ),
        migrations.AddConstraint(
            model_name='card',
            constraint=models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('learner',), name='card_one_alive_per_learner'),
        ),
        migrations.AddConstraint(
            model_name='card',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', True), ('revoked_by__isnull', True)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='card_revocation_complete'),
        ),
        migrations.AddConstraint(
            model_name='card',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('issued_by', models.F('learner')), ('organization__isnull', True)), models.Q(('organization__isnull', False), models.Q(('issued_by', models.F('learner')), _negated=True)), _connector='OR'), name='card_by_oneself_or_at_a_counter'),
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(fields=['organization', '-registered_at'], name='registration_by_organization'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.CheckConstraint(condition=models.Q(('registered_by', models.F('learner')), _negated=True), name='registration_by_another'),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
