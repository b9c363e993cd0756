"""
The one statement: how many are found, how many each choice would show, and one page of them.

``hits`` is what passes everything, at most one more than are counted; beside it stands for each filter in force what
fails that one alone, so that its other choices have counts too. Ranked are the title's own words first: whatever the
number of hits, a title that is what was asked is among the candidates. Where more is found than is counted, the page
comes from an index in its order, so it is right all the same. Without words and filters the counts come from a table
that is kept (``CatalogCount``) and are exact.
"""

from datetime import date

from courses.queries.asked import tsquery
from courses.queries.search import counting, filters, paging
from courses.queries.search.asking import CatalogQuery
from courses.queries.search.found import Found, read
from courses.queries.search.statement import Statement
from courses.queries.search.terms import Words
from courses.rules import RESULTS_PER_PAGE
from learners.queries.place import metres_around


def find(query: CatalogQuery, *, today: date, page_number: int) -> Found:
    """
    Return what is found, its counts and the rows of one page; one query.

    Where the words find nothing, whatever the filters, a second one for the strictest looser reading of them that does.
    """
    readings = Words(query.asked).readings
    found = _find(query, readings, 0, today=today, page_number=page_number)
    number = min(found.readings, default=0)
    if not number:
        return found
    found = _find(query, readings, number, today=today, page_number=page_number)
    found.is_loose = number >= tsquery.WHOLE and found.total > 0
    return found


def _find(query: CatalogQuery, readings: list[str], number: int, *, today: date, page_number: int) -> Found:
    asked = filters.in_force(query, today=today, reading=readings[number] if readings else "")
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
        counting.without_either(statement, asked)
    if number == 0:
        counting.what_readings_find(statement, readings)
    paging.page(statement, query, asked, near, (page_number - 1) * RESULTS_PER_PAGE)
    return read(statement.run())
