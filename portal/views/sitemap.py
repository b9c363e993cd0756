"""
The public pages for search engines, each in both languages: an index, and a file of each kind of page.

A file may hold 50,000 addresses and 50 MB (sitemaps.org); ours hold far fewer, so that one is written within a second
and read by a slow line. They are compressed on the way like every page.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap, views
from django.contrib.sitemaps.views import SitemapIndexItem
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import conditional_page, require_safe

from courses.queries import catalog, provider
from credits.queries import pathway

if TYPE_CHECKING:
    from credits.models import PathwayVersion

ADDRESSES_PER_FILE = 4_000  # an item has one in each language, and names the others beside it


class InEachLanguage(Sequence[Any]):
    """Items of a query paired with each language, read a page at a time: nobody has all courses in memory."""

    def __init__(self, items: Any, languages: list[str]) -> None:
        self.items, self.languages = items, languages

    @cached_property
    def _count(self) -> int:
        return int(self.items.count())

    def __len__(self) -> int:
        return self._count * len(self.languages)

    def __getitem__(self, wanted: Any) -> Any:
        start, stop, _step = wanted.indices(len(self))
        each = len(self.languages)
        items = self.items[start // each : -(-stop // each)]
        return [(item, language) for item in items for language in self.languages]


class InBothLanguages(Sitemap):
    i18n = True
    alternates = True
    x_default = True
    limit = ADDRESSES_PER_FILE
    protocol = urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc


class OfAQuery(InBothLanguages):
    """Pages of what a query finds."""

    @cached_property
    def paginator(self) -> Paginator:  # type: ignore[override]  # Django reads all items for each file
        return Paginator(InEachLanguage(self.items(), [code for code, _name in settings.LANGUAGES]), self.limit)

    def lastmod(self, item: Any) -> Any:
        return item.published_at

    def get_latest_lastmod(self) -> datetime | None:
        found = cast("QuerySet[Any]", self.items())
        return found.order_by("-published_at").values_list("published_at", flat=True).first()


class Pages(InBothLanguages):
    def items(self) -> list[str]:
        return [
            "home",
            "courses:catalog",
            "courses:providers",
            "courses:following",
            "courses:embed_line",
            "courses:open_data",
            "courses:wishes",
            "pathways",
            "credits:accepted",
            "credits:seals",
            "credits:dispute_statistics",
        ]

    def location(self, item: str) -> str:
        return reverse(item)


class Courses(OfAQuery):
    def items(self) -> Any:
        return catalog.for_sitemap()


class Providers(OfAQuery):
    def items(self) -> Any:
        return provider.for_sitemap()

    def lastmod(self, item: Any) -> Any:
        return item.verified_at

    def get_latest_lastmod(self) -> datetime | None:
        newest = cast("QuerySet[Any]", self.items()).order_by("-verified_at")
        return newest.values_list("verified_at", flat=True).first()


class Pathways(OfAQuery):
    def items(self) -> Any:
        return pathway.published()

    def location(self, item: "PathwayVersion") -> str:
        return reverse("pathway", args=[item.pathway.slug])


SECTIONS: dict[str, Any] = {
    "pages": Pages,
    "courses": Courses,
    "providers": Providers,
    "pathways": Pathways,
}


@require_safe
@conditional_page
def index(request: HttpRequest) -> HttpResponse:
    """The files there are, each with its newest change; our own addresses, whichever name the portal was asked by."""
    files = []
    for name, made_by in SECTIONS.items():
        pages = made_by()
        address = settings.SITE_URL + reverse("sitemap_section", args=[name])
        changed = pages.get_latest_lastmod()
        files += [
            SitemapIndexItem(f"{address}?p={number}" if number > 1 else address, changed)
            for number in pages.paginator.page_range
        ]
    return render(request, "sitemap_index.xml", {"sitemaps": files}, content_type="application/xml")


@require_safe
@conditional_page
def section(request: HttpRequest, section: str) -> HttpResponse:
    return views.sitemap(request, SECTIONS, section=section, content_type="application/xml")
