"""Course cards: what never changes of one is rendered once per version and language, and kept."""

from collections.abc import Sequence

from django.conf import settings
from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from courses.models import CatalogEntry
from courses.queries.asked import Asked
from courses.queries.asked.marking import marked

KEPT_SECONDS = 24 * 3600


def rendered(entries: Sequence[CatalogEntry], *, marking: Asked) -> dict[int, tuple[str, str]]:
    """
    Return body and tags of each entry's card by course, the words that were asked for marked in its title.

    A cache that does not answer is a miss; what is kept has no marks.
    """
    pages, language = caches["pages"], get_language()
    keys = {_key(entry, language): entry for entry in entries}
    kept = pages.get_many(list(keys))
    missing = {key: _render(entry) for key, entry in keys.items() if key not in kept}
    if missing:
        pages.set_many(missing, KEPT_SECONDS)
    both = {**kept, **missing}
    return {
        entry.course_id: (_marked(both[key][0], entry.version.title, marking), mark_safe(both[key][1]))
        for key, entry in keys.items()
    }


def _marked(body: str, title: str, asked: Asked) -> SafeString:
    """The title stands once in a card as the whole content of its link, escaped as templates do."""
    if not asked.words_to_mark:
        return mark_safe(body)
    plain = f">{conditional_escape(title)}</a>"
    return mark_safe(body.replace(plain, f">{marked(title, asked.words_to_mark)}</a>", 1))


def _key(entry: CatalogEntry, language: str | None) -> str:
    """The entry is rebuilt with every version (and see decision 0303); a release may change the template."""
    return f"card:{settings.VERSION}:{language}:{entry.version_id}:{entry.rebuilt_at.timestamp():.6f}"


def _render(entry: CatalogEntry) -> tuple[str, str]:
    context = {"version": entry.version, "provider": entry.course.provider}
    return (
        str(render_to_string("courses/_card_body.html", context)),
        str(render_to_string("courses/_card_tags.html", context)),
    )
