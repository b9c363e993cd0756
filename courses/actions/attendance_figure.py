"""Change a figure of attendance: a new one follows, the old one stays with the days it was valid."""

from datetime import datetime

from django.db import transaction

from courses.choices import FigureName
from courses.models import AttendanceFigure


@transaction.atomic
def supersede(*, name: FigureName, value: int, source: str, now: datetime) -> AttendanceFigure:
    """Let another figure be valid from now on and return it. Idempotent: the same figure is left as it is."""
    before = AttendanceFigure.objects.select_for_update(no_key=True).get(name=name, valid_to=None)
    if (before.value, before.source) == (value, source):
        return before
    before.valid_to = now
    before.save(update_fields=["valid_to"])
    return AttendanceFigure.objects.create(name=name, value=value, source=source, valid_from=now)
