"""Saying how far an import is, outside of its transaction: the number is for eyes only, and may be lost."""

from django.core.cache import caches

from courses.models import ImportJob
from courses.queries import import_progress

KEPT_SECONDS = 600


def note(job: ImportJob, rows: int) -> None:
    """Add the rows of one batch."""
    caches["pages"].set(import_progress.key(job), import_progress.rows_done(job) + rows, KEPT_SECONDS)
