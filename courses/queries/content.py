"""Questions about units: what a course holds, and how far someone has read."""

from dataclasses import dataclass

from django.db.models import QuerySet

from courses.models import CourseVersion, Enrollment, Unit


def units(version: CourseVersion) -> QuerySet[Unit]:
    """Return the units of a version in their order."""
    return Unit.objects.filter(module__version=version).select_related("module").order_by("position")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineLine:
    """One unit in the outline, and whether it has been read."""

    unit: Unit
    is_read: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How far one enrolment has read."""

    lines: list[OutlineLine]

    @property
    def read(self) -> int:
        return sum(line.is_read for line in self.lines)

    @property
    def total(self) -> int:
        return len(self.lines)

    @property
    def left(self) -> int:
        return self.total - self.read

    @property
    def next_unit(self) -> Unit | None:
        """The first unit not read yet; when all are, the first."""
        return next((line.unit for line in self.lines if not line.is_read), self.lines[0].unit if self.lines else None)

    def beside(self, unit: Unit, step: int) -> Unit | None:
        """Return the unit ``step`` places away, or None beyond the ends."""
        places = [line.unit.pk for line in self.lines]
        place = places.index(unit.pk) + step
        return self.lines[place].unit if 0 <= place < len(places) else None


def reading(enrollment: Enrollment, *, with_marks: bool = True) -> Reading:
    """
    Return the outline of the enrolment's course with what has been read; two queries, the texts left out.

    Without marks nothing is shown as read: what a learner has read is for them and, on the roster, for the staff.
    """
    read = set(enrollment.unit_completions.values_list("unit_id", flat=True)) if with_marks else set()
    outline = units(enrollment.run.version).defer("markdown", "html")
    return Reading(lines=[OutlineLine(unit=unit, is_read=unit.pk in read) for unit in outline])
