"""
Ages in the law as rows, guardians of children, and what was answered about a child's consent.

``learners_under_age`` is the one place in SQL that reads those ages: by the year of birth somebody counts as under an
age until the year in which they have certainly reached it. Where no row says an age, whoever's year is known is under it.
"""

from datetime import date
from pathlib import Path

import django.db.models.deletion
import uuid
import yaml
from django.conf import settings
from django.db import migrations, models


ROWS = Path(__file__).resolve().parent.parent / "data" / "personal_data.yaml"
VALID_FROM = date(2026, 1, 1)  # when Law 91/2025/QH15 came into force
GUARDS = """
CREATE FUNCTION learners_under_age(birth_year integer, which text, day date) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT birth_year IS NOT NULL AND COALESCE(
        EXTRACT(YEAR FROM day)::integer - birth_year <= (
            SELECT years FROM learners_agerule
            WHERE kind = which AND valid_from <= day AND (valid_to IS NULL OR valid_to > day)
            ORDER BY valid_from DESC, id DESC LIMIT 1
        ), true)
$$;

CREATE FUNCTION learners_guardian_keeps_to_the_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (
            SELECT 1 FROM learners_learner c WHERE c.id = NEW.child_id AND learners_under_age(
                c.birth_year, 'AGREES_ALONE', (NEW.recorded_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
        ) THEN
            RAISE EXCEPTION 'only a child has a guardian' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a guardian stays as recorded' USING ERRCODE = 'integrity_constraint_violation';
    ELSE
        IF to_jsonb(OLD) - '{guardian_id,accepted_at,revoked_at,revoked_by_id}'::text[]
            <> to_jsonb(NEW) - '{guardian_id,accepted_at,revoked_at,revoked_by_id}'::text[]
            OR (OLD.accepted_at IS NOT NULL
                AND (OLD.guardian_id, OLD.accepted_at) IS DISTINCT FROM (NEW.guardian_id, NEW.accepted_at))
            OR (OLD.revoked_at IS NOT NULL
                AND (OLD.revoked_at, OLD.revoked_by_id) IS DISTINCT FROM (NEW.revoked_at, NEW.revoked_by_id)) THEN
            RAISE EXCEPTION 'a guardian stays as recorded' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    IF NEW.guardian_id IS NOT NULL AND NEW.revoked_at IS NULL AND EXISTS (
        SELECT 1 FROM learners_learner g WHERE g.id = NEW.guardian_id AND learners_under_age(
            g.birth_year, 'OF_AGE', (NEW.accepted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
    ) THEN
        RAISE EXCEPTION 'a guardian is of age' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER learners_guardian_keeps_to_the_law BEFORE INSERT OR UPDATE OR DELETE ON learners_guardian
    FOR EACH ROW EXECUTE FUNCTION learners_guardian_keeps_to_the_law();

CREATE FUNCTION learners_answer_of_who_may() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        IF TG_OP = 'UPDATE' AND OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL
            AND to_jsonb(OLD) - 'ended_at' = to_jsonb(NEW) - 'ended_at' THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'an answer stays as it was given; it ends once' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM learners_consenttext t WHERE t.id = NEW.text_id AND t.purpose = NEW.purpose) THEN
        RAISE EXCEPTION 'these are words of another purpose' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.guardian_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM learners_guardian g JOIN learners_learner c ON c.id = g.child_id
        WHERE g.id = NEW.guardian_id AND g.child_id = NEW.learner_id AND g.guardian_id = NEW.said_by_id
        AND g.revoked_at IS NULL AND learners_under_age(
            c.birth_year, 'AGREES_ALONE', (NEW.said_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
    ) THEN
        RAISE EXCEPTION 'no guardian of this child says so now' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER learners_answer_of_who_may BEFORE INSERT OR UPDATE OR DELETE ON learners_consentanswer
    FOR EACH ROW EXECUTE FUNCTION learners_answer_of_who_may();

CREATE FUNCTION learners_consent_of_all_who_must() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    year_born integer;
    day date := (NEW.given_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
BEGIN
    SELECT birth_year INTO year_born FROM learners_learner WHERE id = NEW.learner_id;
    IF NEW.withdrawn_at IS NOT NULL OR NOT learners_under_age(year_born, 'AGREES_ALONE', day) THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM learners_consentanswer a JOIN learners_guardian g ON g.id = a.guardian_id
        WHERE a.learner_id = NEW.learner_id AND a.text_id = NEW.text_id AND a.is_yes AND a.ended_at IS NULL
        AND g.revoked_at IS NULL
    ) THEN
        RAISE EXCEPTION 'no guardian has agreed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM learners_consentanswer a JOIN learners_guardian g ON g.id = a.guardian_id
        WHERE a.learner_id = NEW.learner_id AND a.purpose = NEW.purpose AND NOT a.is_yes AND a.ended_at IS NULL
        AND g.revoked_at IS NULL
    ) THEN
        RAISE EXCEPTION 'a guardian has refused' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    -- In the year before they have certainly reached the age they may have: a year sooner the child is asked.
    IF NOT learners_under_age(year_born - 1, 'CHILD_IS_ASKED', day) AND NOT EXISTS (
        SELECT 1 FROM learners_consentanswer a
        WHERE a.learner_id = NEW.learner_id AND a.text_id = NEW.text_id AND a.is_yes AND a.ended_at IS NULL
        AND a.guardian_id IS NULL
    ) THEN
        RAISE EXCEPTION 'the child has not agreed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER learners_consent_of_all_who_must BEFORE INSERT ON learners_consent
    FOR EACH ROW EXECUTE FUNCTION learners_consent_of_all_who_must();
"""
NO_GUARDS = """
DROP TRIGGER learners_consent_of_all_who_must ON learners_consent;
DROP FUNCTION learners_consent_of_all_who_must();
DROP TRIGGER learners_answer_of_who_may ON learners_consentanswer;
DROP FUNCTION learners_answer_of_who_may();
DROP TRIGGER learners_guardian_keeps_to_the_law ON learners_guardian;
DROP FUNCTION learners_guardian_keeps_to_the_law();
DROP FUNCTION learners_under_age(integer, text, date);
"""


def load(apps, schema_editor):
    rule = apps.get_model("learners", "AgeRule")
    with ROWS.open(encoding="utf-8") as file:
        rows = yaml.safe_load(file)["ages"]
    rule.objects.bulk_create(rule(valid_from=VALID_FROM, **row) for row in rows)


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0023_my_data_closing'),
    ]

    operations = [
        migrations.CreateModel(
            name='AgeRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('CHILD_IS_ASKED', 'The child is asked too'), ('AGREES_ALONE', 'Agrees alone, without a guardian'), ('OF_AGE', 'Of age: the name may be shown, and may be a guardian')], max_length=20, verbose_name='what')),
                ('years', models.PositiveSmallIntegerField(verbose_name='years of age')),
                ('source_vi', models.CharField(max_length=300, verbose_name='source')),
                ('source_en', models.CharField(max_length=300, verbose_name='source in English')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid until')),
            ],
            options={
                'verbose_name': 'age in the law',
                'verbose_name_plural': 'ages in the law',
                'constraints': [models.UniqueConstraint(condition=models.Q(('valid_to__isnull', True)), fields=('kind',), name='age_rule_one_current'), models.CheckConstraint(condition=models.Q(('years__range', (1, 30))), name='age_rule_years'), models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='age_rule_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='Guardian',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('proof', models.CharField(choices=[('BIRTH_CERTIFICATE', 'The child’s birth certificate, with the parent’s identity card'), ('RESIDENCE', 'A confirmation of residence that names both'), ('DECISION', 'A decision of a court or a People’s Committee')], max_length=20, verbose_name='how it was shown')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('code_hash', models.CharField(max_length=64, unique=True)),
                ('code_ends_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='taken up')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back')),
                ('child', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guardians', to=settings.AUTH_USER_MODEL, verbose_name='child')),
                ('guardian', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='guardian_of', to=settings.AUTH_USER_MODEL, verbose_name='parent or guardian')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guardians_recorded', to='learners.organization')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guardians_recorded', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'guardian of a child',
                'verbose_name_plural': 'guardians of children',
            },
        ),
        migrations.CreateModel(
            name='ConsentAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('ACCESS_NEEDS', 'Show the centre of my class what I need there')], max_length=20, verbose_name='purpose')),
                ('is_yes', models.BooleanField(verbose_name='agrees')),
                ('language', models.CharField(choices=[('vi', 'Vietnamese'), ('en', 'English')], max_length=2)),
                ('channel', models.CharField(choices=[('PORTAL', 'On this portal'), ('COUNTER', 'At the counter of an organisation'), ('PAPER', 'On paper')], max_length=8)),
                ('said_at', models.DateTimeField(verbose_name='answered')),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('learner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consent_answers', to=settings.AUTH_USER_MODEL)),
                ('said_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consent_answers_given', to=settings.AUTH_USER_MODEL)),
                ('text', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='learners.consenttext')),
                ('guardian', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='learners.guardian')),
            ],
            options={
                'verbose_name': 'answer about a child’s consent',
                'verbose_name_plural': 'answers about children’s consents',
            },
        ),
        migrations.AddConstraint(
            model_name='guardian',
            constraint=models.CheckConstraint(condition=models.Q(('recorded_by', models.F('child')), _negated=True), name='guardian_recorded_by_another'),
        ),
        migrations.AddConstraint(
            model_name='guardian',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accepted_at__isnull', True), ('guardian__isnull', True)), models.Q(('accepted_at__isnull', False), ('guardian__isnull', False), models.Q(('guardian', models.F('child')), _negated=True), models.Q(('guardian', models.F('recorded_by')), _negated=True)), _connector='OR'), name='guardian_is_a_third_person'),
        ),
        migrations.AddConstraint(
            model_name='guardian',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', True), ('revoked_by__isnull', True)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='guardian_revocation_complete'),
        ),
        migrations.AddConstraint(
            model_name='guardian',
            constraint=models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('child', 'guardian'), name='guardian_one_per_pair'),
        ),
        migrations.AddConstraint(
            model_name='consentanswer',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True), ('guardian__isnull', True)), fields=('learner', 'purpose'), name='consent_answer_one_of_child'),
        ),
        migrations.AddConstraint(
            model_name='consentanswer',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('guardian', 'purpose'), name='consent_answer_one_of_guardian'),
        ),
        migrations.AddConstraint(
            model_name='consentanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('guardian__isnull', True), ('said_by', models.F('learner'))), models.Q(('guardian__isnull', False), models.Q(('said_by', models.F('learner')), _negated=True)), _connector='OR'), name='consent_answer_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='consentanswer',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('said_at')), _connector='OR'), name='consent_answer_ends_after'),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
