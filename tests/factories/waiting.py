"""Full runs, and those who wait for them; through the actions."""

from datetime import datetime

from courses.actions import enrollment, waiting
from courses.models import CourseRun, CourseVersion, Enrollment, SeatOffer, WaitingChoice, WaitingRequest
from courses.queries import seats
from learners.models import Learner
from tests.factories.catalog import a_published_run
from tests.factories.enrollment import enrolled
from tests.factories.people import NOW, a_learner


def a_full_run(*, seats: int = 1, version: CourseVersion | None = None, **more: object) -> CourseRun:
    """Return a run whose seats are all held."""
    run = a_published_run(seats=seats, version=version, **more)
    for _ in range(seats):
        enrolled(run=run)
    return run


def waits_for(*runs: CourseRun, learner: Learner | None = None, now: datetime = NOW) -> WaitingRequest:
    """Return the request of a learner who has joined the lists of these runs of one course."""
    return waiting.join(learner=learner or a_learner(), runs=runs, now=now)


def someone_of(run: CourseRun) -> Enrollment:
    """Return the first enrolment that holds a seat of the run."""
    return run.enrollments.holding_seat().order_by("pk").first()


def an_offer(run: CourseRun, learner: Learner, *, now: datetime = NOW) -> SeatOffer:
    """Return the offer to a learner who waited for the last seat of a run, which somebody has given up."""
    while (left := seats.of_run(run).left) is None or left > 0:
        enrolled(run=run, now=now)
    request = waits_for(run, learner=learner, now=now)
    enrollment.withdraw(enrollment=someone_of(run), now=now)
    offer = offer_to(request)
    assert offer is not None
    return offer


def offer_to(request: WaitingRequest) -> SeatOffer | None:
    """Return the open offer of a request, or None."""
    return request.offers.filter(outcome="").select_related("run", "request__learner").first()


def ends_of(request: WaitingRequest) -> list[str]:
    """Return how the choices of a request ended, in the order of choosing; empty for one that has not."""
    return list(WaitingChoice.objects.filter(request=request).order_by("pk").values_list("ended_how", flat=True))
