"""The figures of a course: what its page shows of them, how they follow from the rows, and whether they do."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Count, F, Q
from django.utils import timezone

from courses.choices import EnrollmentState
from courses.models import Course, CourseQuality, Enrollment, Feedback, FeedbackRequest
from courses.rules import FEEDBACK_ASKED_AFTER_DAYS, QUALITY_PEOPLE_MIN, STARS

TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many gave so many stars, and of a hundred."""

    stars: int
    people: int
    percent: int


def marks(stars: int) -> str:
    """Return stars as they are drawn: 4 → "★★★★☆"."""
    return "★" * stars + "☆" * (max(STARS) - stars)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What is known of a course; each figure is None while fewer than ``QUALITY_PEOPLE_MIN`` people are behind it."""

    asked: int
    answered: int
    average: Decimal | None  # of the stars, to a tenth
    shares: tuple[Share, ...]  # five stars first; empty while there is no average
    response_percent: int | None
    can_do_percent: int | None  # of those who said it: can do what was promised
    ended: int
    completed: int
    completion_percent: int | None

    @property
    def is_shown(self) -> bool:
        return self.average is not None

    @property
    def marks(self) -> str:
        """The average as it is drawn, to a whole star."""
        return marks(int((self.average or Decimal(0)).quantize(Decimal(1), rounding=ROUND_HALF_UP)))


def of(course: Course) -> Quality:
    """Return the figures of a course; no query when ``quality`` came with it, one otherwise."""
    try:
        kept = course.quality
    except ObjectDoesNotExist:
        kept = CourseQuality(
            course=course, asked=0, can_do_said=0, can_do=0, ended=0, completed=0, **{f"stars_{n}": 0 for n in STARS}
        )
    return from_row(kept)


def from_row(kept: CourseQuality) -> Quality:
    """Return what may be shown of a row."""
    people = {stars: int(getattr(kept, f"stars_{stars}")) for stars in STARS}
    answered = sum(people.values())
    enough = answered >= QUALITY_PEOPLE_MIN
    total = sum(stars * count for stars, count in people.items())
    return Quality(
        asked=kept.asked,
        answered=answered,
        average=(Decimal(total) / answered).quantize(TENTH, rounding=ROUND_HALF_UP) if enough else None,
        shares=tuple(
            Share(stars=stars, people=people[stars], percent=_percent(people[stars], answered))
            for stars in reversed(STARS)
        )
        if enough
        else (),
        response_percent=_percent(answered, kept.asked) if enough else None,
        can_do_percent=_percent(kept.can_do, kept.can_do_said) if kept.can_do_said >= QUALITY_PEOPLE_MIN else None,
        ended=kept.ended,
        completed=kept.completed,
        completion_percent=_percent(kept.completed, kept.ended) if kept.ended >= QUALITY_PEOPLE_MIN else None,
    )


def ended(*, now: datetime) -> Q:
    """
    Return the condition of an enrolment that is over: it counts for the share that completes.

    Completed or not; given up after the run began; or still enrolled in a run whose attendance is marked by now. A
    place given up before the first day, or lost with a cancelled run, says nothing about the course.
    """
    over_by = timezone.localdate(now) - timedelta(days=FEEDBACK_ASKED_AFTER_DAYS)
    return (
        Q(state__in=(EnrollmentState.COMPLETED, EnrollmentState.NOT_COMPLETED))
        | Q(state=EnrollmentState.WITHDRAWN, withdrawn_at__date__gte=F("run__starts_on"))
        | Q(state=EnrollmentState.ENROLLED, run__ends_on__lte=over_by, run__cancelled_at=None)
    )


def audit(*, now: datetime) -> list[str]:
    """
    Return where the kept figures differ from the rows they follow from, nothing when all is well.

    Reads every review and enrolment: the tests ask it after each kind of change, no job does.
    """
    truth: dict[int, Counter[str]] = {}

    def add(course_id: int, name: str, count: int) -> None:
        truth.setdefault(course_id, Counter())[name] += count

    for course_id, count in FeedbackRequest.objects.values_list("course").annotate(Count("pk")).order_by():
        add(course_id, "asked", count)
    for feedback in Feedback.objects.filter(withdrawn_at=None):
        add(feedback.course_id, f"stars_{feedback.stars}", 1)
        add(feedback.course_id, "can_do_said", feedback.can_do is not None)
        add(feedback.course_id, "can_do", feedback.can_do is True)
    for course_id, state in Enrollment.objects.filter(ended(now=now)).values_list("run__version__course", "state"):
        add(course_id, "ended", 1)
        add(course_id, "completed", state == EnrollmentState.COMPLETED)
    names = [field.name for field in CourseQuality._meta.concrete_fields if field.name != "course"]
    kept = {row.course_id: row for row in CourseQuality.objects.all()}
    return [
        f"course {course_id}: {name} is {found}, should be {wanted}"
        for course_id in sorted({*truth, *kept})
        for name in names
        if (found := getattr(kept.get(course_id), name, 0)) != (wanted := truth.get(course_id, Counter())[name])
    ]


def _percent(part: int, whole: int) -> int:
    """Round half up; nothing of nothing is nothing."""
    return (200 * part + whole) // (2 * whole) if whole else 0
