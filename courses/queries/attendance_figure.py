"""The figures of attendance, as they are now."""

from courses.choices import FigureName
from courses.models import AttendanceFigure


def value(name: FigureName) -> int:
    """Return the figure as it is now; one query."""
    return AttendanceFigure.objects.get(name=name, valid_to=None).value


def values() -> dict[str, int]:
    """Return all of them by name; one query."""
    return dict(AttendanceFigure.objects.filter(valid_to=None).values_list("name", "value"))
