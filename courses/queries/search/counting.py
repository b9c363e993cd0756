"""
The parts that count: what passes everything, and beside it for each filter what fails that one alone.

Each part is ``SELECT part, key, number, more``; ``found.read`` knows them.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from courses.queries.search import filters
from courses.queries.search.asking import CatalogQuery
from courses.queries.search.facets import BY_NAME
from courses.queries.search.filters import COMMUNE, NEAR, PROVIDER, PROVINCE, STARTS, WHEN, Condition, Filters
from courses.queries.search.found import FILTERS, WORDS
from courses.queries.search.statement import COLUMNS, ENTRIES, Statement, metres
from courses.rules import HITS_COUNTED_MAX, ORGANIZERS_SHOWN, STARTS_WITHIN_DAYS, WITHIN_KM
from learners.queries.place import metres_around


def _organizers(part: str, most: str) -> str:
    """Return the part that names the providers of ``most`` (provider_id, number)."""
    return f"""SELECT '{part}', o.public_id::text, most.number, concat_ws(E'\\n', o.name_vi, o.name_en)
               FROM ({most} ORDER BY number DESC, provider_id LIMIT {ORGANIZERS_SHOWN}) AS most
               JOIN learners_organization AS o ON o.id = most.provider_id"""


def _most_of(table: str) -> str:
    return f"SELECT provider_id, count(*) AS number FROM {table} GROUP BY provider_id"


_MOST_OF_ALL = """SELECT split_part(term, ':', 2)::bigint AS provider_id, sum(count)::bigint AS number
                  FROM courses_catalogcount WHERE term LIKE '=provider:%%' GROUP BY term HAVING sum(count) > 0"""


def _each(part: str, column: str, table: str, where: str = "") -> str:
    """Return the part that counts the values of a column of lists."""
    return f"""SELECT '{part}', value, count(*), '' FROM (SELECT unnest({column}) AS value FROM {table}) AS each
               {where} GROUP BY value"""


def hits(statement: Statement, asked: Filters, near: Mapping[str, int]) -> None:
    distance, parameters = metres(near)
    statement.table(
        "hits",
        f"""SELECT {COLUMNS}, title_fold, provider_id, facets, communes, {distance} AS metres
            FROM {ENTRIES} WHERE {asked.all.sql} LIMIT {HITS_COUNTED_MAX + 1}""",
        *parameters,
        *asked.all.parameters,
    )


def counts_of_hits(statement: Statement, query: CatalogQuery, asked: Filters, today: date) -> None:
    statement.part("SELECT 'total', '', count(*), '' FROM hits")
    statement.part(_each("facet", "facets", "hits"))
    statement.part(_organizers("organizer", _most_of("hits")))
    if asked.without(STARTS).is_anything:  # else counted among everything
        _starts(statement, "hits", today)
    if query.province:
        statement.part(_each("commune", "communes", "hits"))
    if query.near:
        _distances(statement, "hits")


def without_either(statement: Statement, asked: Filters) -> None:
    """Where nothing is found, count what the filters alone find, and what the words alone do."""
    _where_nothing_is_found(statement, WORDS, asked.where(words=""))
    _where_nothing_is_found(statement, FILTERS, asked.where(left_out=asked.by_name))


def _where_nothing_is_found(statement: Statement, name: str, condition: Condition) -> None:
    statement.part(
        f"""SELECT 'beside', '{name}', count(*), '' FROM
            (SELECT FROM {ENTRIES} WHERE {condition.sql} AND NOT EXISTS (SELECT FROM hits)
             LIMIT {HITS_COUNTED_MAX}) AS beside""",
        *condition.parameters,
    )


def what_readings_find(statement: Statement, readings: Sequence[str]) -> None:
    """Where nothing is found, say of each reading of the words whether it finds anything without the filters."""
    for number, reading in enumerate(readings):
        statement.part(
            f"""SELECT 'reading', '{number}', count(*), '' FROM
                (SELECT FROM {ENTRIES} WHERE document @@ %s::tsquery AND NOT EXISTS (SELECT FROM hits)
                 LIMIT 1) AS one""",
            reading,
        )


def _starts(statement: Statement, table: str, today: date) -> None:
    for days in STARTS_WITHIN_DAYS:
        statement.part(
            f"SELECT 'starts', '{days}', count(*), '' FROM {table} WHERE next_on BETWEEN %s AND %s",
            today,
            today + timedelta(days=days),
        )


def _distances(statement: Statement, table: str) -> None:
    for kilometres in WITHIN_KM:
        statement.part(f"SELECT 'near', '{kilometres}', count(*), '' FROM {table} WHERE metres <= {kilometres * 1000}")


_LISTED = f"(SELECT next_on FROM {ENTRIES} WHERE is_listed) AS listed"


def counts_of_everything(statement: Statement, today: date) -> None:
    statement.part(
        """SELECT 'facet', term, sum(count)::bigint, '' FROM courses_catalogcount
           WHERE term NOT LIKE '=provider:%%' GROUP BY term HAVING sum(count) > 0"""
    )
    statement.part(_organizers("organizer", _MOST_OF_ALL))
    _starts(statement, _LISTED, today)


def counts_beside(statement: Statement, query: CatalogQuery, asked: Filters, name: str, today: date) -> None:
    """Count what fails this filter alone: by the filter's own choices, and altogether."""
    if name == NEAR:
        _within_reach(statement, query, asked)
    if not asked.without(name).is_anything:
        _counts_without_the_only(statement, name, today)
        return
    failing = asked.only_failing(name)
    if name in {NEAR, WHEN}:  # no choices to count: how many there are is said only where nothing is found
        _where_nothing_is_found(statement, name, failing)
        return
    table = f"beside_{name}"
    statement.table(
        table,
        f"""SELECT facets, provider_id, communes, next_on FROM {ENTRIES}
            WHERE {failing.sql} LIMIT {HITS_COUNTED_MAX}""",
        *failing.parameters,
    )
    statement.part(f"SELECT 'beside', %s, count(*), '' FROM {table}", name)
    if name == STARTS:
        _starts(statement, table, today)
    elif name == COMMUNE:
        statement.part(_each("commune", "communes", table))
    elif name == PROVIDER:
        statement.part(_organizers("organizer", _most_of(table)))
    elif name == PROVINCE or name in BY_NAME:
        statement.part(_each("facet", "facets", table, "WHERE value LIKE %s"), f"={name}:%")


def _counts_without_the_only(statement: Statement, name: str, today: date) -> None:
    """Without the only filter everything is found, and how much that is is kept."""
    statement.part(
        """SELECT 'only', term, sum(count)::bigint, %s FROM courses_catalogcount
           WHERE term = '=all' OR term LIKE %s GROUP BY term HAVING sum(count) > 0""",
        name,
        f"={name}:%" if name != PROVIDER else "=all",
    )
    if name == STARTS:
        _starts(statement, _LISTED, today)
    elif name == PROVIDER:
        statement.part(_organizers("only organizer", _MOST_OF_ALL))


def _within_reach(statement: Statement, query: CatalogQuery, asked: Filters) -> None:
    """Count what each other distance would show."""
    reach = metres_around(query.near, WITHIN_KM[-1] * 1000)
    farther = Filters({**asked.by_name, NEAR: filters.around(reach)}, asked.words).all
    nearer = asked.by_name[NEAR]
    distance, parameters = metres(reach)
    statement.table(
        "reach",
        f"""SELECT {distance} AS metres FROM {ENTRIES}
            WHERE {farther.sql} AND NOT ({nearer.rows}) LIMIT {HITS_COUNTED_MAX}""",
        *parameters,
        *farther.parameters,
        *nearer.parameters,
    )
    _distances(statement, "reach")
