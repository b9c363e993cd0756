"""Reads addresses of the catalogue from its input and writes how many seconds the search of each took."""

import sys
import time
from datetime import date

import django

django.setup()

from django.http import QueryDict  # noqa: E402 -- after the setup

from courses.queries.search import CatalogQuery  # noqa: E402
from courses.queries.search.finding import find  # noqa: E402

TODAY = date(2026, 11, 21)

for line in sys.stdin:
    get = QueryDict(line.strip())
    query = CatalogQuery.from_params(get.get, get.getlist)
    began = time.perf_counter()
    find(query, today=TODAY, page_number=1)
    print(time.perf_counter() - began, flush=True)
