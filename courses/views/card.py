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
from courses.queries.search.found import Row
from courses.queries.search.page import entries

KEPT_SECONDS = 24 * 3600


def rendered(rows: Sequence[Row], *, marking: Asked) -> dict[int, tuple[str, str]]:
    """
    Return body and tags of each found entry's card by course, the words that were asked for marked in its title.

    One query where cards are missing, none where all are kept; a cache that does not answer is a miss. What is kept has
    no marks.
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
    return {
        course_id: (_marked(body, title, marking), mark_safe(tags)) for course_id, (body, tags, title) in found.items()
    }


def _marked(body: str, title: str, asked: Asked) -> SafeString:
    """The title stands once in a card as the whole content of its link, escaped as templates do."""
    if not asked.words_to_mark:
        return mark_safe(body)
    plain = f">{conditional_escape(title)}</a>"
    return mark_safe(body.replace(plain, f">{marked(title, asked.words_to_mark)}</a>", 1))


def _key(row: Row, language: str | None) -> str:
    """Every change of the entry gives it another revision (decision 0316); a release may change the template."""
    return f"card:{settings.VERSION}:{language}:{row.course_id}:{row.version_id}:{row.revision}"


def _render(entry: CatalogEntry) -> tuple[str, str, str]:
    context = {"version": entry.version, "provider": entry.provider}
    return (
        str(render_to_string("courses/_card_body.html", context)),
        str(render_to_string("courses/_card_tags.html", context)),
        entry.version.title,
    )
