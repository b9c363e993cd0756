"""
The catalogue's entries with every facet in columns, kept right by the database whoever writes.

``courses_refresh_entries`` is the one place that says what an entry's derived columns are; triggers call it when a run,
a class session, a course or its provider changes. It works as of the moment the entry was last rebuilt, so that nothing
here asks the server's clock; what changes by itself as time passes is refreshed by a job (``stale_at``).

A class keeps to the version it was opened with: the facets a version says are those of the versions open runs belong
to, and the published one's where no run is open (decision 0333).
"""

import django.contrib.postgres.fields
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

FUNCTIONS = r"""
CREATE FUNCTION courses_words(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(lower(normalize(value, NFC)), '[^[:alnum:]]+', ' ', 'g');

-- The parts of the week that a class session meets in: a bit for each of morning, afternoon and evening of seven days.
CREATE FUNCTION courses_session_slots(starts_at timestamptz, ends_at timestamptz) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT (
        (CASE WHEN starts < day + interval '12 hours' THEN 1 ELSE 0 END)
        | (CASE WHEN starts < day + interval '18 hours' AND ends > day + interval '12 hours' THEN 2 ELSE 0 END)
        | (CASE WHEN ends > day + interval '18 hours' THEN 4 ELSE 0 END)
    ) << (3 * (extract(isodow FROM day)::integer - 1))
    FROM (
        SELECT starts_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS starts,
               ends_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS ends,
               date_trunc('day', starts_at AT TIME ZONE 'Asia/Ho_Chi_Minh') AS day
    ) AS local
);

-- What a version says that is a filter. What nobody has said of a course taught elsewhere (its cost, its length) is no
-- facet of it.
CREATE FUNCTION courses_version_facets(v courses_courseversion) RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT array_remove(ARRAY[
               '=format:' || v.format,
               '=level:' || coalesce(v.level, 0),
               '=cost:' || ('{free,100000,500000,2000000,over}'::text[])[
                   1 + width_bucket(v.cost_vnd, ARRAY[1, 100001, 500001, 2000001]::bigint[])],
               '=length:' || ('{4,16,50,over}'::text[])[
                   1 + width_bucket(nullif(v.notional_minutes, 0), ARRAY[241, 961, 3001])],
               CASE WHEN v.credit_hundredths > 0 THEN '=credit:' || v.kind_of_credit END,
               '=licence:' || nullif(v.licence, '')
           ], NULL)
           || ARRAY(SELECT DISTINCT '=lang:' || one FROM unnest(v.languages) AS one)
           || ARRAY(SELECT DISTINCT '=access:' || one FROM unnest(v.accessibility) AS one)
$$;

-- Planned for the courses at hand each time: a plan kept for any number of them reads the whole catalogue.
CREATE FUNCTION courses_refresh_entries(ids bigint[], moment timestamptz DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    refreshed bigint;
BEGIN
    WITH entry AS MATERIALIZED (
        SELECT e.course_id, e.words, coalesce(moment, e.rebuilt_at) AS as_of,
               (coalesce(moment, e.rebuilt_at) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS today,
               e.version_id, v.format <> 'ONLINE' AS is_in_class, courses_version_facets(v) AS said, e.broad_field_id,
               c.provider_id,
               o.status = 'VERIFIED' AND c.archived_at IS NULL AND v.state = 'PUBLISHED' AS is_listed,
               (SELECT min(first.published_at) FROM courses_courseversion AS first
                WHERE first.course_id = e.course_id) AS listed_at
        FROM courses_catalogentry AS e
        JOIN courses_courseversion AS v ON v.id = e.version_id
        JOIN courses_course AS c ON c.id = e.course_id
        JOIN learners_organization AS o ON o.id = c.provider_id
        WHERE e.course_id = ANY (ids)
    ),
    provider AS MATERIALIZED (
        SELECT o.id, o.kind, o.public_id, o.place_id,
               courses_words(concat_ws(' ', o.name_vi, o.name_en, place.name, province.name)) AS words
        FROM learners_organization AS o
        JOIN learners_place AS place ON place.code = o.place_id
        LEFT JOIN learners_place AS province ON province.code = place.parent_id
        WHERE o.id IN (SELECT provider_id FROM entry)
    ),
    provider_words AS MATERIALIZED (
        SELECT id, setweight(to_tsvector('simple', words), 'C')
                   || setweight(to_tsvector('simple', vn_fold(words)), 'D') AS words
        FROM provider
    ),
    run AS MATERIALIZED (
        SELECT entry.course_id, r.id, r.kind, r.starts_on, r.ends_on, r.enrollment_closes_at, r.place_id, entry.today,
               r.version_id, r.version_id <> entry.version_id AS is_earlier
        FROM entry
        JOIN courses_courseversion AS v ON v.course_id = entry.course_id AND v.state IN ('PUBLISHED', 'SUPERSEDED')
        JOIN courses_courserun AS r ON r.version_id = v.id
        WHERE r.cancelled_at IS NULL
          AND (r.enrollment_closes_at IS NULL OR r.enrollment_closes_at > entry.as_of)
          AND (r.ends_on IS NULL OR r.ends_on >= entry.today)
    ),
    -- What the versions say that open runs keep to; a course none of whose open runs is of an earlier one has no row.
    kept AS (
        SELECT one.course_id, array_agg(DISTINCT facet) AS said, bool_or(v.format <> 'ONLINE') AS is_in_class
        FROM (SELECT DISTINCT course_id, version_id FROM run
              WHERE course_id IN (SELECT course_id FROM run WHERE is_earlier)) AS one
        JOIN courses_courseversion AS v ON v.id = one.version_id
        CROSS JOIN LATERAL unnest(courses_version_facets(v)) AS facet
        GROUP BY one.course_id
    ),
    offered AS (
        SELECT entry.course_id, coalesce(kept.said, entry.said) AS said,
               coalesce(kept.is_in_class, entry.is_in_class) AS is_in_class
        FROM entry LEFT JOIN kept USING (course_id)
    ),
    week AS (
        SELECT run.course_id, run.id, bit_or(courses_session_slots(s.starts_at, s.ends_at)) AS slots
        FROM run JOIN courses_classsession AS s ON s.run_id = run.id AND s.cancelled_at IS NULL
        WHERE run.kind = 'DATED'
        GROUP BY run.course_id, run.id
        UNION ALL
        SELECT course_id, id, 0 FROM run WHERE kind = 'SELF_PACED'
    ),
    weeks AS (
        SELECT course_id, array_agg(DISTINCT slots ORDER BY slots) AS weeks FROM week GROUP BY course_id
    ),
    ahead AS (
        SELECT course_id,
               min(starts_on) FILTER (WHERE kind = 'DATED' AND starts_on >= today) AS next_on,
               bool_or(kind = 'SELF_PACED' OR starts_on < today) AS is_any_time,
               least(
                   min(enrollment_closes_at),
                   min((ends_on + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'),
                   min((starts_on + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh')
                       FILTER (WHERE kind = 'DATED' AND starts_on >= today)
               ) AS stale_at
        FROM run GROUP BY course_id
    ),
    place AS (
        SELECT there.course_id,
               array_agg(DISTINCT p.code ORDER BY p.code) FILTER (WHERE p.parent_id IS NOT NULL) AS communes,
               array_agg(DISTINCT coalesce(p.parent_id, p.code)) AS provinces
        FROM (
            SELECT course_id, place_id FROM run WHERE place_id IS NOT NULL
            UNION
            SELECT entry.course_id, provider.place_id
            FROM entry JOIN offered USING (course_id) JOIN provider ON provider.id = entry.provider_id
            WHERE offered.is_in_class
        ) AS there
        JOIN learners_place AS p ON p.code = there.place_id
        GROUP BY there.course_id
    ),
    derived AS (
        SELECT entry.course_id, entry.words, entry.as_of, entry.provider_id, entry.is_listed, entry.listed_at,
               ahead.next_on, ahead.stale_at,
               CASE WHEN ahead.next_on IS NOT NULL THEN 0 WHEN ahead.is_any_time THEN 1 ELSE 2 END AS opening,
               coalesce(place.communes, '{}') AS communes,
               coalesce(weeks.weeks, '{}') AS weeks,
               ARRAY['=field:' || entry.broad_field_id, '=kind:' || provider.kind] || offered.said
               || ARRAY(SELECT '=province:' || one FROM unnest(place.provinces) AS one) AS facets,
               '=provider:' || provider.public_id AS provider_token,
               provider_words.words AS provider_words
        FROM entry
        JOIN offered USING (course_id)
        JOIN provider ON provider.id = entry.provider_id
        JOIN provider_words ON provider_words.id = entry.provider_id
        LEFT JOIN ahead USING (course_id)
        LEFT JOIN weeks USING (course_id)
        LEFT JOIN place USING (course_id)
    )
    UPDATE courses_catalogentry AS e
    SET rebuilt_at = d.as_of,
        revision = e.revision + 1,
        provider_id = d.provider_id,
        is_listed = d.is_listed,
        listed_at = d.listed_at,
        next_on = d.next_on,
        opening = d.opening,
        stale_at = d.stale_at,
        communes = d.communes,
        weeks = d.weeks,
        facets = d.facets,
        document = CASE WHEN d.is_listed THEN
            d.words || d.provider_words || array_to_tsvector(
                d.facets || d.provider_token
                || ARRAY(SELECT '=commune:' || one FROM unnest(d.communes) AS one)
                || CASE WHEN d.weeks = '{}' THEN '{}' ELSE ARRAY['=run'] END
                || CASE WHEN 0 = ANY (d.weeks) THEN ARRAY['=slot:own'] ELSE '{}' END
                || ARRAY(
                    SELECT '=slot:' || slot FROM generate_series(0, 20) AS slot
                    WHERE EXISTS (SELECT FROM unnest(d.weeks) AS one WHERE one & (1 << slot) <> 0)
                )
            )
            ELSE ''::tsvector END
    FROM derived AS d
    WHERE e.course_id = d.course_id;
    GET DIAGNOSTICS refreshed = ROW_COUNT;
    RETURN refreshed;
END $$;

CREATE FUNCTION courses_refresh_after_runs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'courses_courserun' THEN
        PERFORM courses_refresh_entries(ARRAY(
            SELECT DISTINCT v.course_id FROM changed JOIN courses_courseversion AS v ON v.id = changed.version_id
            JOIN courses_catalogentry AS e ON e.course_id = v.course_id
        ));
    ELSE
        PERFORM courses_refresh_entries(ARRAY(
            SELECT DISTINCT v.course_id FROM changed JOIN courses_courserun AS r ON r.id = changed.run_id
            JOIN courses_courseversion AS v ON v.id = r.version_id
            JOIN courses_catalogentry AS e ON e.course_id = v.course_id
        ));
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION courses_refresh_after_course() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM courses_refresh_entries(ARRAY[NEW.id]);
    RETURN NULL;
END $$;

CREATE FUNCTION courses_refresh_after_provider() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM courses_refresh_entries(ARRAY(
        SELECT e.course_id FROM courses_catalogentry AS e WHERE e.provider_id = NEW.id ORDER BY e.course_id
    ));
    RETURN NULL;
END $$;

-- Counts are a ledger of differences: whoever changes an entry adds a row, so nobody waits for anybody. A new entry is
-- not on offer yet: it comes to be by an update.
CREATE FUNCTION courses_count_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO courses_catalogcount (term, count)
        SELECT term, sum(number) FROM (
            SELECT unnest(facets || ARRAY['=all', '=provider:' || provider_id]) AS term, 1 AS number
            FROM now_there WHERE is_listed
            UNION ALL
            SELECT unnest(facets || ARRAY['=all', '=provider:' || provider_id]), -1
            FROM was_there WHERE is_listed
        ) AS each GROUP BY term HAVING sum(number) <> 0;
    ELSE
        INSERT INTO courses_catalogcount (term, count)
        SELECT term, sum(number) FROM (
            SELECT unnest(facets || ARRAY['=all', '=provider:' || provider_id]) AS term, -1 AS number
            FROM was_there WHERE is_listed
        ) AS each GROUP BY term;
    END IF;
    RETURN NULL;
END $$;
"""

TRIGGERS = """
CREATE TRIGGER catalog_entry_counted_update AFTER UPDATE ON courses_catalogentry
    REFERENCING OLD TABLE AS was_there NEW TABLE AS now_there
    FOR EACH STATEMENT EXECUTE FUNCTION courses_count_entries();
CREATE TRIGGER catalog_entry_counted_delete AFTER DELETE ON courses_catalogentry
    REFERENCING OLD TABLE AS was_there FOR EACH STATEMENT EXECUTE FUNCTION courses_count_entries();

CREATE TRIGGER course_run_refreshes_insert AFTER INSERT ON courses_courserun
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION courses_refresh_after_runs();
CREATE TRIGGER course_run_refreshes_update AFTER UPDATE ON courses_courserun
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION courses_refresh_after_runs();
CREATE TRIGGER course_run_refreshes_delete AFTER DELETE ON courses_courserun
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION courses_refresh_after_runs();
CREATE TRIGGER class_session_refreshes_insert AFTER INSERT ON courses_classsession
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION courses_refresh_after_runs();
CREATE TRIGGER class_session_refreshes_update AFTER UPDATE ON courses_classsession
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION courses_refresh_after_runs();
CREATE TRIGGER class_session_refreshes_delete AFTER DELETE ON courses_classsession
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION courses_refresh_after_runs();

CREATE TRIGGER course_refreshes AFTER UPDATE ON courses_course FOR EACH ROW
    WHEN (OLD.archived_at IS DISTINCT FROM NEW.archived_at OR OLD.provider_id <> NEW.provider_id)
    EXECUTE FUNCTION courses_refresh_after_course();
CREATE TRIGGER organization_refreshes_entries AFTER UPDATE ON learners_organization FOR EACH ROW
    WHEN (
        (OLD.status, OLD.kind, OLD.name_vi, OLD.name_en, OLD.place_id)
        IS DISTINCT FROM (NEW.status, NEW.kind, NEW.name_vi, NEW.name_en, NEW.place_id)
    )
    EXECUTE FUNCTION courses_refresh_after_provider();
"""

NO_TRIGGERS = """
DROP TRIGGER organization_refreshes_entries ON learners_organization;
DROP TRIGGER course_refreshes ON courses_course;
DROP TRIGGER class_session_refreshes_delete ON courses_classsession;
DROP TRIGGER class_session_refreshes_update ON courses_classsession;
DROP TRIGGER class_session_refreshes_insert ON courses_classsession;
DROP TRIGGER course_run_refreshes_delete ON courses_courserun;
DROP TRIGGER course_run_refreshes_update ON courses_courserun;
DROP TRIGGER course_run_refreshes_insert ON courses_courserun;
DROP TRIGGER catalog_entry_counted_delete ON courses_catalogentry;
DROP TRIGGER catalog_entry_counted_update ON courses_catalogentry;
"""

NO_FUNCTIONS = """
DROP FUNCTION courses_count_entries();
DROP FUNCTION courses_refresh_after_provider();
DROP FUNCTION courses_refresh_after_course();
DROP FUNCTION courses_refresh_after_runs();
DROP FUNCTION courses_refresh_entries(bigint[], timestamptz);
DROP FUNCTION courses_version_facets(courses_courseversion);
DROP FUNCTION courses_session_slots(timestamptz, timestamptz);
DROP FUNCTION courses_words(text);
"""

# What entries there are keeps its words; the rest follows from them.
BEFORE = """
UPDATE courses_catalogentry SET words = document, document = '',
    provider_id = (SELECT c.provider_id FROM courses_course AS c WHERE c.id = course_id);
"""
AFTER = """
SELECT courses_refresh_entries(ARRAY(SELECT course_id FROM courses_catalogentry));
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""

# Found and counted without being read, so the long columns live apart and a page holds many entries (decision 0315).
STORAGE = """
ALTER TABLE courses_catalogentry SET (toast_tuple_target = 640);
ALTER TABLE courses_catalogentry ALTER COLUMN words SET STORAGE EXTERNAL;
ALTER TABLE courses_catalogentry ALTER COLUMN document SET STORAGE EXTERNAL;
"""
NO_STORAGE = """
ALTER TABLE courses_catalogentry RESET (toast_tuple_target);
ALTER TABLE courses_catalogentry ALTER COLUMN document SET STORAGE EXTENDED;
"""


class Migration(migrations.Migration):
    dependencies = [("courses", "0004_search_words"), ("learners", "0002_places")]
    operations = [
        migrations.CreateModel(
            name="CatalogCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("term", models.CharField(max_length=80)),
                ("count", models.IntegerField()),
            ],
        ),
        migrations.AddField(
            "catalogentry", "words", django.contrib.postgres.search.SearchVectorField(default=""), preserve_default=False
        ),
        migrations.AlterField("catalogentry", "document", django.contrib.postgres.search.SearchVectorField(default="")),
        migrations.AddField(
            "catalogentry",
            "provider",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="learners.organization",
            ),
        ),
        migrations.AddField("catalogentry", "is_listed", models.BooleanField(default=False)),
        migrations.AddField("catalogentry", "listed_at", models.DateTimeField(null=True)),
        migrations.AddField("catalogentry", "next_on", models.DateField(null=True)),
        migrations.AddField("catalogentry", "opening", models.PositiveSmallIntegerField(default=2)),
        migrations.AddField("catalogentry", "stale_at", models.DateTimeField(null=True)),
        migrations.AddField("catalogentry", "revision", models.IntegerField(default=0)),
        migrations.AddField(
            "catalogentry",
            "facets",
            django.contrib.postgres.fields.ArrayField(models.CharField(max_length=80), default=list, size=None),
        ),
        migrations.AddField(
            "catalogentry",
            "communes",
            django.contrib.postgres.fields.ArrayField(models.CharField(max_length=8), default=list, size=None),
        ),
        migrations.AddField(
            "catalogentry",
            "weeks",
            django.contrib.postgres.fields.ArrayField(models.IntegerField(), default=list, size=None),
        ),
        migrations.RunSQL(STORAGE, NO_STORAGE),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.RunSQL(BEFORE, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
        migrations.RunSQL(AFTER, migrations.RunSQL.noop),
        migrations.AlterField(
            "catalogentry",
            "provider",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="learners.organization"
            ),
        ),
        migrations.RemoveIndex("catalogentry", "catalog_entry_sort_key"),
        migrations.AddIndex(
            "catalogentry",
            models.Index(
                fields=["next_on", "opening", "sort_key", "course"],
                condition=models.Q(is_listed=True),
                name="catalog_entry_soonest",
            ),
        ),
        migrations.AddIndex(
            "catalogentry",
            models.Index(
                fields=["-listed_at", "-course"], condition=models.Q(is_listed=True), name="catalog_entry_newest"
            ),
        ),
        migrations.AddIndex(
            "catalogentry",
            models.Index(
                fields=["sort_key", "course"], condition=models.Q(is_listed=True), name="catalog_entry_by_title"
            ),
        ),
        migrations.AddIndex(
            "catalogentry",
            models.Index(
                fields=["stale_at"], condition=models.Q(stale_at__isnull=False), name="catalog_entry_stale"
            ),
        ),
        migrations.AddIndex("catalogcount", models.Index(fields=["term"], name="catalog_count_term")),
    ]
