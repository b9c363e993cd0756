"""A confirmation of a birth year is not lost by a merge: it goes to the kept account, which must have it first."""

from django.db import migrations

FOLLOWS = """
CREATE OR REPLACE FUNCTION learners_confirmed_year_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.birth_year_confirmed_at IS NULL AND EXISTS (
        SELECT 1 FROM learners_learner other
        WHERE other.birth_year = OLD.birth_year AND other.birth_year_confirmed_at = OLD.birth_year_confirmed_at
        AND learners_are_one(other.id, OLD.id)
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a confirmed birth year is only confirmed anew' USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
STAYS = """
CREATE OR REPLACE FUNCTION learners_confirmed_year_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a confirmed birth year is only confirmed anew' USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("learners", "0061_studying"),
    ]

    operations = [
        migrations.RunSQL(FOLLOWS, STAYS),
    ]
