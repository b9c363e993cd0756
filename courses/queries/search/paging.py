"""The parts that find the rows of one page, in every order there is."""

from collections.abc import Mapping
from typing import Any

from courses.queries.search import asking
from courses.queries.search.asking import CatalogQuery
from courses.queries.search.filters import Filters
from courses.queries.search.statement import COLUMNS, ENTRIES, IS_CAPPED, Statement, metres
from courses.queries.search.terms import Words
from courses.rules import CANDIDATES_RANKED_MAX, RESULTS_PER_PAGE

# The exact words count twice, and a title that is what was asked comes first. Source: decision 0301.
EXACT_RANK, EXACT_TITLE, FOLDED_TITLE, FOLDED_BEGINNING = 2.0, 10.0, 5.0, 2.0
SOONEST_FIRST = "next_on, opening, sort_key, course_id"
ORDERS = {
    asking.SOONEST: SOONEST_FIRST,
    asking.NEWEST: "listed_at DESC, course_id DESC",
    asking.TITLE: "sort_key, course_id",
    asking.NEAREST: f"metres, {SOONEST_FIRST}",
}
_ROW = "SELECT 'row', course_id::text, number, concat_ws(' ', version_id, revision, metres)"


def page(statement: Statement, query: CatalogQuery, asked: Filters, near: Mapping[str, int], first: int) -> None:
    sort = query.sort_in_force
    if sort == asking.RELEVANCE:
        _ranked(statement, query.words, query.text, asked, near)
        source, order = "ranked", f"rank DESC, {SOONEST_FIRST}"
        _rows(statement, source, order, first)
        return
    order = ORDERS[sort]
    if not asked.all:
        _rows(
            statement,
            f"(SELECT {COLUMNS}, NULL::integer AS metres FROM {ENTRIES} WHERE is_listed) AS listed",
            order,
            first,
        )
        return
    _rows(statement, f"(SELECT {COLUMNS}, metres FROM hits WHERE NOT {IS_CAPPED}) AS few", order, first)
    if sort == asking.NEAREST:
        _nearest_of_many(statement, asked, near, first)
        return
    distance, parameters = metres(near)
    _rows(
        statement,
        f"""(SELECT {COLUMNS}, {distance} AS metres FROM {ENTRIES}
             WHERE is_listed AND document @@ %s::tsquery AND {IS_CAPPED}) AS many""",
        order,
        first,
        *parameters,
        asked.all,
    )


def _rows(statement: Statement, source: str, order: str, first: int, *parameters: Any) -> None:
    statement.part(
        f"""{_ROW} FROM (SELECT course_id, version_id, revision, metres, row_number() OVER (ORDER BY {order}) AS number
                         FROM (SELECT * FROM {source} ORDER BY {order} LIMIT %s OFFSET %s) AS page) AS numbered""",
        *parameters,
        RESULTS_PER_PAGE,
        first,
    )


def _nearest_of_many(statement: Statement, asked: Filters, near: Mapping[str, int], first: int) -> None:
    """Look commune by commune, the nearest first, until there is a page."""
    wanted = first + RESULTS_PER_PAGE
    statement.table(
        "rings",
        f"""SELECT course_id, min(metres) AS metres FROM (
                SELECT there.course_id, ring.metres
                FROM unnest(%s::text[], %s::integer[]) WITH ORDINALITY AS ring (code, metres, place),
                LATERAL (SELECT course_id FROM {ENTRIES}
                         WHERE document @@ (%s::tsquery && ('''=commune:' || ring.code || '''')::tsquery)
                         ORDER BY {SOONEST_FIRST} LIMIT %s) AS there
                WHERE {IS_CAPPED}
                LIMIT %s) AS each
            GROUP BY course_id""",
        list(near),
        list(near.values()),
        asked.all,
        wanted,
        2 * wanted,
    )
    _rows(
        statement,
        f"(SELECT {COLUMNS}, rings.metres FROM rings JOIN {ENTRIES} USING (course_id)) AS near",
        ORDERS[asking.NEAREST],
        first,
    )


def _ranked(statement: Statement, words: Words, text: str, asked: Filters, near: Mapping[str, int]) -> None:
    """Rank the best candidates by their words; what is not among them comes after them."""
    rest = asked.all.removeprefix(asked.words)
    folded_text = " ".join(words.folded)
    beginning = f"{folded_text}%"  # letters and digits: nothing LIKE knows
    statement.table(
        "candidates",
        f"""(SELECT course_id FROM hits
             ORDER BY title_fold = %s DESC, title_fold LIKE %s DESC, {SOONEST_FIRST} LIMIT {CANDIDATES_RANKED_MAX})
            UNION (SELECT course_id FROM {ENTRIES} WHERE document @@ %s::tsquery LIMIT {CANDIDATES_RANKED_MAX // 4})
            UNION (SELECT course_id FROM {ENTRIES} WHERE document @@ %s::tsquery LIMIT {CANDIDATES_RANKED_MAX // 2})
            UNION (SELECT course_id FROM (
                       (SELECT course_id, document FROM {ENTRIES} WHERE title_fold = %s AND {IS_CAPPED}
                        LIMIT {CANDIDATES_RANKED_MAX // 4})
                       UNION ALL
                       (SELECT course_id, document FROM {ENTRIES} WHERE title_fold LIKE %s AND {IS_CAPPED}
                        LIMIT {CANDIDATES_RANKED_MAX})) AS titled
                   WHERE document @@ %s::tsquery)""",
        folded_text,
        beginning,
        words.in_title_exact + rest,
        words.in_title + rest,
        folded_text,
        beginning,
        asked.all,
    )
    distance, parameters = metres(near)
    statement.table(
        "ranked",
        f"""SELECT course_id, version_id, revision, next_on, opening, sort_key, metres, rank
            FROM (
                SELECT candidates.course_id, version_id, revision, next_on, opening, sort_key, {distance} AS metres,
                       {EXACT_RANK} * ts_rank_cd(document, %s::tsquery) + ts_rank_cd(document, %s::tsquery)
                       + CASE WHEN lower(version.title_vi) = %s THEN {EXACT_TITLE}
                              WHEN title_fold = %s THEN {FOLDED_TITLE}
                              WHEN title_fold LIKE %s THEN {FOLDED_BEGINNING} ELSE 0 END AS rank
                FROM candidates
                JOIN {ENTRIES} USING (course_id)
                JOIN courses_courseversion AS version ON version.id = version_id
            ) AS best
            UNION ALL
            SELECT course_id, version_id, revision, next_on, opening, sort_key, metres, -1
            FROM hits WHERE course_id NOT IN (SELECT course_id FROM candidates)""",
        *parameters,
        words.weighted("AC"),
        words.weighted("BD"),
        text.lower(),
        folded_text,
        beginning,
    )
