"""What the portal keeps of one person and what they can do about it, on one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from courses.queries import at_counter
from credits.queries import access
from learners.models import Consent, DataExport, Learner, RetentionRule
from learners.queries import consent, data_export, retention
from learners.queries.counter import Done, done_for

READINGS_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class MyData:
    timers: Sequence[RetentionRule]
    consents: Sequence[Consent]  # in force
    export: DataExport | None  # asked for last
    readings: Sequence[object]  # the newest of credits.queries.access.readings
    readings_count: int
    changes: Sequence[Done]  # what others have done for the person


def my_data(learner: Learner, *, now: datetime) -> MyData:
    """Return the page of a learner; seventeen queries."""
    readings = access.readings(learner)
    return MyData(
        timers=retention.all_kinds(on=timezone.localdate(now)),
        consents=[each for each in consent.history(learner) if each.withdrawn_at is None],
        export=data_export.newest(learner),
        readings=list(readings[:READINGS_SHOWN]),
        readings_count=readings.count(),
        changes=sorted([*done_for(learner), *at_counter.done_for(learner)], key=lambda each: each.at, reverse=True),
    )
