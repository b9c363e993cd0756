"""Who came without a place, and what of it somebody may claim."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from courses.choices import FigureName
from courses.models import ClassSession, CourseRun, Enrollment, WalkIn
from courses.queries import attendance_figure
from learners.models import Learner
from learners.models.folding import fold


def of_session(session: ClassSession) -> QuerySet[WalkIn]:
    """Return who was written down for a class session, in that order, struck off or not; one query."""
    return WalkIn.objects.filter(class_session=session).select_related("enrollment").order_by("marked_at", "pk")


def claimable_by(learner: Learner, *, now: datetime) -> QuerySet[WalkIn]:
    """
    Return what was written down for a learner's telephone number, claimed by them or by nobody, the newest first.

    The number is one the learner has proved: it is stored with the account only after its code was typed.
    """
    if not learner.phone:
        return WalkIn.objects.none()
    since = now - timedelta(days=attendance_figure.value(FigureName.WALK_IN_DAYS))
    theirs = WalkIn.objects.filter(
        Q(enrollment=None, struck_at=None) | Q(enrollment__learner=learner),
        phone=learner.phone,
        recorded_at__gt=since,
    )
    return theirs.select_related(
        "class_session__run__version__course__provider", "enrollment__run__version", "recorded_by"
    ).order_by("-marked_at", "-pk")


def unclaimed_in(run: CourseRun) -> QuerySet[WalkIn]:
    """Return those of a run whose number could still claim them."""
    return WalkIn.objects.filter(class_session__run=run, claimed_at=None, struck_at=None).exclude(phone="")


@dataclass(frozen=True, slots=True, kw_only=True)
class CameTo:
    """A class session at which somebody said a learner's number: which name they said is for who claims it to say."""

    session: ClassSession
    place: Enrollment | None  # what the learner has claimed of it


def came_to(learner: Learner, *, now: datetime) -> list[CameTo]:
    """Return the class sessions with something to claim or claimed, the newest first; one query."""
    found: dict[int, CameTo] = {}
    for each in claimable_by(learner, now=now):
        if each.class_session_id not in found or each.enrollment is not None:
            found[each.class_session_id] = CameTo(session=each.class_session, place=each.enrollment)
    return list(found.values())


def is_named(walk_in: WalkIn, typed: str) -> bool:
    """
    Return whether a name is the one that was written down: the given name is the same, the rest may be left out.

    Diacritics do not count: who wrote it down at a door may have left them out.
    """
    written, said = fold(walk_in.full_name).split(), fold(typed).split()
    if not written or not said or written[-1] != said[-1]:
        return False
    return set(written) <= set(said) or set(said) <= set(written)
