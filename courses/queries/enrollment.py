"""Questions about enrolments: whose they are, what they lead to, whether they are sound."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from courses.choices import EnrollmentState
from courses.models import ClassSession, CourseRun, Enrollment
from courses.models.enrollment import EnrollmentQuerySet
from courses.queries import attendance, completion, seats, terms
from courses.queries.catalog import OFFERED
from courses.queries.terms import TermsShown
from courses.rules import MEETING_SHOWN_MINUTES_BEFORE
from credits.permissions import accounts_of
from credits.queries import reversal as reversals
from credits.queries.award import award_keys
from learners import permissions
from learners.choices import AgeKind, OrganizationStatus
from learners.models import Learner
from learners.queries import age


def courses_under_way(learner: Learner) -> set[int]:
    """Return the ids of the courses a learner is enrolled in and has not completed; one query."""
    under_way = Enrollment.objects.filter(learner=learner, state=EnrollmentState.ENROLLED)
    return set(under_way.values_list("run__version__course", flat=True))


def seat_in_course(learner: Learner, course_id: int) -> Enrollment | None:
    """Return the learner's newest place in a class of a course, under way or completed; one query."""
    seats = Enrollment.objects.holding_seat().filter(learner=learner, run__version__course=course_id)
    return seats.order_by("-enrolled_at", "-pk").first()


def of_learner(learner: Learner) -> EnrollmentQuerySet:
    """Return a learner's own enrolments, newest first, with what their pages name."""
    return (
        Enrollment.objects.filter(learner=learner)
        .select_related("run__version__course__provider", "run__place__parent", "run__terms")
        .order_by("-enrolled_at", "-pk")
    )


def visible_to(actor: Learner) -> EnrollmentQuerySet:
    """Return the enrolments whose units ``actor`` may open: their own, those of classes they staff; curators: all."""
    enrollments = Enrollment.objects.select_related("learner", "run__version__course__provider", "run__place__parent")
    if permissions.is_curator(actor):
        return enrollments
    return enrollments.filter(Q(learner=actor) | Q(run__in=attendance.runs_staffed_by(actor)))


def key_of_taken(enrollment: Enrollment) -> str:
    """Return the key under which a learner is told that the organization has given their place up."""
    return f"place_taken:{enrollment.pk}:"


def runs_on_offer() -> QuerySet[CourseRun]:
    """Return the runs whose enrolment page anyone may open, cancelled ones included: it says so kindly."""
    return CourseRun.objects.filter(
        version__state__in=OFFERED,
        version__course__archived_at=None,
        version__course__provider__status=OrganizationStatus.VERIFIED,
    ).select_related("version__course__provider", "place__parent", "terms")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """What a learner wants to know of a run before and after taking a place."""

    run: CourseRun
    sessions: list[ClassSession]  # those that take place, in order
    next_session: ClassSession | None
    teachers: list[str]
    seats_left: int | None  # None: no limit
    terms: TermsShown | None
    is_past: bool  # its last day is over
    meeting_url: str = ""  # of a class online that begins soon or is on; only for who has a place


def run_facts(run: CourseRun, *, now: datetime) -> RunFacts:
    """Return the facts of one run; four queries at most once its version, provider and terms are loaded."""
    sessions = list(run.class_sessions.filter(cancelled_at=None).order_by("starts_at"))
    return RunFacts(
        run=run,
        sessions=sessions,
        next_session=next((session for session in sessions if session.ends_at > now), None),
        teachers=taught_by(run, on=timezone.localdate(now)),
        seats_left=None if run.seats_max is None else seats.of_run(run).left,
        terms=terms.shown(run),
        is_past=run.is_past(now=now),
        meeting_url=run.meeting_url if _meets_now(sessions, now) else "",
    )


def _meets_now(sessions: Sequence[ClassSession], now: datetime) -> bool:
    early = timedelta(minutes=MEETING_SHOWN_MINUTES_BEFORE)
    return any(session.starts_at - early <= now < session.ends_at for session in sessions)


def taught_by(run: CourseRun, *, on: date) -> list[str]:
    """Return the names of who teaches, as everybody may read them: of those who are of age; one query."""
    named = run.instructors.exclude(age.under(AgeKind.OF_AGE, on=on))
    return list(named.order_by("full_name").values_list("full_name", flat=True))


def _is_of_one(first: int | None, second: int) -> bool:
    """Return whether two accounts are one person's: the same, or joined by merges that are not undone."""
    return first == second or (first is not None and second in accounts_of(first))


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something in the enrolments that should not be so."""

    rule: str
    enrollment_ids: list[int]


def audit() -> list[Finding]:
    """Return what is wrong with enrolments, nothing when all is well; a few queries over the whole table."""
    completed = Enrollment.objects.filter(state=EnrollmentState.COMPLETED).select_related("award_entry", "run__version")
    not_met = completion.progress(list(completed))
    wrong_award = [
        enrollment.pk
        for enrollment in completed
        if enrollment.award_entry is None
        or not _is_of_one(enrollment.award_entry.learner_id, enrollment.learner_id)
        or enrollment.award_entry.idempotency_key != completion.award_key(enrollment)
    ]
    enrolled = list(Enrollment.objects.active())
    met = completion.progress(enrolled)
    oversold = seats.with_seats(CourseRun.objects.all()).filter(seats_left__lt=0)
    kept = set(award_keys(prefix="completion:")) - reversals.taken_back_keys(prefix="completion:")
    awarded = {int(key.split(":")[1]) for key in kept}
    asked = reversals.are_asked([each.award_entry_id for each in completed if each.award_entry_id])
    asked_back = {each.pk for each in completed if each.award_entry_id in asked}
    findings = {
        "completed without its own award": wrong_award,
        "awarded, not completed": sorted(awarded - {enrollment.pk for enrollment in completed}),
        "rule met, not completed": [pk for pk, progress in met.items() if progress.is_met],
        "completed, rule no longer met": [
            pk for pk, progress in not_met.items() if not progress.is_met and pk not in asked_back
        ],
        "more enrolled and offered than seats": sorted(
            Enrollment.objects.holding_seat().filter(run__in=oversold.values("pk")).values_list("pk", flat=True)
        ),
    }
    return [Finding(rule=rule, enrollment_ids=ids) for rule, ids in findings.items() if ids]
