"""In front of whom somebody answers who has only a card; the database asks whether they were registered there."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# As in 0024, with what may change of a guardian said in one place.
KEEPS_TO_THE_LAW = """
CREATE OR REPLACE FUNCTION learners_guardian_keeps_to_the_law() RETURNS trigger LANGUAGE plpgsql AS $$
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
        IF to_jsonb(OLD) - '{%(once)s,revoked_at,revoked_by_id}'::text[]
            <> to_jsonb(NEW) - '{%(once)s,revoked_at,revoked_by_id}'::text[]
            OR (OLD.accepted_at IS NOT NULL
                AND (%(old)s) IS DISTINCT FROM (%(new)s))
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
"""


def keeps_to_the_law(*written_once: str) -> str:
    """Return the guard; ``written_once`` are the columns that say who took a guardian up, and how."""
    return KEEPS_TO_THE_LAW % {
        "once": ",".join(written_once),
        "old": ", ".join(f"OLD.{each}" for each in written_once),
        "new": ", ".join(f"NEW.{each}" for each in written_once),
    }


WITNESSED = """
CREATE FUNCTION learners_witnessed_where_registered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.witnessed_by_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM learners_registration r JOIN learners_learner p ON p.id = r.learner_id
        WHERE p.id = NEW.said_by_id AND r.organization_id = NEW.organization_id
        AND p.email IS NULL AND p.phone IS NULL
    ) THEN
        RAISE EXCEPTION 'only who has a card alone answers at the counter that registered them'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER learners_witnessed_where_registered BEFORE INSERT ON learners_consentanswer
    FOR EACH ROW EXECUTE FUNCTION learners_witnessed_where_registered();
"""
NOT_WITNESSED = """
DROP TRIGGER learners_witnessed_where_registered ON learners_consentanswer;
DROP FUNCTION learners_witnessed_where_registered();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0025_registration_once'),
    ]

    operations = [
        migrations.AddField(
            model_name='consentanswer',
            name='organization',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learners.organization'),
        ),
        migrations.AddField(
            model_name='consentanswer',
            name='witnessed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='guardian',
            name='witnessed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='consentanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel', 'PORTAL'), ('organization__isnull', True), ('witnessed_by__isnull', True)), models.Q(models.Q(('channel', 'PORTAL'), _negated=True), ('organization__isnull', False), ('witnessed_by__isnull', False), models.Q(('witnessed_by', models.F('said_by')), _negated=True), models.Q(('witnessed_by', models.F('learner')), _negated=True)), _connector='OR'), name='consent_answer_witnessed'),
        ),
        migrations.AddConstraint(
            model_name='guardian',
            constraint=models.CheckConstraint(condition=models.Q(('witnessed_by__isnull', True), models.Q(('accepted_at__isnull', False), models.Q(('witnessed_by', models.F('guardian')), _negated=True), models.Q(('witnessed_by', models.F('child')), _negated=True)), _connector='OR'), name='guardian_witnessed_by_another'),
        ),
        migrations.RunSQL(
            keeps_to_the_law("guardian_id", "accepted_at", "witnessed_by_id"),
            keeps_to_the_law("guardian_id", "accepted_at"),
        ),
        migrations.RunSQL(WITNESSED, NOT_WITNESSED),
    ]
