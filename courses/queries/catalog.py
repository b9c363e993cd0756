"""What the catalogue offers: published courses, their runs, and the seats left."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone

from courses.choices import Format, RunKind, VersionState
from courses.models import ClassSession, Course, CourseRun, CourseVersion
from courses.queries.seats import with_seats
from learners.choices import OrganizationStatus
from learners.models import Organization
from learners.permissions import Actor

# A run of a version that a newer one has replaced goes on to its end.
OFFERED = (VersionState.PUBLISHED, VersionState.SUPERSEDED)


def published() -> QuerySet[CourseVersion]:
    """Return the versions everybody may find: published, not archived, of a provider in good standing."""
    return CourseVersion.objects.filter(
        state=VersionState.PUBLISHED,
        course__archived_at__isnull=True,
        course__provider__status=OrganizationStatus.VERIFIED,
    ).select_related("course__provider__place__parent", "course__provider__verified_by", "field")


def courses_ever_published() -> QuerySet[Course]:
    """Return the courses that have been in the catalogue, whatever became of them."""
    return Course.objects.filter(versions__state__in=OFFERED).distinct()


def get_published(course_id: int) -> CourseVersion | None:
    return published().filter(course=course_id).first()


def visible_runs(_actor: Actor | None) -> QuerySet[CourseRun]:
    """Return the runs everybody may see: not cancelled, of an offered version of a provider in good standing."""
    return CourseRun.objects.filter(
        cancelled_at__isnull=True,
        version__state__in=OFFERED,
        version__course__archived_at__isnull=True,
        version__course__provider__status=OrganizationStatus.VERIFIED,
    ).select_related("version__course__provider", "place__parent")


def still_open(*, now: datetime) -> Q:
    """Return the condition of a run one may enrol in now or later."""
    today = timezone.localtime(now).date()
    return (Q(enrollment_closes_at__isnull=True) | Q(enrollment_closes_at__gt=now)) & (
        Q(ends_on__isnull=True) | Q(ends_on__gte=today)
    )


def open_runs(*, course_ids: Iterable[int], now: datetime) -> QuerySet[CourseRun]:
    """Return the runs of these courses one may enrol in now or later, soonest first, dated before open-ended."""
    runs = visible_runs(None).filter(still_open(now=now), version__course__in=list(course_ids))
    return with_seats(runs).order_by(F("kind").asc(), "starts_on", "pk")


def upcoming_runs(
    *, now: datetime, limit: int, province_code: str = "", provider: Organization | None = None
) -> QuerySet[CourseRun]:
    """
    Return the dated runs that begin next, in a province or of a provider if named.

    Of all providers full ones come after the others; of one they stand in their place, as its calendar has them.
    """
    runs = visible_runs(None).filter(
        still_open(now=now), kind=RunKind.DATED, enrollment_opens_at__lte=now, starts_on__gte=timezone.localdate(now)
    )
    if province_code:
        runs = runs.filter(Q(place=province_code) | Q(place__parent=province_code))
    if provider:
        runs = runs.filter(version__course__provider=provider)
    first_session = ClassSession.objects.filter(run=OuterRef("pk"), cancelled_at__isnull=True).order_by("starts_at")
    upcoming: QuerySet[CourseRun] = (
        with_seats(runs)
        .annotate(
            first_session_at=Subquery(first_session.values("starts_at")[:1]),
            first_session_ends_at=Subquery(first_session.values("ends_at")[:1]),
            is_full=Case(When(seats_left__lte=0, then=True), default=False),
        )
        .order_by(*(() if provider else ("is_full",)), "starts_on", "pk")[:limit]
    )
    return upcoming


def counts() -> dict[str, int]:
    """Return how many courses are offered, how many of them online, and in how many communes; one query."""
    in_class = ~Q(format=Format.ONLINE)
    offered = published().order_by().select_related(None)
    return offered.aggregate(
        courses=Count("pk"),
        online=Count("pk", filter=~Q(format=Format.IN_PERSON)),
        in_class=Count("pk", filter=in_class),
        communes=Count("course__provider__place", filter=in_class, distinct=True),
        providers=Count("course__provider", distinct=True),
    )


def for_sitemap() -> QuerySet[CourseVersion]:
    """Return the published versions with what their addresses need and nothing more."""
    answering = published().filter(course__link_dead_at__isnull=True)
    return answering.select_related(None).only("course_id", "title_vi", "published_at").order_by("course_id")
