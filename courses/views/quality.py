"""Published quality, for the pages that show a course."""

from typing import Any

from courses.models import Course
from courses.queries import quality
from courses.rules import QUALITY_PEOPLE_MIN


def context(course: Course) -> dict[str, Any]:
    """Return what ``courses/_quality.html`` shows; no query when ``quality`` came with the course."""
    return {"quality": quality.of(course), "quality_people_min": QUALITY_PEOPLE_MIN}
