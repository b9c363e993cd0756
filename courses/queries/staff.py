"""The classes of an organization that are not over, by who teaches them."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from courses.models import CourseRun
from learners.models import Learner, Organization


def taught_in(organizations: Any, *, on: date) -> QuerySet[CourseRun]:
    """Return the classes of organizations, planned ones too, that are neither cancelled nor over on this day."""
    not_over = Q(ends_on__isnull=True) | Q(ends_on__gte=on)
    runs = CourseRun.objects.filter(not_over, cancelled_at__isnull=True)
    return runs.filter(version__course__provider__in=organizations)


def taught_by(person: Learner, organization: Organization, *, on: date) -> QuerySet[CourseRun]:
    """Return those of them that this person teaches, soonest first."""
    theirs = taught_in([organization], on=on).filter(run_instructors__learner=person)
    return theirs.select_related("version").order_by("starts_on", "pk")
