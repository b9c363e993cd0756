"""Who came without a place, and what of it somebody may claim."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from courses.choices import FigureName
from courses.models import ClassSession, WalkIn
from courses.queries import attendance_figure
from learners.models import Learner


def of_session(session: ClassSession) -> QuerySet[WalkIn]:
    """Return who was written down for a class session, in that order; one query."""
    return WalkIn.objects.filter(class_session=session).select_related("enrollment").order_by("marked_at", "pk")


def claimable_by(learner: Learner, *, now: datetime) -> QuerySet[WalkIn]:
    """
    Return what was written down for a learner's telephone number, claimed by them or not yet, the newest first.

    The number is one the learner has proved: it is stored with the account only after its code was typed.
    """
    if not learner.phone:
        return WalkIn.objects.none()
    since = now - timedelta(days=attendance_figure.value(FigureName.WALK_IN_DAYS))
    theirs = WalkIn.objects.filter(phone=learner.phone, recorded_at__gt=since)
    return theirs.select_related(
        "class_session__run__version__course__provider", "enrollment__run__version", "recorded_by"
    ).order_by("-marked_at", "-pk")
