"""
Posters: how often their codes are opened.

A poster's code says its run or its course, so nothing is kept for it; what is kept is a number for each day.
"""

from django.db import models
from django.db.models import Q


class PosterScan(models.Model):
    """How many times the code of a run's or a course's poster was opened on one local day; not by whom."""

    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="poster_scans")
    run = models.ForeignKey("courses.CourseRun", models.PROTECT, null=True, related_name="poster_scans")
    day = models.DateField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "day"], condition=Q(run__isnull=False), name="poster_scan_one_per_run_and_day"
            ),
            models.UniqueConstraint(
                fields=["course", "day"], condition=Q(run__isnull=True), name="poster_scan_one_per_course_and_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id or self.course_id}, {self.day}: {self.count}"
