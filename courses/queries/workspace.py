"""The organisation's desk: its courses by state, runs and seats, today's class sessions, what waits for whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, When
from django.utils import timezone

from courses.choices import VersionState
from courses.models import ClassSession, Course, CourseRun, CourseVersion, Review
from courses.queries import attendance, catalog, poster, seats
from courses.rules import REVIEW_WORKING_DAYS
from learners.models import Learner, Organization
from learners.permissions import Actor, is_curator
from learners.queries import calendar, organization

SESSIONS_SHOWN_MAX = 20
RUNS_SHOWN_MAX = 30
COURSES_PER_PAGE = 30


def visible_to(actor: Actor) -> QuerySet[Course]:
    """Return the courses whose drafts the actor may read: their organisations', and for a curator all of them."""
    courses = Course.objects.select_related("provider__place__parent").filter(archived_at__isnull=True)
    return courses if is_curator(actor) else courses.filter(provider__in=organization.worked_in_by(actor))


def current_version(course: Course) -> CourseVersion:
    """Return the version people work on, else the newest; three queries with its rule and reviews."""
    reviews = Review.objects.select_related("reviewer").order_by("decided_at")
    return (
        CourseVersion.objects.filter(course=course)
        .select_related("field", "completion_rule", "submitted_by", "created_by", "edited_by", "course__provider")
        .prefetch_related(Prefetch("reviews", queryset=reviews))
        .latest("number")
    )


def published_version(course: Course) -> CourseVersion | None:
    """Return the course's version in the catalogue, or None."""
    return CourseVersion.objects.filter(course=course, state=VersionState.PUBLISHED).select_related("course").first()


def was_thrown_away(course_id: int, *, by: Learner) -> bool:
    """Return whether this person has thrown a draft away and its course, never published, has gone with it."""
    return CourseVersion.objects.filter(
        course=course_id, course__archived_at__isnull=False, discarded_by=by, discarded_at=F("course__archived_at")
    ).exists()


def earlier_versions(version: CourseVersion) -> QuerySet[CourseVersion]:
    """Return the versions before this one, newest first, drafts thrown away after them, with their reviews."""
    return (
        CourseVersion.objects.filter(course=version.course_id, number__lt=version.number)
        .select_related("submitted_by", "created_by", "discarded_by")
        .prefetch_related(Prefetch("reviews", queryset=Review.objects.select_related("reviewer")))
        .order_by("-number")
    )


def draft_run(version: CourseVersion) -> CourseRun | None:
    """Return the first run planned with this version, with sessions and instructors, or None."""
    runs = CourseRun.objects.filter(version=version, cancelled_at__isnull=True)
    return runs.select_related("place__parent").prefetch_related("class_sessions", "instructors").order_by("pk").first()


def last_run(course: Course) -> CourseRun | None:
    """Return the run of a course that begins last, with sessions and instructors, or None; four queries at most."""
    runs = CourseRun.objects.filter(version__course=course, cancelled_at__isnull=True)
    runs = runs.select_related("place").prefetch_related("class_sessions", "instructors")
    return runs.order_by("-starts_on", "-pk").first()


def returned_with(version: CourseVersion) -> Review | None:
    """Return the review that returned this version, when it waits for changes."""
    if version.state != VersionState.RETURNED:
        return None
    return version.reviews.select_related("reviewer").order_by("-decided_at").first()


def _may_open(actor: Learner, run: str) -> Exists:
    """Return the SQL of whether the actor keeps the roster of the run of the outer query, named by its column."""
    return Exists(attendance.runs_staffed_by(actor).select_related(None).filter(pk=OuterRef(run)))


def runs_of_course(course: Course, *, actor: Learner) -> QuerySet[CourseRun]:
    """Return the course's runs, soonest first, with seats, ``scans`` and ``may_open``: its roster is the actor's."""
    runs = CourseRun.objects.filter(version__course=course, cancelled_at__isnull=True)
    with_figures: QuerySet[CourseRun] = (
        seats.with_seats(runs)
        .select_related("place__parent", "version")
        .annotate(may_open=_may_open(actor, "pk"), scans=poster.scans_of_run())
        .prefetch_related("class_sessions", "instructors")
        .order_by("starts_on", "pk")
    )
    return with_figures


def place_in_queue(version: CourseVersion) -> int:
    """Return how many submitted versions are answered before this one, itself included."""
    if version.submitted_at is None:
        return 0
    earlier = Q(submitted_at__lt=version.submitted_at) | Q(submitted_at=version.submitted_at, pk__lte=version.pk)
    return CourseVersion.objects.filter(earlier, state=VersionState.SUBMITTED).count()


def review_due_on(submitted_at: datetime) -> date:
    """Return the local day by whose end a curator answers; one query."""
    return calendar.working_days_after(timezone.localdate(submitted_at), REVIEW_WORKING_DAYS)


def reviews_due_on(versions: Iterable[CourseVersion]) -> dict[int, date]:
    """Return for those of these versions that wait for a curator the day they are answered by; one query for all."""
    submitted = {
        version.pk: timezone.localdate(version.submitted_at)
        for version in versions
        if version.state == VersionState.SUBMITTED and version.submitted_at is not None
    }
    due_on = calendar.working_days_after_each(set(submitted.values()), REVIEW_WORKING_DAYS)
    return {pk: due_on[day] for pk, day in submitted.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the organisation's page shows."""

    sessions_today: list[ClassSession]  # with ``may_open``: the actor keeps the roster
    returned: list[CourseVersion]  # what waits for the writers
    courses: Page[CourseVersion]  # of each course the version people work on, else the newest; what is in work first
    runs: list[CourseRun]  # with seats, ``may_open`` and ``scans`` of their posters; soonest first


def desk(provider: Organization, *, actor: Learner, now: datetime, page_number: str = "") -> Desk:
    """Return the organisation's desk as ``actor`` may use it; five queries however much it has."""
    today = timezone.localdate(now)
    midnight = timezone.make_aware(datetime.combine(today, datetime.min.time()))
    sessions = (
        ClassSession.objects.filter(
            run__version__course__provider=provider,
            run__version__state__in=catalog.OFFERED,
            run__cancelled_at__isnull=True,
            cancelled_at__isnull=True,
            starts_at__gte=midnight,
            starts_at__lt=midnight + timedelta(days=1),
        )
        .annotate(may_open=_may_open(actor, "run"))
        .select_related("run__version")
        .order_by("starts_at")[:SESSIONS_SHOWN_MAX]
    )
    later = CourseVersion.objects.filter(course=OuterRef("course"), number__gt=OuterRef("number"))
    newest = CourseVersion.objects.filter(
        ~Exists(later), course__provider=provider, course__archived_at__isnull=True
    ).order_by(Case(When(state=VersionState.PUBLISHED, then=1), default=0), "title_vi", "pk")
    runs = seats.with_seats(
        CourseRun.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=today),
            version__course__provider=provider,
            version__course__archived_at__isnull=True,
            cancelled_at__isnull=True,
        )
    ).annotate(may_open=_may_open(actor, "pk"), scans=poster.scans_of_run())
    return Desk(
        sessions_today=list(sessions),
        returned=list(newest.filter(state=VersionState.RETURNED)[:COURSES_PER_PAGE]),
        courses=Paginator(newest, COURSES_PER_PAGE).get_page(page_number or 1),
        runs=list(runs.select_related("version", "place").order_by("starts_on", "pk")[:RUNS_SHOWN_MAX]),
    )
