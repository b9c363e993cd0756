"""What phones had kept and was not counted: shown to whoever manages the class."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from courses.choices import FigureName
from courses.models import UncountedMark
from courses.queries import attendance_figure
from courses.rules import UNCOUNTED_NEWS_DAYS
from learners.models import Organization


def of_organization(organization: Organization, *, now: datetime) -> QuerySet[UncountedMark]:
    """Return what is not counted in an organisation's runs, the newest first, as long as walk-ins are kept."""
    since = now - timedelta(days=attendance_figure.value(FigureName.WALK_IN_DAYS))
    marks = UncountedMark.objects.filter(
        class_session__run__version__course__provider=organization, received_at__gt=since
    )
    return marks.select_related("class_session__run__version", "enrollment__learner", "said_by").order_by(
        "-received_at", "-pk"
    )


def news_for(organization: Organization, *, now: datetime) -> int:
    """Return how many have arrived within the last days; one query."""
    since = now - timedelta(days=UNCOUNTED_NEWS_DAYS)
    return UncountedMark.objects.filter(
        class_session__run__version__course__provider=organization, received_at__gt=since
    ).count()
