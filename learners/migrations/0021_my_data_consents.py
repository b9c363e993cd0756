"""
How the portal speaks to a person and looks for them; consents in words that are rows; how long what is kept.

A consent stays as it was given: only its end may be written, once.
"""

from datetime import UTC, datetime
from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import uuid
import yaml
from django.conf import settings
from django.db import migrations, models


TIMERS = Path(__file__).resolve().parent.parent / "data" / "personal_data.yaml"
VALID_FROM = datetime(2026, 1, 1, tzinfo=UTC)  # when Law 91/2025/QH15 came into force
GUARDS = """
CREATE FUNCTION learners_consent_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL
        AND to_jsonb(OLD) - 'withdrawn_at' = to_jsonb(NEW) - 'withdrawn_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a consent stays as it was given; it ends once' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER learners_consent_stays BEFORE UPDATE OR DELETE ON learners_consent
    FOR EACH ROW EXECUTE FUNCTION learners_consent_stays();
"""
NO_GUARDS = """
DROP TRIGGER learners_consent_stays ON learners_consent;
DROP FUNCTION learners_consent_stays();
"""


def load(apps, schema_editor):
    with TIMERS.open(encoding="utf-8") as file:
        rows = yaml.safe_load(file)
    apps.get_model("learners", "ConsentText").objects.bulk_create(
        apps.get_model("learners", "ConsentText")(version=1, valid_from=VALID_FROM, **row) for row in rows["consents"]
    )
    apps.get_model("learners", "RetentionRule").objects.bulk_create(
        apps.get_model("learners", "RetentionRule")(valid_from=VALID_FROM.date(), **row) for row in rows["retention"]
    )


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('learners', '0020_my_data'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccessNeeds',
            fields=[
                ('learner', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='access_needs', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('needs', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('STEP_FREE', 'A way in without steps'), ('LARGE_PRINT', 'Large print'), ('SCREEN_READER', 'Material a screen reader can read'), ('SIGN', 'Sign language'), ('HEARING', 'To sit near the speaker, or a microphone'), ('COMPANION', 'Somebody comes with me'), ('BREAKS', 'More breaks, or more time')], max_length=16), default=list, size=None)),
                ('words', models.CharField(blank=True, max_length=200)),
                ('said_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('purpose', models.CharField(choices=[('ACCESS_NEEDS', 'Show the centre of my class what I need there')], max_length=20)),
                ('language', models.CharField(choices=[('vi', 'Vietnamese'), ('en', 'English')], max_length=2)),
                ('channel', models.CharField(choices=[('PORTAL', 'On this portal'), ('COUNTER', 'At the counter of an organisation'), ('PAPER', 'On paper')], max_length=8)),
                ('given_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ConsentText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('ACCESS_NEEDS', 'Show the centre of my class what I need there')], max_length=20, verbose_name='purpose')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('text_vi', models.TextField(verbose_name='words in Vietnamese')),
                ('text_en', models.TextField(verbose_name='words in English')),
                ('source', models.CharField(max_length=300, verbose_name='source')),
                ('valid_from', models.DateTimeField(verbose_name='valid from')),
                ('valid_to', models.DateTimeField(blank=True, null=True, verbose_name='valid until')),
            ],
            options={
                'verbose_name': 'words of a consent',
                'verbose_name_plural': 'words of consents',
            },
        ),
        migrations.CreateModel(
            name='RetentionRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('ACCOUNT', 'Name, addresses, settings'), ('LEDGER', 'Credit record, by number without a name'), ('LEARNING', 'Enrolments, attendance, what was read'), ('CONSENT', 'What I agreed to and withdrew'), ('READINGS', 'Who has read my record'), ('MESSAGE', 'What letters to me said'), ('HELP_REQUEST', 'Requests to be called back'), ('SIGN_IN_CODE', 'Sign-in codes'), ('SESSION', 'Where I am signed in'), ('LOG', 'The portal’s technical log')], max_length=20, verbose_name='what')),
                ('days', models.PositiveIntegerField(blank=True, null=True, verbose_name='days')),
                ('source_vi', models.CharField(max_length=300, verbose_name='source')),
                ('source_en', models.CharField(max_length=300, verbose_name='source in English')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid until')),
            ],
            options={
                'verbose_name': 'retention timer',
                'verbose_name_plural': 'retention timers',
            },
        ),
        migrations.AddField(
            model_name='learner',
            name='form_of_address',
            field=models.CharField(blank=True, choices=[('BAN', 'bạn'), ('BAC', 'bác'), ('CO', 'cô'), ('CHU', 'chú'), ('ANH', 'anh'), ('CHI', 'chị'), ('EM', 'em')], default='', max_length=3, verbose_name='how I am greeted'),
        ),
        migrations.AddField(
            model_name='learner',
            name='lite',
            field=models.CharField(blank=True, choices=[('', 'As my browser asks'), ('1', 'Always lite: fewer pictures, less data'), ('0', 'Always full pages')], default='', max_length=1, verbose_name='lite pages'),
        ),
        migrations.AddField(
            model_name='learner',
            name='quiet_from',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='no letters from'),
        ),
        migrations.AddField(
            model_name='learner',
            name='quiet_until',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='until'),
        ),
        migrations.AddField(
            model_name='learner',
            name='text_size',
            field=models.CharField(blank=True, choices=[('', 'Normal'), ('lg', 'Large'), ('xl', 'Very large')], default='', max_length=2, verbose_name='text size'),
        ),
        migrations.AddField(
            model_name='learner',
            name='theme',
            field=models.CharField(blank=True, choices=[('', 'As on my device'), ('light', 'Light'), ('dark', 'Dark')], default='', max_length=5, verbose_name='background'),
        ),
        migrations.AddConstraint(
            model_name='learner',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('quiet_from__isnull', True), ('quiet_until__isnull', True)), models.Q(('quiet_from__isnull', False), ('quiet_from__range', (0, 23)), ('quiet_until__isnull', False), ('quiet_until__range', (0, 23)), models.Q(('quiet_from', models.F('quiet_until')), _negated=True)), _connector='OR'), name='learner_quiet_hours'),
        ),
        migrations.AddConstraint(
            model_name='learner',
            constraint=models.CheckConstraint(condition=models.Q(('form_of_address__in', ['', 'BAN', 'BAC', 'CO', 'CHU', 'ANH', 'CHI', 'EM']), ('lite__in', ['', '1', '0']), ('text_size__in', ['', 'lg', 'xl']), ('theme__in', ['', 'light', 'dark'])), name='learner_preferences_known'),
        ),
        migrations.AddConstraint(
            model_name='accessneeds',
            constraint=models.CheckConstraint(condition=models.Q(('needs__len__gt', 0), models.Q(('words', ''), _negated=True), _connector='OR'), name='access_needs_say_something'),
        ),
        migrations.AddConstraint(
            model_name='accessneeds',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('words'), 200), name='access_needs_letters_max'),
        ),
        migrations.AddField(
            model_name='consent',
            name='learner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='consenttext',
            constraint=models.UniqueConstraint(fields=('purpose', 'version'), name='consent_text_version'),
        ),
        migrations.AddConstraint(
            model_name='consenttext',
            constraint=models.UniqueConstraint(condition=models.Q(('valid_to__isnull', True)), fields=('purpose',), name='consent_text_one_current'),
        ),
        migrations.AddField(
            model_name='consent',
            name='text',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='learners.consenttext'),
        ),
        migrations.AddConstraint(
            model_name='retentionrule',
            constraint=models.UniqueConstraint(condition=models.Q(('valid_to__isnull', True)), fields=('kind',), name='retention_rule_one_current'),
        ),
        migrations.AddConstraint(
            model_name='retentionrule',
            constraint=models.CheckConstraint(condition=models.Q(('days__isnull', True), ('days__gt', 0), _connector='OR'), name='retention_rule_days_positive'),
        ),
        migrations.AddConstraint(
            model_name='retentionrule',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='retention_rule_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('learner', 'purpose'), name='consent_one_current'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), ('withdrawn_at__gte', models.F('given_at')), _connector='OR'), name='consent_ends_after_it_began'),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
