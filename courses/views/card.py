"""Course cards: what never changes of one is rendered once per version and language, and kept."""

from collections.abc import Sequence

from django.conf import settings
from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from courses.models import CatalogEntry

KEPT_SECONDS = 24 * 3600


def rendered(entries: Sequence[CatalogEntry]) -> dict[int, tuple[str, str]]:
    """Return body and tags of each entry's card by course; a cache that does not answer is a miss."""
    pages, language = caches["pages"], get_language()
    keys = {_key(entry, language): entry for entry in entries}
    kept = pages.get_many(list(keys))
    missing = {key: _render(entry) for key, entry in keys.items() if key not in kept}
    if missing:
        pages.set_many(missing, KEPT_SECONDS)
    both = {**kept, **missing}
    return {entry.course_id: (mark_safe(both[key][0]), mark_safe(both[key][1])) for key, entry in keys.items()}


def _key(entry: CatalogEntry, language: str | None) -> str:
    """The entry is rebuilt with every version (and see decision 0303); a release may change the template."""
    return f"card:{settings.VERSION}:{language}:{entry.version_id}:{entry.rebuilt_at.timestamp():.6f}"


def _render(entry: CatalogEntry) -> tuple[str, str]:
    context = {"version": entry.version, "provider": entry.course.provider}
    return (
        str(render_to_string("courses/_card_body.html", context)),
        str(render_to_string("courses/_card_tags.html", context)),
    )
