"""Questions about completion: how far an enrolment is from its rule."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from courses.choices import EnrollmentState, Format
from courses.models import (
    AttendanceRecord,
    ClassSession,
    CompletionWord,
    CourseVersion,
    Enrollment,
    ResultEntry,
    Unit,
    UnitCompletion,
)
from courses.rules import COUNTS_AS_ATTENDED, SOURCE_OF_PROVIDER
from credits.choices import LotSource
from learners.choices import OrganizationKind, OrganizationStatus
from learners.models import Organization

ENROLLMENTS_PER_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What one enrolment has done, and what its version's rule asks."""

    sessions_attended: int
    sessions_total: int  # of the run, cancelled ones left out
    units_read: int
    units_total: int
    minutes_read: int
    attendance_percent_min: int | None
    all_units: bool
    asks_result: bool = False
    mark_min: int | None = None  # of a result in points; None: passed or not
    mark: int | None = None
    has_passed: bool | None = None
    has_word: bool = False  # of who teaches, for class sessions missed
    evidence_until: datetime | None  # when the newest of what counts happened: a class ended, a unit was read

    @property
    def sessions_needed(self) -> int:
        """The smallest whole number of classes that reaches the share; a cancelled class lowers it."""
        return -(-(self.attendance_percent_min or 0) * self.sessions_total // 100)

    @property
    def has_attended(self) -> bool:
        """Whether enough class sessions were attended, where the rule asks for some."""
        return self.attendance_percent_min is None or 0 < self.sessions_needed <= self.sessions_attended

    @property
    def has_result(self) -> bool:
        """Whether the result the rule asks for was reached, if it asks for one."""
        if not self.asks_result:
            return True
        if self.mark_min is None:
            return self.has_passed is True
        return self.mark is not None and self.mark >= self.mark_min

    @property
    def is_met(self) -> bool:
        """
        Every part the rule sets is met; a part about nothing (no class took place, no unit exists) never is.

        The word of who teaches stands for class sessions that were missed, and for nothing else.
        """
        read = not self.all_units or 0 < self.units_total <= self.units_read
        asks_something = self.attendance_percent_min is not None or self.all_units
        return (self.has_attended or self.has_word) and read and self.has_result and asks_something


def progress(enrollments: Collection[Enrollment]) -> dict[int, Progress]:
    """Return the progress of each enrolment by its id; one query."""
    attended_ = AttendanceRecord.objects.filter(
        enrollment=OuterRef("pk"),
        superseded_at=None,
        status__in=COUNTS_AS_ATTENDED,
        class_session__cancelled_at=None,
    )
    result = ResultEntry.objects.filter(enrollment=OuterRef("pk"), superseded_at=None)
    word = CompletionWord.objects.filter(enrollment=OuterRef("pk"), ended_at=None)
    rows = Enrollment.objects.filter(pk__in=[enrollment.pk for enrollment in enrollments]).values(
        "pk",
        percent=F("run__version__completion_rule__attendance_percent_min"),
        all_units=F("run__version__completion_rule__all_units"),
        asks_result=F("run__version__completion_rule__asks_result"),
        mark_min=F("run__version__completion_rule__mark_min"),
        mark=Subquery(result.values("mark")),
        has_passed=Subquery(result.values("has_passed")),
        result_at=Subquery(result.values("recorded_at")),
        word_at=Subquery(word.values("given_at")),
        attended=count_of(attended_, "enrollment"),
        sessions=count_of(ClassSession.objects.filter(run=OuterRef("run"), cancelled_at=None), "run"),
        read=count_of(UnitCompletion.objects.filter(enrollment=OuterRef("pk")), "enrollment"),
        units=count_of(Unit.objects.filter(module__version=OuterRef("run__version")), "module__version"),
        last_class=_newest(attended_, "class_session__ends_at"),
        last_read=_newest(UnitCompletion.objects.filter(enrollment=OuterRef("pk")), "completed_at"),
        minutes=_aggregate(
            UnitCompletion.objects.filter(enrollment=OuterRef("pk")), "enrollment", Sum("unit__minutes")
        ),
    )
    return {
        row["pk"]: Progress(
            sessions_attended=row["attended"],
            sessions_total=row["sessions"],
            units_read=row["read"],
            units_total=row["units"],
            minutes_read=row["minutes"],
            attendance_percent_min=row["percent"],
            all_units=bool(row["all_units"]),
            asks_result=bool(row["asks_result"]),
            mark_min=row["mark_min"],
            mark=row["mark"],
            has_passed=row["has_passed"],
            has_word=row["word_at"] is not None,
            evidence_until=max(
                filter(None, (row["last_class"], row["last_read"], row["result_at"], row["word_at"])), default=None
            ),
        )
        for row in rows
    }


def award_key(enrollment: Enrollment) -> str:
    """Return the key of the award a completion makes; after one was taken back it is another."""
    again = enrollment.awards_taken_back
    return f"completion:{enrollment.pk}:{again}" if again else f"completion:{enrollment.pk}"


def in_doubt(provider: Organization) -> list[Enrollment]:
    """
    Return a provider's completed enrolments whose rule is met no more, the newest first.

    Looks at those whose attendance was corrected to absent, or whose result or word was replaced: all of them, a query
    for each ``ENROLLMENTS_PER_BATCH``, so that an old one is found however much was corrected since.
    """
    of_it = {"enrollment": OuterRef("pk")}
    said_before = AttendanceRecord.objects.filter(
        superseded_at__isnull=False, enrollment=OuterRef("enrollment"), class_session=OuterRef("class_session")
    )
    taken_away = AttendanceRecord.objects.exclude(status__in=COUNTS_AS_ATTENDED).filter(
        Exists(said_before), superseded_at__isnull=True, **of_it
    )
    corrected = (
        Q(Exists(taken_away))
        | Q(Exists(ResultEntry.objects.filter(superseded_at__isnull=False, **of_it)))
        | Q(Exists(CompletionWord.objects.filter(ended_at__isnull=False, **of_it)))
    )
    completed = Enrollment.objects.filter(
        corrected, state=EnrollmentState.COMPLETED, run__version__course__provider=provider
    ).select_related("learner", "run__version__course__provider", "award_entry")
    found: list[Enrollment] = []
    last = None
    while batch := list(_after(completed, last)[:ENROLLMENTS_PER_BATCH]):
        progress_ = progress(batch)
        found += [each for each in batch if not progress_[each.pk].is_met]
        last = batch[-1]
    return found


def _after(completed: QuerySet[Enrollment], last: Enrollment | None) -> QuerySet[Enrollment]:
    """Return what comes after the last one looked at, the newest completion first."""
    ordered = completed.order_by("-completed_at", "-pk")
    if last is None:
        return ordered
    earlier = Q(completed_at__lt=last.completed_at) | Q(completed_at=last.completed_at, pk__lt=last.pk)
    return ordered.filter(earlier)


def met_and_open() -> Iterator[list[int]]:
    """
    Yield enrolments that have met their rule, are not completed, and could be: their provider may award credit.

    Looks at ``ENROLLMENTS_PER_BATCH`` at a time and yields those of them, also if there are none: who reads may stop.
    """
    candidates = Enrollment.objects.active().filter(run__version__course__provider__status=OrganizationStatus.VERIFIED)
    last = 0
    while batch := list(candidates.filter(pk__gt=last).order_by("pk")[:ENROLLMENTS_PER_BATCH]):
        yield sorted(pk for pk, each in progress(batch).items() if each.is_met)
        last = batch[-1].pk


def source_of(version: CourseVersion) -> LotSource:
    """Return how a course is learned: online, or at the kind of place its provider is."""
    if version.format == Format.ONLINE:
        return LotSource.ONLINE
    return SOURCE_OF_PROVIDER.get(OrganizationKind(version.course.provider.kind), LotSource.CLASS)


def count_of(rows: QuerySet[Any], group: str) -> Coalesce:
    """Return a subquery that counts the rows of the outer row."""
    return _aggregate(rows, group, Count("pk"))


def _newest(rows: QuerySet[Any], moment: str) -> Subquery:
    return Subquery(rows.order_by(f"-{moment}").values(moment)[:1])


def _aggregate(rows: QuerySet[Any], group: str, aggregate: Count | Sum) -> Coalesce:
    """Return a subquery that counts or sums the rows of the outer row; zero when there are none."""
    grouped = rows.order_by().values(group).annotate(figure=aggregate).values("figure")
    return Coalesce(Subquery(grouped, output_field=IntegerField()), 0)
