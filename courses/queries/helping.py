"""What a helper sees of somebody: when and where the classes are. Nothing of the record, the reading or the marks."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q
from django.utils import timezone

from courses.choices import EnrollmentState
from courses.models import ClassSession, CourseRun, Enrollment, PlaceRequest, WaitingRequest
from courses.models.enrollment import EnrollmentQuerySet
from learners.models import Learner, MandateAct
from learners.queries import mandate as mandates

ENROLLMENTS_SHOWN_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One class the person is enrolled in, with the meeting that comes next."""

    enrollment: Enrollment
    next_session: ClassSession | None


def places_of(person: Learner) -> EnrollmentQuerySet:
    """Return the classes a person is enrolled in and has not ended."""
    return Enrollment.objects.filter(learner=person, state=EnrollmentState.ENROLLED)


def timetable(person: Learner, *, now: datetime) -> list[Place]:
    """Return those of these classes that are not over, the one that meets next first; two queries."""
    ahead = ClassSession.objects.filter(cancelled_at=None, ends_at__gt=now).order_by("starts_at")
    places = (
        places_of(person)
        .filter(Q(run__ends_on=None) | Q(run__ends_on__gte=timezone.localdate(now)))
        .select_related("run__version__course__provider", "run__place__parent")
        .prefetch_related(Prefetch("run__class_sessions", queryset=ahead, to_attr="ahead"))
        .order_by("-enrolled_at", "-pk")[:ENROLLMENTS_SHOWN_MAX]
    )
    found = [
        Place(enrollment=place, next_session=place.run.ahead[0] if place.run.ahead else None)  # type: ignore[attr-defined]
        for place in places
    ]
    return sorted(
        found, key=lambda place: (place.next_session is None, place.next_session and place.next_session.starts_at)
    )


def subject_of(enrollment: Enrollment) -> str:
    """Return how an enrolment is named where acts of helpers are written down."""
    return f"enrollment:{enrollment.public_id}"


def subject_of_request(request: PlaceRequest) -> str:
    return f"place_request:{request.public_id}"


def subject_of_line(request: WaitingRequest, run: CourseRun) -> str:
    """Return how the last time they joined the line of a run is named; one query."""
    return f"waiting:{request.public_id}:{request.choices.filter(run=run).latest('pk').pk}"


def acts_on(subject: Enrollment | PlaceRequest) -> list[MandateAct]:
    """Return what helpers did with this enrolment or request, in order; one query."""
    if isinstance(subject, PlaceRequest):
        return list(mandates.acts_on(subject_of_request(subject)))
    return list(mandates.acts_on(subject_of(subject)))
