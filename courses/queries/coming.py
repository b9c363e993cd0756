"""
Who is still coming: the links of the question, whom to ask, and how many to expect.

A link is signed for its act and nothing is stored of it; it works until the class begins.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core import signing
from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery

from courses.choices import Coming, EnrollmentState
from courses.models import AttendanceRecord, ClassSession, ComingQuestion, CourseRun, Enrollment
from courses.rules import (
    COMING_ASKED_BEFORE,
    COMING_UNDO,
    COUNTS_AS_ATTENDED,
    TURNOUT_LOOKS_BACK,
    TURNOUT_PEOPLE_MIN,
)
from learners.models import Learner

YES, NO = "yes", "no"


def token(question: ComingQuestion, act: str) -> str:
    """Return what the link to say ``act`` ends with."""
    return _signer(act).sign(question.public_id.hex)


def question_of(token: str, act: str) -> ComingQuestion | None:
    """Return the question of a link made for ``act``; None for anything else, such as a link made for another act."""
    try:
        public_id = UUID(hex=_signer(act).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    return questions().filter(public_id=public_id).first()


def _signer(act: str) -> signing.Signer:
    return signing.Signer(salt=f"courses.coming.{act}", sep="~")


def questions() -> QuerySet[ComingQuestion]:
    return ComingQuestion.objects.select_related(
        "enrollment__learner",
        "enrollment__run__version__course__provider",
        "enrollment__run__place__parent",
        "enrollment__run__terms",
    )


def starts_at(run: CourseRun) -> datetime | None:
    """Return when the first class session begins that takes place; one query."""
    return run.class_sessions.filter(cancelled_at=None).aggregate(first=Min("starts_at"))["first"]  # type: ignore[no-any-return]


def may_be_undone(question: ComingQuestion, *, now: datetime) -> bool:
    """Return whether a no may still be taken back, seats aside."""
    return (
        question.answer == Coming.NO
        and question.answered_at is not None
        and now < question.answered_at + COMING_UNDO
        and question.enrollment.state == EnrollmentState.WITHDRAWN
        and question.enrollment.withdrawn_by_id is None
    )


def to_ask(*, now: datetime, limit: int) -> list[int]:
    """
    Return the ids of the enrolments to ask at ``now``: of classes that begin within ``COMING_ASKED_BEFORE``.

    Who enrolled within that time has just said that they are coming. Who was asked about another time is asked again.
    """
    first = ClassSession.objects.filter(run=OuterRef("run"), cancelled_at=None).order_by("starts_at")
    places = (
        Enrollment.objects.filter(
            Q(learner__email__isnull=False) | Q(learner__phone__isnull=False),  # whom no message reaches is not asked
            state=EnrollmentState.ENROLLED,
            learner__is_active=True,
            run__cancelled_at=None,
        )
        .annotate(first_at=Subquery(first.values("starts_at")[:1]))
        .filter(Q(coming_question__isnull=True) | ~Q(coming_question__begins_at=F("first_at")))
        .filter(first_at__gt=now, first_at__lte=now + COMING_ASKED_BEFORE, enrolled_at__lte=now - COMING_ASKED_BEFORE)
    )
    return list(places.order_by("first_at", "pk").values_list("pk", flat=True)[:limit])


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnout:
    """How many to expect at the first session of a run."""

    yes: int
    unknown: int  # have a place and have not answered, or were not asked
    no: int  # gave the place up by their answer
    percent: int | None  # of those enrolled came to a first session before; None: too few to say
    people: int  # of whom that is known

    @property
    def expected(self) -> int | None:
        """How many of those who have a place, by what it was before; None where too little is known."""
        return None if self.percent is None else round((self.yes + self.unknown) * self.percent / 100)


def turnout(run: CourseRun, *, now: datetime) -> Turnout:
    """Return what is known of who comes, and what the organization's first sessions of a year say; two queries."""
    active = Q(state=EnrollmentState.ENROLLED)
    counted = Enrollment.objects.filter(run=run).aggregate(
        yes=Count("pk", filter=active & Q(coming_question__answer=Coming.YES)),
        all=Count("pk", filter=active),
        no=Count("pk", filter=Q(state=EnrollmentState.WITHDRAWN, coming_question__answer=Coming.NO)),
    )
    earlier = ClassSession.objects.filter(run=OuterRef("class_session__run"), cancelled_at=None).order_by("starts_at")
    marked = AttendanceRecord.objects.filter(
        superseded_at=None,
        class_session__run__version__course__provider=run.version.course.provider_id,
        class_session__starts_at__gte=now - TURNOUT_LOOKS_BACK,
        class_session__starts_at__lt=now,
        class_session=Subquery(earlier.values("pk")[:1]),
    ).aggregate(people=Count("pk"), came=Count("pk", filter=Q(status__in=COUNTS_AS_ATTENDED)))
    is_enough = marked["people"] >= TURNOUT_PEOPLE_MIN
    return Turnout(
        yes=counted["yes"],
        unknown=counted["all"] - counted["yes"],
        no=counted["no"],
        percent=round(100 * marked["came"] / marked["people"]) if is_enough else None,
        people=marked["people"],
    )


def of_learner(learner: Learner) -> QuerySet[ComingQuestion]:
    return questions().filter(enrollment__learner=learner)


def key_of_letter(enrollment_id: int, begins_at: datetime) -> str:
    """Return the key of the letter that asks about a place and a time."""
    return f"coming_asked:{enrollment_id}:{int(begins_at.timestamp())}:"


def keys_of_letters(places: Collection[Enrollment]) -> list[str]:
    """Return the keys of the letters that ask whether these learners are coming; one query."""
    asked = ComingQuestion.objects.filter(enrollment__in=[place.pk for place in places])
    return [key_of_letter(key, begins_at) for key, begins_at in asked.values_list("enrollment", "begins_at")]


def place_held(question: ComingQuestion) -> Enrollment | None:
    """Return the place the learner has in the class, the one asked about or another since; one query."""
    place = question.enrollment
    return Enrollment.objects.holding_seat().filter(run=place.run_id, learner=place.learner_id).first()


def is_over(run: CourseRun, *, now: datetime) -> bool:
    """Return whether there is nothing to be answered any more: it has begun, or was cancelled."""
    begins = starts_at(run)
    return run.cancelled_at is not None or begins is None or begins <= now
