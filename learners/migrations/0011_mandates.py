"""
Helpers' mandates, and what was done by them.

An act stands only under a mandate that has been taken up, allows it, and holds at that moment; it is never changed.
"""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

GUARDS = """
CREATE FUNCTION learners_act_by_a_mandate_that_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM learners_mandate m WHERE m.id = NEW.mandate_id
        AND m.accepted_at IS NOT NULL AND m.revoked_at IS NULL
        AND m.until >= (NEW.done_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
        AND CASE NEW.act
            WHEN 'ENROL' THEN m.may_enroll WHEN 'WITHDRAW' THEN m.may_withdraw WHEN 'SEE' THEN m.may_see_timetable
            ELSE false END
    ) THEN
        RAISE EXCEPTION 'no mandate allows this now' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER learners_act_by_a_mandate_that_holds BEFORE INSERT ON learners_mandateact
    FOR EACH ROW EXECUTE FUNCTION learners_act_by_a_mandate_that_holds();
CREATE TRIGGER learners_mandateact_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON learners_mandateact
    FOR EACH STATEMENT EXECUTE FUNCTION learners_stays();
"""
NO_GUARDS = """
DROP TRIGGER learners_mandateact_stays ON learners_mandateact;
DROP TRIGGER learners_act_by_a_mandate_that_holds ON learners_mandateact;
DROP FUNCTION learners_act_by_a_mandate_that_holds();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0010_counter'),
    ]

    operations = [
        migrations.CreateModel(
            name='Mandate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('helper_words', models.CharField(max_length=120, verbose_name='who helps')),
                ('may_enroll', models.BooleanField(default=False, verbose_name='enrol')),
                ('may_withdraw', models.BooleanField(default=False, verbose_name='give up a place')),
                ('may_see_timetable', models.BooleanField(default=False, verbose_name='see the timetable')),
                ('until', models.DateField(verbose_name='last day')),
                ('given_at', models.DateTimeField(verbose_name='given')),
                ('code_hash', models.CharField(max_length=64, unique=True)),
                ('code_ends_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='taken up')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back')),
                ('helper', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mandates_held', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mandates_witnessed', to='learners.organization')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mandates_given', to=settings.AUTH_USER_MODEL)),
                ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('witnessed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mandates_witnessed', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': "helper's mandate",
                'verbose_name_plural': "helpers' mandates",
            },
        ),
        migrations.CreateModel(
            name='MandateAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('SEE', 'Saw the timetable'), ('ENROL', 'Enrolled'), ('WITHDRAW', 'Gave up the place')], max_length=10, verbose_name='what was done')),
                ('done_at', models.DateTimeField(verbose_name='done')),
                ('subject', models.CharField(max_length=80)),
                ('title_vi', models.CharField(blank=True, max_length=200)),
                ('title_en', models.CharField(blank=True, max_length=200)),
                ('mandate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acts', to='learners.mandate')),
            ],
            options={
                'verbose_name': 'act of a helper',
                'verbose_name_plural': 'acts of helpers',
            },
        ),
        migrations.AddIndex(
            model_name='mandate',
            index=models.Index(fields=['helper', '-given_at'], name='mandate_by_helper'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(('may_enroll', True), ('may_withdraw', True), ('may_see_timetable', True), _connector='OR'), name='mandate_allows_something'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accepted_at__isnull', True), ('helper__isnull', True)), models.Q(('accepted_at__isnull', False), ('helper__isnull', False), models.Q(('helper', models.F('person')), _negated=True)), _connector='OR'), name='mandate_taken_up_by_another'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('organization__isnull', True), ('witnessed_by__isnull', True)), models.Q(('organization__isnull', False), ('witnessed_by__isnull', False), models.Q(('witnessed_by', models.F('person')), _negated=True)), _connector='OR'), name='mandate_witness_complete'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', True), ('revoked_by__isnull', True)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='mandate_revocation_complete'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('person', 'helper'), name='mandate_one_per_pair'),
        ),
        migrations.AddIndex(
            model_name='mandateact',
            index=models.Index(fields=['subject'], name='mandate_act_by_subject'),
        ),
        migrations.AddConstraint(
            model_name='mandateact',
            constraint=models.UniqueConstraint(fields=('mandate', 'act', 'subject'), name='mandate_act_once'),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
