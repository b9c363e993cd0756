"""
The catalogue's search, filters and counts: the one place that knows how courses are found.

An entry is found by one tsquery, words and filters together (``terms``), and one statement returns how many there are,
how many each choice of each filter would show with the other filters as they are, and one page of them (``finding``).
What is asked comes from an address (``asking``); what a reader types is never parsed by PostgreSQL.
"""

from courses.queries.search.asking import CatalogQuery
from courses.queries.search.fields import FieldCount, largest_fields
from courses.queries.search.page import NoSuchPage, Result, Results, search

__all__ = ["CatalogQuery", "FieldCount", "NoSuchPage", "Result", "Results", "largest_fields", "search"]
