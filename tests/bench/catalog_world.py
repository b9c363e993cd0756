"""
A catalogue of made courses, by the hundred thousand: words as in a language, few very common and most rare.

The rows are written by SQL in a session that plays the part of a replica, so no trigger is asked; what the triggers
would have derived is derived at the end by the same function.
"""

from typing import Any

from django.db import connections

from portal.quickstart.servers import Postgres
from tests.bench.large.load import superuser
from tests.factories.catalog import a_published_run

WORDS = 5_000
PROVIDERS = 400
AT_ONCE = 20_000
# From a word that nearly every course has to one that few have; two common words together; a beginning.
TERMS = ("w0001", "w0003", "w0020", "w0400", "w0001 w0002", "w000", "w4000")
FILTERED = {
    "filtered": "q=w0003&format=ONLINE&province=01&cost=100000",
    "near": "q=w0003&near=00004&within=50",
    "week": "when=tue-evening&when=tue-afternoon&when=wed-evening",
    "newest": "q=w0001&sort=newest",
    "browse": "",
}
SEARCHES = (*(f"q={term.replace(' ', '+')}" for term in TERMS), *FILTERED.values())

_COLUMNS = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""


def _commune(step: int) -> str:
    return f"(SELECT codes[1 + (n * {step}) % cardinality(codes)] FROM communes)"


# Of each table the columns that differ from the pattern's; n counts the courses.
_PROVIDER = "first_provider + n"
_COURSE = "first_course + n"
_VERSION = "first_version + n"
OF_THEIR_OWN = {
    "learners_organization": {
        "id": _PROVIDER,
        "public_id": "md5('provider:' || n)::uuid",
        "name_vi": "'Đơn vị số ' || n",
        "kind": "(ARRAY['COMMUNITY_LEARNING_CENTRE','LIBRARY','MUSEUM','UNIVERSITY','ENTERPRISE'])[1 + n % 5]",
        "place_id": _commune(7),
    },
    "courses_course": {
        "id": _COURSE,
        "provider_id": "first_provider + 1 + (n::bigint * 7919) % providers",
        "creation_key": "NULL",
        "import_key": "''",
    },
    "courses_courseversion": {
        "id": _VERSION,
        "course_id": _COURSE,
        "title_vi": "'Chương trình ' || n",
        "format": "(ARRAY['ONLINE','IN_PERSON','BLENDED'])[1 + n % 3]",
        "level": "NULLIF(n % 9, 0)",
        "cost_vnd": "(ARRAY[0, 0, 50000, 300000, 1500000, 5000000])[1 + n % 6]",
        "kind_of_credit": "(ARRAY['COMMUNITY','VOCATIONAL','ACADEMIC'])[1 + n % 3]",
        "languages": "CASE WHEN n % 10 = 0 THEN ARRAY['vi','en'] ELSE ARRAY['vi'] END",
        "accessibility": "(ARRAY['{}','{wheelchair}','{captions,transcript}','{slow_pace}'])[1 + n % 4]::varchar[]",
        "licence": "(ARRAY['','CC BY 4.0','CC BY-SA 4.0'])[1 + n % 3]",
        "notional_minutes": "(ARRAY[120, 600, 1800, 6000])[1 + n % 4]",
        "credit_hundredths": "(ARRAY[4, 20, 60, 200])[1 + n % 4]",
        "published_at": "'2026-01-01'::timestamptz + n * interval '1 minute'",
    },
    "courses_courserun": {
        "id": "first_run + n",
        "version_id": _VERSION,
        "creation_key": "NULL",
        "starts_on": "'2026-11-22'::date + n % 120",
        "ends_on": "'2026-12-22'::date + n % 120",
        "enrollment_closes_at": "NULL",
        "place_id": _commune(13),
    },
    "courses_classsession": {
        "id": "first_session + n",
        "run_id": "first_run + n",
        "starts_at": "'2026-11-22'::timestamptz + (n % 120) * interval '1 day' + (n % 13) * interval '1 hour'",
        "ends_at": "'2026-11-22'::timestamptz + (n % 120) * interval '1 day' + (2 + n % 13) * interval '1 hour'",
    },
}
HAS_A_RUN = "n % 3 = 0"
ENTRIES = """
    INSERT INTO courses_catalogentry (course_id, version_id, provider_id, sort_key, title_fold, broad_field_id, words,
        rebuilt_at, document, facets, communes, weeks, is_listed, opening, revision)
    SELECT {course}, {version}, first_provider + 1 + (n::bigint * 7919) % providers, title, title,
        lpad((n % 11)::text, 2, '0'),
        setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', title), 'B')
            || setweight(to_tsvector('simple', rest), 'C') || setweight(to_tsvector('simple', rest), 'D')
            || array_to_tsvector(ARRAY(SELECT '^' || word FROM unnest(string_to_array(title, ' ')) AS word)),
        '2026-11-21', '', '{{}}', '{{}}', '{{}}', false, 2, 0
    FROM (
        SELECT n, first_course, first_version, first_provider, providers,
            (SELECT string_agg('w' || lpad(floor(power({words}, random()))::text, 4, '0'), ' ')
             FROM generate_series(1, 4) WHERE n > 0) AS title,
            (SELECT string_agg('w' || lpad(floor(power({words}, random()))::text, 4, '0'), ' ')
             FROM generate_series(1, 60) WHERE n > 0) AS rest
        FROM number
    ) AS made
"""
COUNTS = """
    TRUNCATE courses_catalogcount;
    INSERT INTO courses_catalogcount (term, count)
    SELECT term, count(*) FROM (
        SELECT unnest(facets || ARRAY['=all', '=provider:' || provider_id]) AS term
        FROM courses_catalogentry WHERE is_listed
    ) AS each GROUP BY term
"""


def pattern() -> dict[str, int]:
    """Make the one course the others are copies of; return the ids that theirs begin after."""
    run = a_published_run(sessions=1)
    version = run.version
    return {
        "first_provider": version.course.provider_id,
        "first_course": version.course_id,
        "first_version": version.pk,
        "first_run": run.pk,
        "first_session": run.class_sessions.get().pk,
    }


def fill(postgres: Postgres, database: str, *, first: dict[str, int], there: int, courses: int) -> None:
    """Add made courses, those after ``there``, until there are ``courses``."""
    connections.close_all()
    with superuser(postgres, database) as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SELECT setseed(0.42)")
        if not there:
            _copy(cursor, "learners_organization", first, 1, PROVIDERS, "true")
        for start in range(there + 1, courses + 1, AT_ONCE):
            end = min(start + AT_ONCE - 1, courses)
            for table in ("courses_course", "courses_courseversion"):
                _copy(cursor, table, first, start, end, "true")
            for table in ("courses_courserun", "courses_classsession"):
                _copy(cursor, table, first, start, end, HAS_A_RUN)
            sql = ENTRIES.format(course=_COURSE, version=_VERSION, words=WORDS)
            cursor.execute(f"WITH number AS ({_numbers(first, start, end)}) {sql}")
            cursor.execute(
                "SELECT courses_refresh_entries(ARRAY(SELECT generate_series(%s, %s)))",
                [first["first_course"] + start, first["first_course"] + end],
            )
        for table in OF_THEIR_OWN:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))",
            )
        cursor.execute(COUNTS)
        cursor.execute("SELECT gin_clean_pending_list('catalog_entry_document')")
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM (ANALYZE) courses_catalogentry, courses_catalogcount, courses_courserun")


def _numbers(first: dict[str, int], start: int, end: int) -> str:
    ids = ", ".join(f"{value}::bigint AS {name}" for name, value in first.items())
    return f"SELECT n, {ids}, {PROVIDERS} AS providers FROM generate_series({start}, {end}) AS n"


def _copy(cursor: Any, table: str, first: dict[str, int], start: int, end: int, where: str) -> None:
    own = OF_THEIR_OWN[table]
    cursor.execute(_COLUMNS, [table])
    columns = [name for (name,) in cursor.fetchall()]
    values = ", ".join(own.get(name, f'pattern."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    key = {"learners_organization": "first_provider", "courses_course": "first_course",
           "courses_courseversion": "first_version", "courses_courserun": "first_run",
           "courses_classsession": "first_session"}[table]  # fmt: skip
    cursor.execute(
        f"""WITH communes AS (
                SELECT array_agg(code ORDER BY code) AS codes FROM learners_place WHERE parent_id IS NOT NULL
            )
            INSERT INTO {table} ({names}) SELECT {values}
            FROM {table} AS pattern, ({_numbers(first, start, end)}) AS number
            WHERE pattern.id = {first[key]} AND {where}"""
    )
