"""The public pages for search engines, each in both languages."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap, views
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from courses.queries import catalog
from credits.queries import pathway

if TYPE_CHECKING:
    from courses.models import CourseVersion
    from credits.models import PathwayVersion


class InBothLanguages(Sitemap):
    i18n = True
    alternates = True
    x_default = True
    protocol = urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc


class Pages(InBothLanguages):
    def items(self) -> list[str]:
        return [
            "home",
            "courses:catalog",
            "pathways",
            "credits:accepted",
            "credits:seals",
            "credits:dispute_statistics",
        ]

    def location(self, item: str) -> str:
        return reverse(item)


class Courses(InBothLanguages):
    limit = 10_000

    def items(self) -> "Iterable[CourseVersion]":
        return catalog.for_sitemap()

    def lastmod(self, item: "CourseVersion") -> Any:
        return item.published_at


class Pathways(InBothLanguages):
    limit = 10_000

    def items(self) -> "Iterable[PathwayVersion]":
        return pathway.published()

    def location(self, item: "PathwayVersion") -> str:
        return reverse("pathway", args=[item.pathway.slug])

    def lastmod(self, item: "PathwayVersion") -> Any:
        return item.published_at


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    sections: dict[str, Any] = {"pages": Pages, "courses": Courses, "pathways": Pathways}
    return views.sitemap(request, sections, content_type="application/xml")
