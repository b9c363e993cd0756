"""A run of a published course is opened by a provider whose verification stands on that day: the database sees to it."""

from django.db import migrations

GUARD = """
CREATE FUNCTION courses_run_of_verified() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM courses_courseversion version
        JOIN courses_course course ON course.id = version.course_id
        JOIN learners_organization provider ON provider.id = course.provider_id
        WHERE version.id = NEW.version_id AND version.state IN ('PUBLISHED', 'SUPERSEDED') AND NOT (
            provider.status = 'VERIFIED'
            AND provider.verified_until >= (NEW.created_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
        )
    ) THEN
        RAISE EXCEPTION 'a run of version %: its provider is not verified on that day', NEW.version_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER course_run_of_verified BEFORE INSERT OR UPDATE OF version_id ON courses_courserun
    FOR EACH ROW EXECUTE FUNCTION courses_run_of_verified();
"""
NO_GUARD = """
DROP TRIGGER course_run_of_verified ON courses_courserun;
DROP FUNCTION courses_run_of_verified();
"""


class Migration(migrations.Migration):
    dependencies = [("courses", "0011_posters"), ("learners", "0006_organization_pages")]
    operations = [migrations.RunSQL(GUARD, NO_GUARD)]
