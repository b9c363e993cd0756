"""What a run asks of those who would take part; through the actions."""

from datetime import datetime

from courses.actions import approval, terms
from courses.models import Course, CourseRun, PlaceRequest
from learners.models import Learner
from tests.factories.people import NOW, a_learner


def asks_for(run: CourseRun, *, first: tuple[Course, ...] = (), word_suffices: bool = False, **more: int) -> CourseRun:
    """Let the organization of a run ask for an age, for courses completed first, or decide itself; return the run."""
    terms.change(
        run=run,
        actor=run.version.course.provider.registered_by,
        first=first,
        word_suffices=word_suffices,
        now=NOW,
        **{"age_min": None, "age_max": None, **more},
    )
    return type(run).objects.select_related("version__course__provider").get(pk=run.pk)


def asked_place(run: CourseRun, learner: Learner | None = None, *, now: datetime = NOW) -> PlaceRequest:
    """Return the request of a learner for a place in a run whose organization decides."""
    return approval.ask(learner=learner or a_learner(), run=run, now=now)
