"""
The catalogue's search as one would write it first: the list with every hit ranked, the count, one query a facet.

On a table of its own with a plain column and index for each facet, so that it is not slowed by what ours is made of.
"""

from typing import Any

from django.db import connection

COLUMNS = ("field", "kind", "format", "level", "cost", "length", "credit", "licence", "provider_id")
LISTS = ("lang", "access", "province")
MADE = """
    DROP TABLE IF EXISTS bench_plain;
    CREATE TABLE bench_plain AS
    SELECT e.course_id, e.words AS document, e.next_on, {columns}, e.provider_id, {lists}
    FROM courses_catalogentry AS e WHERE e.is_listed;
    CREATE INDEX ON bench_plain USING gin (document);
    {indexes}
    GRANT SELECT ON bench_plain TO lh_app;
"""


def make(cursor: Any) -> None:
    """Make the table; the cursor is the superuser's."""
    single = ", ".join(
        f"(SELECT split_part(f, ':', 2) FROM unnest(e.facets) AS f WHERE f LIKE '={name}:%' LIMIT 1) AS {name}"
        for name in COLUMNS[:-1]
    )
    lists = ", ".join(
        f"ARRAY(SELECT split_part(f, ':', 2) FROM unnest(e.facets) AS f WHERE f LIKE '={name}:%') AS {name}"
        for name in LISTS
    )
    indexes = "".join(f"CREATE INDEX ON bench_plain ({name});" for name in COLUMNS)
    cursor.execute(MADE.format(columns=single, lists=lists, indexes=indexes))
    cursor.execute("VACUUM (ANALYZE) bench_plain")


def search(term: str) -> int:
    """Look for a term as a beginning; return how many there are."""
    *whole, last = term.split()
    asked = " & ".join([*(f"'{word}'" for word in whole), f"'{last}':*"])
    with connection.cursor() as cursor:
        found = "FROM bench_plain WHERE document @@ %s::tsquery"
        cursor.execute(
            f"SELECT course_id {found} ORDER BY ts_rank_cd(document, %s::tsquery) DESC LIMIT 20", [asked] * 2
        )
        cursor.fetchall()
        for name in COLUMNS:
            cursor.execute(f"SELECT {name}, count(*) {found} GROUP BY 1", [asked])
            cursor.fetchall()
        for name in LISTS:
            cursor.execute(f"SELECT unnest({name}), count(*) {found} GROUP BY 1", [asked])
            cursor.fetchall()
        cursor.execute(f"SELECT count(*) {found}", [asked])
        return int(cursor.fetchone()[0])
