"""
The catalogue's index: one row a published course, rebuilt in the transaction that publishes.

What a version says is written here; what follows from runs, provider and standing the database derives by itself
(``courses_refresh_entries``, migration 0005), whoever writes.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from django.db import connection, transaction

from courses.models import CatalogEntry, CourseVersion, Field, ProviderRefresh, Skill, TaughtSkill
from courses.queries.asked.letters import old_style
from courses.rules import SEARCH_WORD
from learners.models import Organization
from learners.models.folding import fold, sort_key

REFRESHED_AT_ONCE_MAX = 2_000
SECONDS_A_TASK = 30.0  # and one portion more at most


def words(text: str) -> str:
    """Return the words of a text, composed and in lower case: what is indexed and what is asked are split alike."""
    return old_style(" ".join(SEARCH_WORD.findall(unicodedata.normalize("NFC", text).lower())))


def rebuild(*, version: CourseVersion, now: datetime) -> CatalogEntry:
    """
    Put a published version into the catalogue, in place of the one before it; return the entry.

    Idempotent: the entry follows from the version, its field, its runs and its provider.
    """
    rebuild_many(versions=[version], now=now)
    return CatalogEntry.objects.get(pk=version.course_id)


def rebuild_many(*, versions: Sequence[CourseVersion], now: datetime) -> None:
    """
    Put published versions of different courses into the catalogue, each in place of the one before it; three queries.

    In the transaction of whoever publishes. Their course, and their field with its parents, should be loaded.
    """
    skills: dict[int, list[Skill]] = {}
    for taught in TaughtSkill.objects.filter(version__in=versions).select_related("skill"):
        skills.setdefault(taught.version_id, []).append(taught.skill)
    of_fields: dict[str, _Said] = {}
    entries = [_entry(version, skills.get(version.pk, ()), of_fields) for version in versions]
    with connection.cursor() as cursor:
        cursor.execute(_PUT, [now, *map(list, zip(*entries, strict=True))])
    _refresh([version.course_id for version in versions])


def refresh_stale(*, now: datetime) -> int:
    """
    Bring up to date what the passing of time has changed: runs that have begun, closed or ended; return how many.

    Safe to run twice or in two workers at once. Counts whose differences have piled up are added together.
    """
    due = CatalogEntry.objects.filter(stale_at__lte=now).order_by("pk").values_list("pk", flat=True)
    refreshed = 0
    while ids := list(due[:REFRESHED_AT_ONCE_MAX]):
        refreshed += _refresh(ids, now)
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH piled AS (
                   SELECT term FROM courses_catalogcount GROUP BY term HAVING count(*) > 1
               ), taken AS (
                   DELETE FROM courses_catalogcount USING piled WHERE courses_catalogcount.term = piled.term
                   RETURNING courses_catalogcount.term, count
               )
               INSERT INTO courses_catalogcount (term, count)
               SELECT term, sum(count) FROM taken GROUP BY term HAVING sum(count) <> 0"""
        )
    return refreshed


def refresh_providers(*, seconds_max: float = SECONDS_A_TASK) -> int:
    """
    Go on with the providers of thousands of courses that have changed; return how many entries were refreshed.

    A portion a transaction, under the provider's lock; one that somebody else works on is left to the next time. Safe
    to run twice or in two workers at once.
    """
    refreshed, started = 0, monotonic()
    for provider_id in list(ProviderRefresh.objects.order_by("pk").values_list("pk", flat=True)):
        while monotonic() - started < seconds_max and (portion := _refresh_portion(provider_id)):
            refreshed += portion
    return refreshed


@transaction.atomic
def _refresh_portion(provider_id: int) -> int:
    """Refresh the next entries of a provider; return how many, 0 when it is done or somebody else is at it."""
    providers = Organization.objects.select_for_update(no_key=True, skip_locked=True)
    if not providers.filter(pk=provider_id).exists():
        return 0
    waiting = ProviderRefresh.objects.filter(pk=provider_id).first()
    if waiting is None:
        return 0
    entries = CatalogEntry.objects.filter(provider=provider_id, pk__gt=waiting.after).order_by("pk")
    ids = list(entries.values_list("pk", flat=True)[:REFRESHED_AT_ONCE_MAX])
    if not ids:
        waiting.delete()
        return 0
    waiting.after = ids[-1]
    waiting.save(update_fields=["after"])
    return _refresh(ids)


def _refresh(course_ids: list[int], moment: datetime | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT courses_refresh_entries(%s::bigint[], %s)", [course_ids, moment])
        refreshed: int = cursor.fetchone()[0]
        return refreshed


@dataclass(frozen=True, slots=True)
class _Said:
    """Words as they are written, and folded."""

    exact: str
    folded: str


def _entry(version: CourseVersion, skills: Sequence[Skill], of_fields: dict[str, _Said]) -> tuple[object, ...]:
    """Return what ``_PUT`` takes of one version; what a field says is kept in ``of_fields`` for the next."""
    if (field := of_fields.get(version.field_id)) is None:
        said = words(" ".join(_said_about_field(version.field)))
        field = of_fields[version.field_id] = _Said(said, fold(said))
    title = words(f"{version.title_vi} {version.title_en}")
    title_folded = fold(title)
    rest = words(" ".join(_said_about(version, skills)))
    signed = [*(f"^{word}" for word in {*title.split(), *title_folded.split()}), *(f"=skill:{s.code}" for s in skills)]
    return (
        version.course_id,
        version.pk,
        version.course.provider_id,
        sort_key(version.title_vi),
        words(fold(version.title_vi)),
        version.field_id[:2],
        title,
        title_folded,
        f"{rest} {field.exact}",
        f"{fold(rest)} {field.folded}",
        " ".join(signed),
    )


def _said_about(version: CourseVersion, skills: Iterable[Skill]) -> Iterable[str]:
    yield from (version.summary_vi, version.summary_en, version.audience_vi, version.audience_en)
    yield from version.outcomes_vi
    yield from version.outcomes_en
    yield from version.tags
    for skill in skills:
        yield from (skill.name_vi, skill.name_en)


def _said_about_field(field: Field | None) -> Iterable[str]:
    """The field with its words, and the names above it: words of those above are examples, mostly of its sisters."""
    if field is not None:
        yield field.search_words
    while field is not None:
        yield from (field.name_vi, field.name_en)
        field = field.parent


# What is searched of a version: exact words in weights A and C, folded ones in B and D, the title's once more behind ^.
# The first revision is any number: a database made anew counts its courses from one again, and the cards kept under
# their numbers (``courses.views.card``) may still be those of the one before it.
_PUT = """
    INSERT INTO courses_catalogentry (course_id, version_id, provider_id, sort_key, title_fold, broad_field_id, words,
        rebuilt_at, document, facets, communes, weeks, is_listed, opening, revision)
    SELECT course, version, provider, sort_key, title_fold, broad_field,
        setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', title_folded), 'B')
            || setweight(to_tsvector('simple', rest), 'C') || setweight(to_tsvector('simple', rest_folded), 'D')
            || array_to_tsvector(string_to_array(signed, ' ')),
        %s, '', '{}', '{}', '{}', false, 2, floor(random() * 1000000000)::integer
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
        %s::text[], %s::text[], %s::text[])
        AS said (course, version, provider, sort_key, title_fold, broad_field, title, title_folded, rest, rest_folded,
            signed)
    ON CONFLICT (course_id) DO UPDATE SET version_id = excluded.version_id, provider_id = excluded.provider_id,
        sort_key = excluded.sort_key, title_fold = excluded.title_fold, broad_field_id = excluded.broad_field_id,
        words = excluded.words, rebuilt_at = excluded.rebuilt_at
"""
