"""
The one statement: how many are found, how many each choice would show, and one page of them.

``hits`` is what passes everything, at most one more than are counted; beside it stands for each filter in force what
fails that one alone, so that its other choices have counts too. Ranked are the title's own words first: whatever the
number of hits, a title that is what was asked is among the candidates. Where more is found than is counted, the page
comes from an index in its order, so it is right all the same. Without words and filters the counts come from a table
that is kept (``CatalogCount``) and are exact.
"""

from datetime import date

from courses.queries.search import counting, filters, paging
from courses.queries.search.asking import CatalogQuery
from courses.queries.search.found import WORDS, Found, read
from courses.queries.search.statement import ENTRIES, Statement
from courses.rules import HITS_COUNTED_MAX, RESULTS_PER_PAGE
from learners.queries.place import metres_around


def find(query: CatalogQuery, *, today: date, page_number: int) -> Found:
    """Return what is found, its counts and the rows of one page; one query."""
    asked = filters.in_force(query, today=today)
    statement = Statement()
    near = metres_around(query.near, query.within_km * 1000) if query.near else {}
    if asked.all.is_anything:
        counting.hits(statement, asked, near)
        counting.counts_of_hits(statement, query, asked, today)
    else:
        counting.counts_of_everything(statement, today)
    for name in asked.by_name:
        counting.counts_beside(statement, query, asked, name, today)
    if asked.words and asked.by_name:
        wordless = asked.where(words="")
        statement.part(
            f"""SELECT 'beside', '{WORDS}', count(*), '' FROM
                (SELECT FROM {ENTRIES} WHERE {wordless.sql} LIMIT {HITS_COUNTED_MAX}) AS wordless""",
            *wordless.parameters,
        )
    first = (page_number - 1) * RESULTS_PER_PAGE
    paging.page(statement, query, asked, near, first)
    return read(statement.run())
