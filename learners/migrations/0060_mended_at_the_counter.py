"""
What staff mend, close and write down for who has only a card, and a mandate that ends by the link its person was sent.

A correction stays as it was written and is emptied with its person; a consent ends once, whoever the witness was.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARDS = """
CREATE FUNCTION learners_correction_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND portal_is_erasing() THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a correction stays as it was written' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER learners_correction_stays BEFORE UPDATE OR DELETE ON learners_correction
    FOR EACH ROW EXECUTE FUNCTION learners_correction_stays();

CREATE FUNCTION learners_only_where_registered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.organization_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM learners_registration WHERE learner_id = NEW.learner_id AND organization_id = NEW.organization_id
    ) THEN
        RAISE EXCEPTION 'this is done at the counter that registered the person'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER learners_only_where_registered BEFORE INSERT ON learners_correction
    FOR EACH ROW EXECUTE FUNCTION learners_only_where_registered();
CREATE TRIGGER learners_only_where_registered BEFORE INSERT ON learners_accountclosing
    FOR EACH ROW EXECUTE FUNCTION learners_only_where_registered();

CREATE OR REPLACE FUNCTION learners_consent_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ending text[] := ARRAY['withdrawn_at', 'withdrawal_witnessed_by_id', 'withdrawal_organization_id'];
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL
        AND to_jsonb(OLD) - ending = to_jsonb(NEW) - ending THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a consent stays as it was given; it ends once' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE OR REPLACE FUNCTION learners_erase(person bigint) RETURNS integer LANGUAGE plpgsql
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
    UPDATE learners_correction SET before = '', after = '' WHERE learner_id = person;
    PERFORM set_config('portal.erasing', '', true);
    RETURN done;
END $$;
"""
NO_GUARDS = """
CREATE OR REPLACE FUNCTION learners_erase(person bigint) RETURNS integer LANGUAGE plpgsql
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
CREATE OR REPLACE FUNCTION learners_consent_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL
        AND to_jsonb(OLD) - 'withdrawn_at' = to_jsonb(NEW) - 'withdrawn_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a consent stays as it was given; it ends once' USING ERRCODE = 'integrity_constraint_violation';
END $$;
DROP TRIGGER learners_only_where_registered ON learners_accountclosing;
DROP TRIGGER learners_only_where_registered ON learners_correction;
DROP FUNCTION learners_only_where_registered();
DROP TRIGGER learners_correction_stays ON learners_correction;
DROP FUNCTION learners_correction_stays();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0050_kinds_of_letters'),
    ]

    operations = [
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('NAME', 'Full name'), ('BIRTH_YEAR', 'Birth year')], max_length=10, verbose_name='what')),
                ('before', models.CharField(blank=True, max_length=120, verbose_name='before')),
                ('after', models.CharField(blank=True, max_length=120, verbose_name='after')),
                ('corrected_at', models.DateTimeField(verbose_name='corrected')),
            ],
            options={
                'verbose_name': 'correction at a counter',
                'verbose_name_plural': 'corrections at counters',
            },
        ),
        migrations.AddField(
            model_name='accountclosing',
            name='organization',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learners.organization'),
        ),
        migrations.AddField(
            model_name='accountclosing',
            name='witnessed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='consent',
            name='organization',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learners.organization'),
        ),
        migrations.AddField(
            model_name='consent',
            name='withdrawal_organization',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learners.organization'),
        ),
        migrations.AddField(
            model_name='consent',
            name='withdrawal_witnessed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='consent',
            name='witnessed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='mandate',
            name='end_hash',
            field=models.CharField(blank=True, max_length=64, null=True, unique=True),
        ),
        migrations.AddConstraint(
            model_name='accountclosing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('organization__isnull', True), ('witnessed_by__isnull', True)), models.Q(('organization__isnull', False), ('witnessed_by__isnull', False), models.Q(('witnessed_by', models.F('learner')), _negated=True)), _connector='OR'), name='account_closing_witness_complete'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('organization__isnull', True), ('witnessed_by__isnull', True)), models.Q(('organization__isnull', False), ('witnessed_by__isnull', False), models.Q(('witnessed_by', models.F('learner')), _negated=True)), _connector='OR'), name='consent_witness_complete'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawal_organization__isnull', True), ('withdrawal_witnessed_by__isnull', True)), models.Q(('withdrawal_organization__isnull', False), ('withdrawal_witnessed_by__isnull', False), ('withdrawn_at__isnull', False), models.Q(('withdrawal_witnessed_by', models.F('learner')), _negated=True)), _connector='OR'), name='consent_withdrawal_witness_complete'),
        ),
        migrations.AddField(
            model_name='correction',
            name='corrected_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='correction',
            name='learner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='correction',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learners.organization'),
        ),
        migrations.AddIndex(
            model_name='correction',
            index=models.Index(fields=['learner', 'corrected_at'], name='correction_by_learner'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('corrected_by', models.F('learner')), _negated=True), name='correction_by_another'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('before', models.F('after')), _negated=True), models.Q(('after', ''), ('before', '')), _connector='OR'), name='correction_changes_something'),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
