"""Reviews by those who took part: who may write one, a learner's own, what everybody reads, an organization's desk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Case, Exists, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.utils import timezone

from courses.choices import EnrollmentState, RunKind
from courses.models import (
    AttendanceRecord,
    Course,
    Enrollment,
    Feedback,
    FeedbackReply,
    FeedbackRequest,
    UnitCompletion,
)
from courses.models.enrollment import EnrollmentQuerySet
from courses.queries import catalog, quality
from courses.rules import (
    COUNTS_AS_ATTENDED,
    FEEDBACK_ASKED_AFTER_DAYS,
    FEEDBACK_ASKED_SHOWN_DAYS,
    FEEDBACK_ASKED_SHOWN_MAX,
    FEEDBACK_OPEN_DAYS,
    FEEDBACK_PER_PAGE,
)
from learners.models import Learner, Membership, Organization

# Who may write one


def took_part(*, on: date) -> EnrollmentQuerySet:
    """
    Return the enrolments whose learner may say what the course was like.

    Completed; or over by ``on``, however it ended, after a class attended or a unit read. Nobody who works for the
    provider. The database says the same of each one (trigger ``courses_feedback_of_participant``).
    """
    attended = AttendanceRecord.objects.filter(
        enrollment=OuterRef("pk"), superseded_at=None, status__in=COUNTS_AS_ATTENDED
    )
    read = UnitCompletion.objects.filter(enrollment=OuterRef("pk"))
    staff = Membership.objects.filter(
        organization=OuterRef("run__version__course__provider"), learner=OuterRef("learner"), ended_at=None
    )
    is_over = ~Q(state=EnrollmentState.ENROLLED) | Q(run__ends_on__lt=on)
    return Enrollment.objects.filter(
        Q(state=EnrollmentState.COMPLETED) | (is_over & (Exists(attended) | Exists(read))), ~Exists(staff)
    )


def to_be_asked(*, now: datetime) -> EnrollmentQuerySet:
    """Return the enrolments to be asked about today: over, its attendance marked, not long ago, not asked yet."""
    today = timezone.localdate(now)
    since = now - timedelta(days=FEEDBACK_ASKED_SHOWN_DAYS)
    ended = Q(run__ends_on__gte=today - timedelta(days=FEEDBACK_ASKED_SHOWN_DAYS)) & Q(
        run__ends_on__lte=today - timedelta(days=FEEDBACK_ASKED_AFTER_DAYS)
    )
    lately = Q(completed_at__gte=since) | Q(withdrawn_at__gte=since) | Q(run__cancelled_at__gte=since) | ended
    return took_part(on=today - timedelta(days=FEEDBACK_ASKED_AFTER_DAYS - 1)).filter(
        lately, learner__is_active=True, feedback_request__isnull=True
    )


def ended_on(enrollment: Enrollment) -> date | None:
    """Return the local day on which an enrolment was over; None where only its state says that it is."""
    moment = enrollment.completed_at or enrollment.withdrawn_at or enrollment.run.cancelled_at
    return timezone.localdate(moment) if moment else enrollment.run.ends_on


def month_of(enrollment: Enrollment) -> date:
    """Return a day of the month a review is signed with: the run's first, of one at one's own pace the end."""
    if enrollment.run.kind == RunKind.DATED:
        return enrollment.run.starts_on
    return ended_on(enrollment) or timezone.localdate(enrollment.enrolled_at)


def may_begin(enrollment: Enrollment, *, now: datetime) -> bool:
    """Return whether a first review of it may be written at ``now``; at most one query."""
    today = timezone.localdate(now)
    over_on = ended_on(enrollment)
    if over_on is not None and over_on + timedelta(days=FEEDBACK_OPEN_DAYS) < today:
        return False
    return took_part(on=today).filter(pk=enrollment.pk).exists()


# A learner's own


def own(learner: Learner, enrollment_id: UUID) -> Enrollment | None:
    """Return a learner's own enrolment by its public id, with its run, course and provider; None for everybody else."""
    return (
        Enrollment.objects.filter(learner=learner, public_id=enrollment_id)
        .select_related("run__version__course__provider")
        .first()
    )


def given(enrollment: Enrollment) -> Feedback | None:
    """Return what was said of an enrolment, one taken back too; one query."""
    return Feedback.objects.select_related("request").filter(request__enrollment=enrollment).first()


def request_of(enrollment: Enrollment) -> FeedbackRequest | None:
    """Return the request by which somebody was asked about an enrolment, or None."""
    return FeedbackRequest.objects.filter(enrollment=enrollment).first()


def newest_of(learner: Learner, course_id: int, *, now: datetime) -> Enrollment | None:
    """Return the learner's newest enrolment in a course that they may review or have reviewed."""
    theirs = Q(learner=learner, run__version__course=course_id)
    reviewed = Enrollment.objects.filter(theirs, feedback_request__feedback__isnull=False)
    candidates = Enrollment.objects.filter(
        Q(pk__in=took_part(on=timezone.localdate(now)).filter(theirs)) | Q(pk__in=reviewed)
    ).select_related("run")
    return next(
        (
            each
            for each in candidates.order_by("-enrolled_at", "-pk")
            if may_begin(each, now=now) or given(each) is not None
        ),
        None,
    )


def asked(learner: Learner, *, now: datetime) -> list[FeedbackRequest]:
    """Return what a learner has been asked lately and has neither answered nor declined, newest first; one query."""
    since = now - timedelta(days=FEEDBACK_ASKED_SHOWN_DAYS)
    return list(
        FeedbackRequest.objects.filter(
            enrollment__learner=learner, asked_at__gte=since, declined_at=None, feedback__isnull=True
        )
        .select_related("enrollment__run__version")
        .order_by("-asked_at", "-pk")[:FEEDBACK_ASKED_SHOWN_MAX]
    )


# What everybody reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One review on a page. Its author is a participant of a month, never a name."""

    feedback: Feedback
    month: date  # see ``month_of``
    is_completed: bool
    reply: FeedbackReply | None  # the one that stands, hidden or not

    @property
    def is_hidden(self) -> bool:
        return self.feedback.hidden_at is not None

    @property
    def marks(self) -> str:
        return quality.marks(self.feedback.stars)


def course_of(course_id: int) -> Course | None:
    """Return a course in the catalogue with its figures and its published version as ``published_version``."""
    version = catalog.published().select_related("course__quality").filter(course=course_id).first()
    if version is None:
        return None
    version.course.published_version = version  # type: ignore[attr-defined]  # for the page's head
    return version.course


def in_words(feedback: QuerySet[Feedback]) -> QuerySet[Feedback]:
    """Return those of these reviews that have a text and were not taken back, newest first, with their replies."""
    return (
        feedback.filter(withdrawn_at=None)
        .exclude(text="")
        .select_related("request__enrollment__run")
        .prefetch_related(Prefetch("replies", queryset=FeedbackReply.objects.order_by("written_at", "pk")))
        .order_by("-given_at", "-pk")
    )


def of_course(course: Course, *, page_number: int) -> tuple[Page, list[Shown]]:
    """Return a page of the reviews of a course, newest first; three queries."""
    page = Paginator(in_words(Feedback.objects.filter(course=course)), FEEDBACK_PER_PAGE).get_page(page_number)
    return page, shown(page.object_list)


def shown(feedback: Iterable[Feedback]) -> list[Shown]:
    """Return loaded reviews as they are shown; no query."""
    return [
        Shown(
            feedback=each,
            month=month_of(each.request.enrollment),
            is_completed=each.request.enrollment.state == EnrollmentState.COMPLETED,
            reply=next(reversed(list(each.replies.all())), None),
        )
        for each in feedback
    ]


def reportable(public_id: UUID) -> Feedback | None:
    """Return a review that a reader can see, of a course in the catalogue, or None."""
    return (
        Feedback.objects.filter(
            public_id=public_id,
            withdrawn_at=None,
            hidden_at=None,
            course__in=catalog.published().order_by().values("course"),
        )
        .exclude(text="")
        .select_related("course__provider", "request__enrollment")
        .first()
    )


def reply_shown(feedback: Feedback) -> FeedbackReply | None:
    """Return the reply to a review that readers see, or None."""
    standing = feedback.replies.order_by("written_at", "pk").last()
    return standing if standing and standing.hidden_at is None else None


# An organization's desk


def at_desk(organization: Organization, *, page_number: int) -> tuple[Page, list[Shown]]:
    """Return a page of the reviews of all courses of an organization: what waits for a reply first; four queries."""
    replied = FeedbackReply.objects.filter(feedback=OuterRef("pk"))
    feedback = (
        _of(organization)
        .annotate(waits=Case(When(~Exists(replied), hidden_at=None, then=Value(0)), default=Value(1)))
        .order_by("waits", "-given_at", "-pk")
    )
    page = Paginator(feedback, FEEDBACK_PER_PAGE).get_page(page_number)
    return page, shown(page.object_list)


def one_at_desk(organization: Organization, public_id: UUID) -> Shown | None:
    """Return one of an organization's reviews that stands, or None."""
    return next(iter(shown(_of(organization).filter(public_id=public_id))), None)


def _of(organization: Organization) -> QuerySet[Feedback]:
    """Return the reviews of an organization's courses; ``is_on_offer``, the only ones that readers see and report."""
    on_offer = catalog.published().order_by().filter(course=OuterRef("course"))
    return (
        in_words(Feedback.objects.filter(course__provider=organization))
        .annotate(is_on_offer=Exists(on_offer))
        .select_related("request__enrollment__run__version")
    )
