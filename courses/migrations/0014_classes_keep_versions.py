"""
The catalogue finds a course by what its open classes say: a class keeps to the version it was opened with.

``courses_refresh_entries`` as it stood in 0005, but that the facets a version says are those of the versions open runs
belong to, and the published one's where no run is open (decision 0333).
"""

from importlib import import_module

from django.db import migrations

FACETS = """
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
"""
REFRESH = r"""
-- Planned for the courses at hand each time: a plan kept for any number of them reads the whole catalogue.
CREATE OR REPLACE FUNCTION courses_refresh_entries(ids bigint[], moment timestamptz DEFAULT NULL) RETURNS bigint
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
"""
# Only courses with a run of an earlier version can say something else now.
AGAIN = """
SELECT courses_refresh_entries(ARRAY(
    SELECT DISTINCT e.course_id
    FROM courses_catalogentry AS e
    JOIN courses_courseversion AS v ON v.course_id = e.course_id AND v.id <> e.version_id
    JOIN courses_courserun AS r ON r.version_id = v.id
));
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
_OF_0005 = import_module("courses.migrations.0005_catalog_facets").FUNCTIONS
_BEFORE = _OF_0005[
    _OF_0005.index("CREATE FUNCTION courses_refresh_entries") : _OF_0005.index("CREATE FUNCTION courses_refresh_after_runs")
].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


class Migration(migrations.Migration):
    dependencies = [("courses", "0013_many_at_once")]
    operations = [
        migrations.RunSQL(FACETS, "DROP FUNCTION courses_version_facets(courses_courseversion)"),
        migrations.RunSQL(REFRESH, _BEFORE),
        migrations.RunSQL(AGAIN, migrations.RunSQL.noop),
    ]
