"""What a counter shows of somebody's way to a place in its organization's classes, and what was done for them there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from courses.choices import EnrollmentState, PlaceAct
from courses.models import CourseRun, Enrollment, PlaceRequest, PlaceStep
from courses.queries import enrollment, place_request, waiting_shown
from courses.queries.catalog import still_open
from learners.models import Learner, Organization
from learners.queries.counter import Done
from learners.queries.learner import account_ids

CLASSES_SHOWN_MAX = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class AtCounter:
    """Somebody's places, waits and requests in the classes of one organization, and what they could join."""

    places: Sequence[Enrollment]
    waits: Sequence[waiting_shown.MyChoice]
    asked: Sequence[PlaceRequest]  # not answered, or lately with a no
    open: Sequence[CourseRun]  # classes one may enrol in now or later


def of_person(person: Learner, organization: Organization, *, now: datetime) -> AtCounter:
    """Return it, five queries at most; of other organizations' classes a counter learns nothing."""
    going_on = Q(run__ends_on__isnull=True) | Q(run__ends_on__gte=timezone.localdate(now))
    places = Enrollment.objects.filter(
        going_on, learner=person, state=EnrollmentState.ENROLLED, run__version__course__provider=organization
    )
    waits = [one for mine in waiting_shown.open_of(person, now=now) for one in mine.choices]
    asked = place_request.to_show(person, now=now)
    return AtCounter(
        places=list(places.select_related("run__version", "run__place__parent").order_by("-enrolled_at", "-pk")),
        waits=[one for one in waits if one.choice.run.version.course.provider_id == organization.pk],
        asked=[each for each in asked if each.run.version.course.provider_id == organization.pk],
        open=list(
            runs_of(organization)
            .filter(still_open(now=now), cancelled_at=None, enrollment_opens_at__lte=now)
            .order_by("starts_on", "pk")[:CLASSES_SHOWN_MAX]
        ),
    )


def runs_of(organization: Organization) -> QuerySet[CourseRun]:
    """Return the classes a counter of the organization may open for somebody."""
    return enrollment.runs_on_offer().filter(version__course__provider=organization)


def done_for(learner: Learner) -> list[Done]:
    """Return the steps staff have taken for the person, in any of their accounts, newest first; two queries."""
    steps = PlaceStep.objects.filter(learner__in=account_ids(learner)).order_by("-done_at", "-pk")
    return [
        Done(
            act=PlaceAct(step.act),
            at=step.done_at,
            by=step.done_by,
            organization=step.organization,
            about=step.run.version.title,
        )
        for step in steps.select_related("done_by", "organization", "run__version")
    ]
