"""Pages on which who works there sees who learns: before anybody is shown, it is written down for them to read."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils import timezone

from courses.models import CourseRun
from learners.actions import reading
from learners.choices import Seen
from learners.models import Learner, Organization


def write(request: HttpRequest, where: CourseRun | Organization | None, learner_ids: Iterable[int], seen: Seen) -> None:
    """Write that who is signed in is about to see these learners: of a run, of an organization, or as a curator."""
    reader: Learner = request.user  # type: ignore[assignment]  # every caller asks for somebody signed in
    organization = where.version.course.provider if isinstance(where, CourseRun) else where
    if ids := set(learner_ids):
        reading.write(reader=reader, learner_ids=ids, seen=seen, organization=organization, now=timezone.now())
