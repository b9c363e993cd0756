"""Questions about completion: how far an enrolment is from its rule."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from courses.choices import EnrollmentState, Format
from courses.models import AttendanceRecord, ClassSession, CourseVersion, Enrollment, Unit, UnitCompletion
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
    evidence_until: datetime | None  # when the newest of what counts happened: a class ended, a unit was read

    @property
    def sessions_needed(self) -> int:
        """The smallest whole number of classes that reaches the share; a cancelled class lowers it."""
        return -(-(self.attendance_percent_min or 0) * self.sessions_total // 100)

    @property
    def is_met(self) -> bool:
        """Every part the rule sets is met; a part about nothing (no class took place, no unit exists) never is."""
        attended = self.attendance_percent_min is None or 0 < self.sessions_needed <= self.sessions_attended
        read = not self.all_units or 0 < self.units_total <= self.units_read
        return attended and read and (self.attendance_percent_min is not None or self.all_units)


def progress(enrollments: Collection[Enrollment]) -> dict[int, Progress]:
    """Return the progress of each enrolment by its id; one query."""
    attended_ = AttendanceRecord.objects.filter(
        enrollment=OuterRef("pk"),
        superseded_at=None,
        status__in=COUNTS_AS_ATTENDED,
        class_session__cancelled_at=None,
    )
    rows = Enrollment.objects.filter(pk__in=[enrollment.pk for enrollment in enrollments]).values(
        "pk",
        percent=F("run__version__completion_rule__attendance_percent_min"),
        all_units=F("run__version__completion_rule__all_units"),
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
            evidence_until=max(filter(None, (row["last_class"], row["last_read"])), default=None),
        )
        for row in rows
    }


def award_key(enrollment: Enrollment) -> str:
    """Return the key of the award a completion makes; after one was taken back it is another."""
    again = enrollment.awards_taken_back
    return f"completion:{enrollment.pk}:{again}" if again else f"completion:{enrollment.pk}"


def in_doubt(provider: Organization) -> list[Enrollment]:
    """Return a provider's completed enrolments whose rule is met no more, the newest first; a few queries."""
    corrected = AttendanceRecord.objects.filter(superseded_at__isnull=False, enrollment=OuterRef("pk"))
    completed = Enrollment.objects.filter(
        Exists(corrected), state=EnrollmentState.COMPLETED, run__version__course__provider=provider
    ).select_related("learner", "run__version__course__provider", "award_entry")
    found = list(completed.order_by("-completed_at")[:ENROLLMENTS_PER_BATCH])
    progress_ = progress(found)
    return [each for each in found if not progress_[each.pk].is_met]


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
