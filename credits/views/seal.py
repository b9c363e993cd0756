"""The seals, published: pages for people, a feed and files for whoever keeps them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from credits.exports import seal_feed, signing
from credits.models import chain
from credits.queries import seal as queries
from credits.views.statement import page_number, page_or_404

SEALS_PER_PAGE = 31
SEALS_IN_FEED = 31
HOUR, YEAR = 3600, 365 * 24 * 3600  # in seconds


@require_safe
def seals(request: HttpRequest) -> HttpResponse:
    page = page_or_404(queries.seals(), SEALS_PER_PAGE, page_number(request))
    return render(request, "credits/seals.html", {"page": page, "newest": queries.newest()})


@require_safe
def seal(request: HttpRequest, number: int) -> HttpResponse:
    found = queries.by_number(number)
    if found is None:
        raise Http404
    return render(request, "credits/seal.html", {"seal": found, "newest": queries.newest()})


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    content = seal_feed.feed(queries.seals()[:SEALS_IN_FEED])
    return _open_to_all(HttpResponse(content, content_type="application/atom+xml; charset=utf-8"), HOUR)


@require_safe
def file(request: HttpRequest, number: int) -> HttpResponse:
    """A seal as it was published: it never changes."""
    found = queries.by_number(number)
    if found is None:
        raise Http404
    return _json(chain.canonical(found.published), YEAR)


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    return _json(chain.canonical(signing.published_keys()), HOUR)


def _json(content: bytes, seconds: int) -> HttpResponse:
    return _open_to_all(HttpResponse(content, content_type="application/json; charset=utf-8"), seconds)


def _open_to_all(answer: HttpResponse, seconds: int) -> HttpResponse:
    """The same for everybody, so any cache may keep it and any site may read it."""
    answer["Cache-Control"] = f"public, max-age={seconds}"
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
