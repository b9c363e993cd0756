"""
The catalogue over 100,000 courses: its one statement beside one query a facet and beside type-ahead, and its page
beside a bare Django view that joins cards rendered before into as many bytes.
"""

import time
from collections.abc import Callable
from datetime import date
from functools import partial

from django.core.cache import caches
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, QueryDict
from django.test import RequestFactory
from django.test.utils import override_settings
from django.urls import clear_url_caches, path
from django.utils import timezone

from courses.actions import search_terms
from courses.models import CatalogEntry
from courses.queries import type_ahead
from courses.queries.search import CatalogQuery
from courses.queries.search.finding import find
from portal.quickstart.servers import Postgres
from portal.urls import urlpatterns as portals_urls
from tests.bench import catalog_naive
from tests.bench.catalog_world import FILTERED, TERMS, fill, pattern
from tests.bench.large.load import superuser
from tests.bench.results import Row
from tests.bench.rounds import Rounds, operations, play

COURSES = 100_000
TODAY = date(2026, 11, 21)
SEARCHES, PAGES = 3, 150  # of each in one round
# One letter that all words begin with, a few, a whole name, and what a search leaves out before what is sought.
BEGINNINGS = ("w", "w0", "w000", "chuong t", "don vi so", "can w0", "lop w")

urlpatterns = [path("bare/<str:name>/", lambda request, name: bare(request, name)), *portals_urls]


def asked(address: str) -> CatalogQuery:
    get = QueryDict(address)
    return CatalogQuery.from_params(get.get, get.getlist)


def one_search(address: str) -> Callable[[], object]:
    return partial(find, asked(address), today=TODAY, page_number=1)


def one_beginning(start: str) -> Callable[[], object]:
    return partial(type_ahead.suggestions, start, language="vi")


def measure(postgres: Postgres, *, rounds: int) -> tuple[Rounds, list[Row]]:
    began = time.perf_counter()
    fill(postgres, "lh", first=pattern(), there=0, courses=COURSES)
    with superuser(postgres, "lh") as cursor:
        catalog_naive.make(cursor)
    search_terms.refresh(now=timezone.now())
    print(f"  {COURSES:,} courses made in {time.perf_counter() - began:.0f} s", flush=True)
    searches = {
        **{f"ours {term}": operations(SEARCHES, one_search(f"q={term}")) for term in TERMS},
        **{f"naive {term}": operations(1, partial(catalog_naive.search, term)) for term in TERMS},
        **{name: operations(SEARCHES, one_search(address)) for name, address in FILTERED.items()},
        **{f"ahead {start}": operations(SEARCHES, one_beginning(start)) for start in BEGINNINGS},
    }
    played = play(searches, rounds=rounds)
    pages = _pages(rounds)
    return played, [*_search_rows(played), *_page_rows(pages)]


def _milliseconds(played: Rounds, name: str) -> float:
    return 1000 / played.rate(name).median


def _search_rows(played: Rounds) -> list[Row]:
    worst = max(TERMS, key=lambda term: _milliseconds(played, f"ours {term}"))
    times = played.ratio(f"ours {worst}", f"naive {worst}")
    each = "; ".join(
        f"{term} {_milliseconds(played, f'ours {term}'):.1f} to {_milliseconds(played, f'naive {term}'):.0f}"
        for term in TERMS
    )
    slowest = max(BEGINNINGS, key=lambda start: _milliseconds(played, f"ahead {start}"))
    ahead = played.ratio(f"ours {worst}", f"ahead {slowest}")
    others = ", ".join(f"{name} {_milliseconds(played, name):.1f} ms" for name in FILTERED)
    return [
        Row(
            what="search with all counts, slowest term, to one query a facet",
            figure=f"1/{times.median:.0f} (1/{times.least:.0f}–1/{times.greatest:.0f})",
            must="≤ 1/8",
            aim="≤ 1/20",
            meets=times.median >= 8,
            beside=f"{COURSES:,} courses; ms: {each}",
        ),
        Row(
            what="type-ahead, slowest beginning, to the slowest search with all counts",
            figure=f"{ahead.median:.0%} ({ahead.least:.0%}–{ahead.greatest:.0%})",
            must="≤ 50 %",
            meets=ahead.median <= 0.5,
            beside="ms: " + ", ".join(f"{each} {_milliseconds(played, f'ahead {each}'):.1f}" for each in BEGINNINGS),
        ),
        Row(what="search with filters, near, by the week; browsing", figure=others, beside=f"{COURSES:,} courses"),
    ]


def bare(_request: HttpRequest, name: str) -> HttpResponse:
    """The least a Django view can do: ask for the cards, join them."""
    first, keys, last = BARE[name]
    kept = caches["pages"].get_many(keys)
    return HttpResponse("".join([first, *(kept[key] for key in keys), last]))


BARE: dict[str, tuple[str, list[str], str]] = {}
CARDS = 20


def _cut(name: str, page: str) -> None:
    """Keep a page as a beginning, twenty cards and an end: half of its bytes are cards."""
    size = len(page) // (2 * CARDS)
    begins = len(page) // 4
    cards = {f"bare:{name}:{number}": page[begins + number * size :][:size] for number in range(CARDS)}
    caches["pages"].set_many(cards, 3600)
    BARE[name] = (page[:begins], list(cards), page[begins + CARDS * size :])


def _pages(rounds: int) -> Rounds:
    with override_settings(ROOT_URLCONF="tests.bench.catalog", PAGES_KEPT_SECONDS=3600, ALLOWED_HOSTS=["*"]):
        clear_url_caches()
        handler = WSGIHandler()
        entry = CatalogEntry.objects.select_related("version").order_by("pk").first()
        assert entry is not None
        made: dict[str, Callable[[], object]] = {}
        for name, address in {"catalogue": "/courses/", "course": entry.version.get_absolute_url()}.items():
            _cut(name, _get(handler, address, gzip=False).decode())
            made[name] = partial(_get, handler, address)
            made[f"bare {name}"] = partial(_get, handler, f"/bare/{name}/")
        return play({name: operations(PAGES, get) for name, get in made.items()}, rounds=rounds)


def _get(handler: WSGIHandler, address: str, *, gzip: bool = True) -> bytes:
    """Ask the whole stack, middleware and all, as a server does; return what it answers."""
    more = {"HTTP_ACCEPT_ENCODING": "gzip"} if gzip else {}
    told: list[str] = []
    answer = b"".join(
        handler(RequestFactory()._base_environ(PATH_INFO=address, **more), lambda line, _h: told.append(line))
    )
    if not told[0].startswith("200"):
        raise RuntimeError(f"{address}: {told[0]}")
    return answer


def _page_rows(played: Rounds) -> list[Row]:
    rows = []
    for name, what in (("catalogue", "the catalogue's page"), ("course", "a course's page")):
        ratio = played.ratio(name, f"bare {name}")
        rows.append(
            Row(
                what=f"{what}, kept, to a bare view that joins cards",
                figure=ratio.text("{:.0%}"),
                must="≥ 70 %",
                meets=ratio.median >= 0.7,
                beside=f"{played.rate(name).text()} to {played.rate(f'bare {name}').text()} a second; "
                f"CPU {played.cpu(name).median:.2f} to {played.cpu(f'bare {name}').median:.2f} ms; one process, gzip",
            )
        )
    return rows
