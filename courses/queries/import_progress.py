"""How far an import is while its transaction is open: a number in the cache of pages, where a failure is a miss."""

from django.core.cache import caches

from courses.models import ImportJob


def key(job: ImportJob) -> str:
    return f"import:{job.pk}:{job.state}:{job.attempts}"


def rows_done(job: ImportJob) -> int:
    """Return how many rows have been looked at since the worker took the job up; 0 when nobody knows."""
    return int(caches["pages"].get(key(job)) or 0)
