"""The parts that find the rows of one page, in every order there is."""

from collections.abc import Mapping
from typing import Any

from courses.queries.asked import tsquery
from courses.queries.search import asking
from courses.queries.search.asking import CatalogQuery
from courses.queries.search.filters import FITS, Condition, Filters
from courses.queries.search.statement import COLUMNS, ENTRIES, IS_CAPPED, Statement, metres
from courses.queries.search.terms import Words
from courses.queries.search.week import mask
from courses.rules import CANDIDATES_RANKED_MAX, RESULTS_PER_PAGE

# The exact words count twice, and a title that is what was asked comes first. Source: decision 0301.
EXACT_RANK, EXACT_TITLE, FOLDED_TITLE, FOLDED_BEGINNING = 2.0, 10.0, 5.0, 2.0
ANY_RANK, HINT_RANK, IN_TITLE = 1.0, 0.5, 1.5
SOONEST_FIRST = "next_on, opening, sort_key, course_id"
ORDERS = {
    asking.SOONEST: SOONEST_FIRST,
    asking.NEWEST: "listed_at DESC, course_id DESC",
    asking.TITLE: "sort_key, course_id",
    asking.NEAREST: f"metres, {SOONEST_FIRST}",
}
_BEST_FIRST = f"rank DESC, {SOONEST_FIRST}"
_ROW = "SELECT 'row', course_id::text, number, concat_ws(' ', version_id, revision, metres)"


def page(statement: Statement, query: CatalogQuery, asked: Filters, near: Mapping[str, int], first: int) -> None:
    sort = query.sort_in_force
    if sort == asking.RELEVANCE:
        _ranked(statement, query, asked, near, first)
        return
    order = ORDERS[sort]
    if not asked.all.is_anything:
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
             WHERE is_listed AND {asked.all.sql} AND {IS_CAPPED}) AS many""",
        order,
        first,
        *parameters,
        *asked.all.parameters,
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
                         WHERE {asked.all.sql} AND document @@ ('''=commune:' || ring.code || '''')::tsquery
                         ORDER BY {SOONEST_FIRST} LIMIT %s) AS there
                WHERE {IS_CAPPED}
                LIMIT %s) AS each
            GROUP BY course_id""",
        list(near),
        list(near.values()),
        *asked.all.parameters,
        wanted,
        2 * wanted,
    )
    _rows(
        statement,
        f"(SELECT {COLUMNS}, rings.metres FROM rings JOIN {ENTRIES} USING (course_id)) AS near",
        ORDERS[asking.NEAREST],
        first,
    )


def _ranked(statement: Statement, query: CatalogQuery, asked: Filters, near: Mapping[str, int], first: int) -> None:
    """Rank the best candidates by their words; what is not among them comes after them."""
    words = Words(query.asked)
    folded_text = words.folded_text
    beginning = f"{folded_text}%"  # letters and digits: nothing LIKE knows
    exact_title, title = (asked.where(words=said) for said in (words.in_title_exact, words.in_title))
    statement.table(
        "candidates",
        f"""(SELECT course_id FROM hits
             ORDER BY title_fold = %s DESC, title_fold LIKE %s DESC, {SOONEST_FIRST} LIMIT {CANDIDATES_RANKED_MAX})
            UNION (SELECT course_id FROM {ENTRIES} WHERE {exact_title.sql} LIMIT {CANDIDATES_RANKED_MAX // 4})
            UNION (SELECT course_id FROM {ENTRIES} WHERE {title.sql} LIMIT {CANDIDATES_RANKED_MAX // 2})""",
        folded_text,
        beginning,
        *exact_title.parameters,
        *title.parameters,
    )
    _titled(statement, asked, folded_text, beginning)
    distance, parameters = metres(near)
    rank, rank_parameters = _rank(query, words)
    statement.table(
        "ranked",
        f"""SELECT course_id, version_id, revision, next_on, opening, sort_key, {distance} AS metres, {rank} AS rank
            FROM (SELECT course_id FROM candidates UNION SELECT course_id FROM titled) AS best
            JOIN {ENTRIES} USING (course_id),
            LATERAL (SELECT document || ''::tsvector AS fetched OFFSET 0) AS once""",
        *parameters,
        *rank_parameters,
    )
    if first + RESULTS_PER_PAGE <= CANDIDATES_RANKED_MAX:  # of the candidates there are so many, or all there is
        _rows(statement, "ranked", _BEST_FIRST, first)
        return
    columns = "course_id, version_id, revision, next_on, opening, sort_key, metres"
    _rows(
        statement,
        f"""(SELECT {columns}, rank FROM ranked UNION ALL
             SELECT {columns}, -1 FROM hits WHERE course_id NOT IN (SELECT course_id FROM ranked)) AS whole""",
        _BEST_FIRST,
        first,
    )


def _rank(query: CatalogQuery, words: Words) -> tuple[str, list[object]]:
    """Return the SQL of how well a document answers what was asked, with its parameters."""
    asked = query.asked
    sql = f"""{EXACT_RANK} * ts_rank_cd(fetched, %s::tsquery) + ts_rank_cd(fetched, %s::tsquery)
              + {ANY_RANK} * (ts_rank(fetched, %s::tsquery) + ts_rank(fetched, %s::tsquery))
              + CASE WHEN title_fold = %s
                     THEN CASE WHEN fetched @@ %s::tsquery THEN {EXACT_TITLE} ELSE {FOLDED_TITLE} END
                     WHEN title_fold LIKE %s THEN {FOLDED_BEGINNING}
                     WHEN fetched @@ %s::tsquery THEN {IN_TITLE} ELSE 0 END"""
    parameters: list[object] = [
        tsquery.as_written(asked),
        tsquery.as_folded(asked),
        tsquery.any_word(asked),
        tsquery.any_written(asked),
        words.folded_text,
        words.in_title_exact,
        f"{words.folded_text}%",
        words.in_title,
    ]
    for group, tells in tsquery.each(asked):
        sql += f" + CASE WHEN fetched @@ %s::tsquery THEN {tells:.3f} ELSE 0 END"
        parameters.append(group)
    if hints := tsquery.hints(asked):
        sql += f" + {HINT_RANK} * ts_rank(fetched, %s::tsquery)"
        parameters.append(hints)
    if query.when_preferred:
        sql += f" + CASE WHEN {FITS} THEN {HINT_RANK} ELSE 0 END"
        parameters.append(mask(query.when_preferred))
    return sql, parameters


def _titled(statement: Statement, asked: Filters, folded_text: str, beginning: str) -> None:
    """Where not every hit has been seen, look for those whose title is what was asked, or begins so."""
    condition = asked.all if asked.by_name else Condition("is_listed", [], is_anything=False)
    statement.table(
        "titled",
        f"""SELECT course_id FROM (
                (SELECT * FROM {ENTRIES} WHERE title_fold = %s AND {IS_CAPPED} LIMIT {CANDIDATES_RANKED_MAX // 4})
                UNION ALL
                (SELECT * FROM {ENTRIES} WHERE title_fold LIKE %s AND {IS_CAPPED} LIMIT {CANDIDATES_RANKED_MAX // 2})
            ) AS titled WHERE {condition.sql}""",
        folded_text,
        beginning,
        *condition.parameters,
    )
