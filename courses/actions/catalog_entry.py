"""The catalogue's index: one row a published course, rebuilt in the transaction that publishes."""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.contrib.postgres.search import SearchVectorField
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression
from django.db.models.sql.compiler import SQLCompiler

from courses.models import CatalogEntry, CourseVersion, Field
from courses.queries.asked.letters import old_style
from courses.rules import SEARCH_WORD
from learners.models.folding import fold, sort_key


def words(text: str) -> list[str]:
    """Return the words of a text, composed and in lower case: what is indexed and what is asked are split alike."""
    return list(map(old_style, SEARCH_WORD.findall(unicodedata.normalize("NFC", text).lower())))


def rebuild(*, version: CourseVersion, now: datetime) -> CatalogEntry:
    """
    Put a published version into the catalogue, in place of the one before it; return the entry.

    Idempotent: the entry follows from the version, its field and its provider.
    """
    rebuild_many(versions=[version], now=now)
    return CatalogEntry.objects.get(pk=version.course_id)


def rebuild_many(*, versions: Sequence[CourseVersion], now: datetime) -> None:
    """
    Put published versions of different courses into the catalogue, each in place of the one before it; one query.

    Their provider with its place, and their field with its parents, should be loaded.
    """
    CatalogEntry.objects.bulk_create(
        [
            CatalogEntry(
                course_id=version.course_id,
                version=version,
                sort_key=sort_key(version.title_vi),
                title_fold=" ".join(words(fold(version.title_vi))),
                broad_field_id=version.field_id[:2],
                document=Document(
                    title=" ".join(words(f"{version.title_vi} {version.title_en}")),
                    rest=" ".join(words(" ".join(_said_about(version)))),
                ),
                rebuilt_at=now,
            )
            for version in versions
        ],
        update_conflicts=True,
        unique_fields=["course"],
        update_fields=["version", "sort_key", "title_fold", "broad_field", "document", "rebuilt_at"],
    )


class Document(Expression):
    """SQL: what is searched of a course; exact words in weights A and C, folded words in B and D."""

    output_field = SearchVectorField()
    _sql = " || ".join(f"setweight(to_tsvector('simple', %s), '{weight}')" for weight in "ABCD")

    def __init__(self, *, title: str, rest: str) -> None:
        super().__init__()
        self.texts = (title, fold(title), rest, fold(rest))

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str, ...]]:
        return f"({self._sql})", self.texts


def _said_about(version: CourseVersion) -> Iterable[str]:
    provider = version.course.provider
    yield from (version.summary_vi, version.summary_en, version.audience_vi, version.audience_en)
    yield from version.outcomes_vi
    yield from version.outcomes_en
    yield from version.tags
    field: Field | None = version.field
    while field is not None:
        yield from (field.name_vi, field.name_en, field.search_words)
        field = field.parent
    yield from (provider.name_vi, provider.name_en)
    yield from (place.name for place in (provider.place, provider.place.parent) if place is not None)
