"""Course cards: what never changes of one is rendered once per version and language, and kept."""

from collections.abc import Sequence

from django.conf import settings
from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from courses.models import CatalogEntry
from courses.queries.search.found import Row
from courses.queries.search.page import entries

KEPT_SECONDS = 24 * 3600


def rendered(rows: Sequence[Row]) -> dict[int, tuple[str, str]]:
    """
    Return body and tags of each found entry's card by course; a cache that does not answer is a miss.

    One query where cards are missing, none where all are kept.
    """
    pages, language = caches["pages"], get_language()
    keys = {row.course_id: _key(row, language) for row in rows}
    kept = pages.get_many(list(keys.values()))
    missing = [row.course_id for row in rows if keys[row.course_id] not in kept]
    if missing:
        made = {keys[course_id]: _render(entry) for course_id, entry in entries(missing).items()}
        pages.set_many(made, KEPT_SECONDS)
        kept = {**kept, **made}
    found = {course_id: kept[key] for course_id, key in keys.items() if key in kept}
    return {course_id: (mark_safe(body), mark_safe(tags)) for course_id, (body, tags) in found.items()}


def _key(row: Row, language: str | None) -> str:
    """Every change of the entry gives it another revision (decision 0316); a release may change the template."""
    return f"card:{settings.VERSION}:{language}:{row.course_id}:{row.version_id}:{row.revision}"


def _render(entry: CatalogEntry) -> tuple[str, str]:
    context = {"version": entry.version, "provider": entry.provider}
    return (
        str(render_to_string("courses/_card_body.html", context)),
        str(render_to_string("courses/_card_tags.html", context)),
    )
