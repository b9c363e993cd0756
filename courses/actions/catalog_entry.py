"""
The catalogue's index: one row a published course, rebuilt in the transaction that publishes.

What a version says is written here; what follows from runs, provider and standing the database derives by itself
(``courses_refresh_entries``, migration 0005), whoever writes.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.contrib.postgres.search import SearchVectorField
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression
from django.db.models.sql.compiler import SQLCompiler

from courses.models import CatalogEntry, CourseVersion, Field, Skill, TaughtSkill
from courses.queries.asked.letters import old_style
from courses.rules import SEARCH_WORD
from learners.models.folding import fold, sort_key

REFRESHED_AT_ONCE_MAX = 2_000


def words(text: str) -> list[str]:
    """Return the words of a text, composed and in lower case: what is indexed and what is asked are split alike."""
    return list(map(old_style, SEARCH_WORD.findall(unicodedata.normalize("NFC", text).lower())))


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
    CatalogEntry.objects.bulk_create(
        [
            CatalogEntry(
                course_id=version.course_id,
                version=version,
                provider_id=version.course.provider_id,
                sort_key=sort_key(version.title_vi),
                title_fold=" ".join(words(fold(version.title_vi))),
                broad_field_id=version.field_id[:2],
                words=Words(
                    title=" ".join(words(f"{version.title_vi} {version.title_en}")),
                    rest=" ".join(words(" ".join(_said_about(version, skills.get(version.pk, []))))),
                    skills=[skill.code for skill in skills.get(version.pk, [])],
                ),
                rebuilt_at=now,
            )
            for version in versions
        ],
        update_conflicts=True,
        unique_fields=["course"],
        update_fields=["version", "provider", "sort_key", "title_fold", "broad_field", "words", "rebuilt_at"],
    )
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


def _refresh(course_ids: list[int], moment: datetime | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT courses_refresh_entries(%s::bigint[], %s)", [course_ids, moment])
        refreshed: int = cursor.fetchone()[0]
        return refreshed


class Words(Expression):
    """
    SQL: what is searched of a version.

    Exact words in weights A and C, folded in B and D, the title's once more behind ^, and a token for each skill.
    """

    output_field = SearchVectorField()
    _sql = " || ".join(f"setweight(to_tsvector('simple', %s), '{weight}')" for weight in "ABCD")

    def __init__(self, *, title: str, rest: str, skills: Sequence[str]) -> None:
        super().__init__()
        self.texts = (title, fold(title), rest, fold(rest))
        of_title = sorted(f"^{word}" for word in {*title.split(), *fold(title).split()})
        self.signed = " ".join([*of_title, *(f"=skill:{code}" for code in skills)])

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str, ...]]:
        return f"({self._sql} || array_to_tsvector(string_to_array(%s, ' ')))", (*self.texts, self.signed)


def _said_about(version: CourseVersion, skills: Iterable[Skill]) -> Iterable[str]:
    yield from (version.summary_vi, version.summary_en, version.audience_vi, version.audience_en)
    yield from version.outcomes_vi
    yield from version.outcomes_en
    yield from version.tags
    for skill in skills:
        yield from (skill.name_vi, skill.name_en)
    field: Field | None = version.field
    while field is not None:
        yield from (field.name_vi, field.name_en, field.search_words)
        field = field.parent
