"""Course cards: what never changes of one is rendered once per version and language, and kept."""

from collections.abc import Sequence

from django.conf import settings
from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from courses.models import CourseVersion
from courses.queries.asked import Asked
from courses.queries.asked.marking import marked
from courses.queries.search.page import Result, versions

KEPT_SECONDS = 24 * 3600


def rendered(results: Sequence[Result], *, marking: Asked, names_provider: bool = True) -> dict[int, tuple[str, str]]:
    """
    Return body and tags of each found course's card by course, the words that were asked for marked in its title.

    One query where cards are missing, none where all are kept; a cache that does not answer is a miss. What is kept has
    no marks. The page of an organisation does not name it on every card.
    """
    pages, language = caches["pages"], get_language()
    keys = {result.row.course_id: _key(result, language, names_provider) for result in results}
    kept = pages.get_many(list(keys.values()))
    missing = [result.version_id for result in results if keys[result.row.course_id] not in kept]
    if missing:
        made = {keys[version.course_id]: _render(version, names_provider) for version in versions(missing).values()}
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


def _key(result: Result, language: str | None, names_provider: bool) -> str:
    """Every change of the entry gives it another revision (decision 0316); a release may change the template."""
    kind = "card" if names_provider else "own-card"
    return f"{kind}:{settings.VERSION}:{language}:{result.row.course_id}:{result.version_id}:{result.row.revision}"


def _render(offered: CourseVersion, names_provider: bool) -> tuple[str, str, str]:
    """Title and address are the published version's, the rest what the class keeps to (decision 0333)."""
    entry = offered.course.catalog_entry
    context = {"version": entry.version, "provider": entry.provider if names_provider else None, "offered": offered}
    return (
        str(render_to_string("courses/_card_body.html", context)),
        str(render_to_string("courses/_card_tags.html", context)),
        entry.version.title,
    )
