"""
In front of whom somebody answers who has only a card; the database asks whether they were registered there.
A guardian is recorded once for each form; those recorded before get keys of their own, past the guard of their rows.
Guardians of a child, and complaints, follow when two accounts become one: between accounts of one person only.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# As in 0024, with what may change of a guardian said in one place.
KEEPS_TO_THE_LAW = """
CREATE OR REPLACE FUNCTION learners_guardian_keeps_to_the_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a guardian stays as recorded' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (TG_OP = 'INSERT' OR NEW.child_id <> OLD.child_id) AND NOT EXISTS (
        SELECT 1 FROM learners_learner c WHERE c.id = NEW.child_id AND learners_under_age(
            c.birth_year, 'AGREES_ALONE', (NEW.recorded_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
    ) THEN
        RAISE EXCEPTION 'only a child has a guardian' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(OLD) - '{%(changes)s,revoked_at,revoked_by_id}'::text[]
            <> to_jsonb(NEW) - '{%(changes)s,revoked_at,revoked_by_id}'::text[]
            %(follows)s
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


FOLLOWS = "OR (NEW.child_id <> OLD.child_id AND NOT learners_are_one(OLD.child_id, NEW.child_id))"


def keeps_to_the_law(*written_once, changes=()):
    """Return the guard; ``written_once`` are the columns that say who took a guardian up, and how."""
    return KEEPS_TO_THE_LAW % {
        "changes": ",".join((*written_once, *changes)),
        "follows": FOLLOWS if changes else "",
        "old": ", ".join(f"OLD.{each}" for each in written_once),
        "new": ", ".join(f"NEW.{each}" for each in written_once),
    }


ARE_ONE = """
CREATE FUNCTION learners_are_one(one bigint, other bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM learners_learner WHERE (id, merged_into_id) IN ((one, other), (other, one))
    )
$$;
"""
COMPLAINT_FOLLOWS = """
DROP TRIGGER learners_complaint_stays ON learners_organizationcomplaint;
CREATE TRIGGER learners_complaint_stays BEFORE DELETE OR TRUNCATE ON learners_organizationcomplaint
    FOR EACH STATEMENT EXECUTE FUNCTION learners_complaint_stays();

CREATE FUNCTION learners_complaint_follows_its_maker() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF portal_is_erasing() OR (
        to_jsonb(OLD) - 'learner_id' = to_jsonb(NEW) - 'learner_id' AND learners_are_one(OLD.learner_id, NEW.learner_id)
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a complaint and its answer are never changed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER learners_complaint_follows_its_maker BEFORE UPDATE ON learners_organizationcomplaint
    FOR EACH ROW EXECUTE FUNCTION learners_complaint_follows_its_maker();
"""
COMPLAINT_STAYS = """
DROP TRIGGER learners_complaint_follows_its_maker ON learners_organizationcomplaint;
DROP FUNCTION learners_complaint_follows_its_maker();
DROP TRIGGER learners_complaint_stays ON learners_organizationcomplaint;
CREATE TRIGGER learners_complaint_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON learners_organizationcomplaint
    FOR EACH STATEMENT EXECUTE FUNCTION learners_complaint_stays();
"""
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
ONCE = """
ALTER TABLE learners_guardian ADD COLUMN idempotency_key uuid NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE learners_guardian ALTER COLUMN idempotency_key DROP DEFAULT;
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
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(ONCE, "ALTER TABLE learners_guardian DROP COLUMN idempotency_key")],
            [migrations.AddField(
                model_name='guardian', name='idempotency_key', field=models.UUIDField(), preserve_default=False,
            )],
        ),
        migrations.AddConstraint(
            model_name='guardian',
            constraint=models.UniqueConstraint(fields=('child', 'idempotency_key'), name='guardian_recorded_once'),
        ),
        migrations.AddConstraint(
            model_name='consentanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel', 'PORTAL'), ('organization__isnull', True), ('witnessed_by__isnull', True)), models.Q(models.Q(('channel', 'PORTAL'), _negated=True), ('organization__isnull', False), ('witnessed_by__isnull', False), models.Q(('witnessed_by', models.F('said_by')), _negated=True), models.Q(('witnessed_by', models.F('learner')), _negated=True)), _connector='OR'), name='consent_answer_witnessed'),
        ),
        migrations.AddConstraint(
            model_name='guardian',
            constraint=models.CheckConstraint(condition=models.Q(('witnessed_by__isnull', True), models.Q(('accepted_at__isnull', False), models.Q(('witnessed_by', models.F('guardian')), _negated=True), models.Q(('witnessed_by', models.F('child')), _negated=True)), _connector='OR'), name='guardian_witnessed_by_another'),
        ),
        migrations.RemoveConstraint(model_name='consentanswer', name='consent_answer_one_of_guardian'),
        migrations.AddConstraint(
            model_name='consentanswer',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('guardian', 'learner', 'purpose'), name='consent_answer_one_of_guardian'),
        ),
        migrations.RunSQL(ARE_ONE, "DROP FUNCTION learners_are_one(bigint, bigint)"),
        migrations.RunSQL(COMPLAINT_FOLLOWS, COMPLAINT_STAYS),
        migrations.RunSQL(
            keeps_to_the_law("guardian_id", "accepted_at", "witnessed_by_id", changes=("child_id",)),
            keeps_to_the_law("guardian_id", "accepted_at"),
        ),
        migrations.RunSQL(WITNESSED, NOT_WITNESSED),
    ]
