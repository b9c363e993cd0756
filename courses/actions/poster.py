"""A poster's code is opened: one more on that day, and nothing about who it was."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from courses.models import PosterScan
from courses.queries.poster import Target


@transaction.atomic
def count_scan(*, target: Target, now: datetime) -> None:
    """Count one opening; however many there are, a run or a course has one row a day."""
    day = timezone.localdate(now)
    rows = PosterScan.objects.filter(course=target.course_id, run=target.run_id, day=day)
    if not rows.update(count=F("count") + 1):
        first = PosterScan(course_id=target.course_id, run_id=target.run_id, day=day, count=0)
        PosterScan.objects.bulk_create([first], ignore_conflicts=True)  # somebody else may have been quicker
        rows.update(count=F("count") + 1)
