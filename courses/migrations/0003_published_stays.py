"""A published version, its modules, units and completion rule never change: the database refuses it."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION courses_refuse_change_of_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state IN ('PUBLISHED', 'SUPERSEDED') THEN
            RAISE EXCEPTION 'course version % is published and stays', OLD.id USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state IN ('PUBLISHED', 'SUPERSEDED') AND (
        to_jsonb(OLD) - 'state' <> to_jsonb(NEW) - 'state'
        OR (OLD.state, NEW.state) NOT IN (('PUBLISHED', 'PUBLISHED'), ('PUBLISHED', 'SUPERSEDED'), ('SUPERSEDED', 'SUPERSEDED'))
    ) THEN
        RAISE EXCEPTION 'course version % is published and never changes', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION courses_refuse_change_of_published_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    versions bigint[];
BEGIN
    IF TG_TABLE_NAME = 'courses_unit' THEN
        versions := ARRAY(
            SELECT version_id FROM courses_module
            WHERE id IN (
                CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE (to_jsonb(OLD) ->> 'module_id')::bigint END,
                CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE (to_jsonb(NEW) ->> 'module_id')::bigint END
            )
        );
    ELSE
        versions := ARRAY[
            CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE (to_jsonb(OLD) ->> 'version_id')::bigint END,
            CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE (to_jsonb(NEW) ->> 'version_id')::bigint END
        ];
    END IF;
    -- Locked first, so that nobody publishes the version while a part of it is being changed.
    PERFORM 1 FROM courses_courseversion WHERE id = ANY (versions) ORDER BY id FOR SHARE;
    PERFORM 1 FROM courses_courseversion WHERE id = ANY (versions) AND state IN ('PUBLISHED', 'SUPERSEDED');
    IF FOUND THEN
        RAISE EXCEPTION 'a part of a published course version never changes'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER course_version_published_stays BEFORE UPDATE OR DELETE ON courses_courseversion
    FOR EACH ROW EXECUTE FUNCTION courses_refuse_change_of_published();
CREATE TRIGGER module_published_stays BEFORE INSERT OR UPDATE OR DELETE ON courses_module
    FOR EACH ROW EXECUTE FUNCTION courses_refuse_change_of_published_part();
CREATE TRIGGER unit_published_stays BEFORE INSERT OR UPDATE OR DELETE ON courses_unit
    FOR EACH ROW EXECUTE FUNCTION courses_refuse_change_of_published_part();
CREATE TRIGGER completion_rule_published_stays BEFORE INSERT OR UPDATE OR DELETE ON courses_completionrule
    FOR EACH ROW EXECUTE FUNCTION courses_refuse_change_of_published_part();
"""

NO_GUARDS = """
DROP TRIGGER completion_rule_published_stays ON courses_completionrule;
DROP TRIGGER unit_published_stays ON courses_unit;
DROP TRIGGER module_published_stays ON courses_module;
DROP TRIGGER course_version_published_stays ON courses_courseversion;
DROP FUNCTION courses_refuse_change_of_published_part();
DROP FUNCTION courses_refuse_change_of_published();
"""


class Migration(migrations.Migration):
    dependencies = [("courses", "0002_fields")]
    operations = [migrations.RunSQL(GUARDS, NO_GUARDS)]
