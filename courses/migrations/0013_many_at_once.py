"""What stands in the way of thousands of rows in one statement is asked once a statement (decision 0510)."""

import django.db.models.deletion
from django.db import migrations, models

# Parts that are new: asked after the statement, together. Those changed or taken away are asked one by one, before.
PARTS = """
CREATE FUNCTION courses_refuse_new_part_of_published() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    versions bigint[];
BEGIN
    IF TG_TABLE_NAME = 'courses_unit' THEN
        versions := ARRAY(
            SELECT DISTINCT version_id FROM courses_module WHERE id IN (SELECT module_id FROM made) ORDER BY version_id
        );
    ELSE
        versions := ARRAY(SELECT DISTINCT version_id FROM made ORDER BY version_id);
    END IF;
    -- Locked first, so that nobody publishes the version while parts of it are being made.
    PERFORM 1 FROM courses_courseversion WHERE id = ANY (versions) ORDER BY id FOR SHARE;
    PERFORM 1 FROM courses_courseversion WHERE id = ANY (versions) AND state IN ('PUBLISHED', 'SUPERSEDED');
    IF FOUND THEN
        RAISE EXCEPTION 'a published course version gets no new parts' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
"""

# A provider of many courses: what it may no longer offer leaves at once, which costs a seventh of a refresh; what is
# to come back or to be renamed begins at once and is gone on with by a job.
PROVIDERS = """
CREATE OR REPLACE FUNCTION courses_refresh_after_provider() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    at_once CONSTANT integer := 2000;
    ids bigint[] := ARRAY(
        SELECT course_id FROM courses_catalogentry WHERE provider_id = NEW.id ORDER BY course_id LIMIT at_once + 1
    );
BEGIN
    IF cardinality(ids) <= at_once THEN
        PERFORM courses_refresh_entries(ids);
    ELSIF NEW.status <> 'VERIFIED' THEN
        UPDATE courses_catalogentry SET is_listed = false, document = '', revision = revision + 1
        WHERE provider_id = NEW.id AND is_listed;
    ELSE
        PERFORM courses_refresh_entries(ids[:at_once]);
        INSERT INTO courses_providerrefresh (provider_id, after) VALUES (NEW.id, ids[at_once])
        ON CONFLICT (provider_id) DO UPDATE SET after = excluded.after;
    END IF;
    RETURN NULL;
END $$;
"""
IN_ONE_STATEMENT = """
CREATE OR REPLACE FUNCTION courses_refresh_after_provider() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM courses_refresh_entries(ARRAY(
        SELECT e.course_id FROM courses_catalogentry AS e WHERE e.provider_id = NEW.id ORDER BY e.course_id
    ));
    RETURN NULL;
END $$;
"""
TABLES = {"courses_module": "module", "courses_unit": "unit", "courses_completionrule": "completion_rule"}
ONCE_A_STATEMENT = "".join(
    f"""
    DROP TRIGGER {name}_published_stays ON {table};
    CREATE TRIGGER {name}_published_stays BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION courses_refuse_change_of_published_part();
    CREATE TRIGGER {name}_published_stays_whole AFTER INSERT ON {table} REFERENCING NEW TABLE AS made
        FOR EACH STATEMENT EXECUTE FUNCTION courses_refuse_new_part_of_published();
    """
    for table, name in TABLES.items()
)
ONCE_A_ROW = "".join(
    f"""
    DROP TRIGGER {name}_published_stays_whole ON {table};
    DROP TRIGGER {name}_published_stays ON {table};
    CREATE TRIGGER {name}_published_stays BEFORE INSERT OR UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION courses_refuse_change_of_published_part();
    """
    for table, name in TABLES.items()
)
STATES = [
    ("READING", "Being read"),
    ("MAPPING", "Columns to be chosen"),
    ("CHECKING", "Being checked"),
    ("CHECKED", "Checked, nothing saved yet"),
    ("RUNNING", "Being imported"),
    ("DONE", "Imported"),
    ("UNDOING", "Being undone"),
    ("UNDONE", "Undone"),
    ("FAILED", "Refused"),
    ("DROPPED", "Thrown away"),
]


class Migration(migrations.Migration):
    dependencies = [("courses", "0012_runs_of_verified"), ("learners", "0004_holidays")]
    operations = [
        migrations.RunSQL(
            PARTS + ONCE_A_STATEMENT, ONCE_A_ROW + "DROP FUNCTION courses_refuse_new_part_of_published();"
        ),
        migrations.CreateModel(
            name="ProviderRefresh",
            fields=[
                (
                    "provider",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="learners.organization",
                    ),
                ),
                ("after", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL(PROVIDERS, IN_ONE_STATEMENT),
        migrations.AddIndex(
            "courseversion",
            models.Index(
                fields=["-published_at", "-id"],
                condition=models.Q(state="PUBLISHED"),
                name="course_version_published_last",
            ),
        ),
        migrations.AddIndex(
            "courserun",
            models.Index(
                fields=["starts_on", "id"], condition=models.Q(kind="DATED"), name="course_run_by_start"
            ),
        ),
        migrations.AlterField("importjob", "state", models.CharField(choices=STATES, default="MAPPING", max_length=10)),
        migrations.RemoveIndex("importjob", "import_job_waiting"),
        migrations.AddIndex(
            "importjob",
            models.Index(
                fields=["id"],
                condition=models.Q(state__in=["READING", "CHECKING", "RUNNING", "UNDOING"]),
                name="import_job_waiting",
            ),
        ),
    ]
