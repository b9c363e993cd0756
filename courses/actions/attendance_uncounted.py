"""Keep what a phone had marked of a class that takes no attendance when it arrives, for whoever manages it to see."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from courses.actions import attendance
from courses.choices import AttendanceStatus, FigureName, SessionChangeKind, UncountedWhy
from courses.models import ClassSession, SessionChange, UncountedMark
from courses.queries import attendance_figure
from courses.rules import ATTENDANCE_OPENS_MINUTES_BEFORE
from learners.models import Learner


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncounted:
    """What was said of one person: with a place, or by the name they said at the door."""

    mark_id: uuid.UUID
    device_at: datetime
    enrollment_id: int | None = None
    status: AttendanceStatus | None = None
    full_name: str = ""


def why_all(refusal: attendance.UnableToMark) -> UncountedWhy | None:
    """Return why nothing of this class session is counted now; None: not the class, but who sends it, is why."""
    kinds = {
        attendance.SessionCancelled: UncountedWhy.CANCELLED,
        attendance.NotStarted: UncountedWhy.EARLY,
        attendance.TooLate: UncountedWhy.LATE,
        attendance.ReasonMissing: UncountedWhy.LATE,
    }
    return kinds.get(type(refusal))


def of_another_time(class_session: ClassSession, moments: Collection[datetime]) -> set[datetime]:
    """
    Return which of these moments lie before the class, at a time it was moved away from; at most one query.

    A clock that is merely wrong is no move: its marks count, at the edge of the class (decision 0425).
    """
    early = {each for each in moments if each < attendance.opens_at(class_session)}
    if not early:
        return set()
    moved = SessionChange.objects.filter(class_session=class_session, kind=SessionChangeKind.MOVED)
    opens = timedelta(minutes=ATTENDANCE_OPENS_MINUTES_BEFORE)
    windows = [
        (starts_at - opens, ends_at + opens)
        for starts_at, ends_at in moved.values_list("starts_at_before", "ends_at_before")
        if starts_at is not None and ends_at is not None
    ]
    return {each for each in early if any(first <= each <= last for first, last in windows)}


def keep(
    said: Collection[tuple[Uncounted, UncountedWhy]], *, class_session: ClassSession, actor: Learner, now: datetime
) -> None:
    """Write them down; what is known already stays as it was. Idempotent by their ids; one query."""
    UncountedMark.objects.bulk_create(
        [
            UncountedMark(
                mark_id=each.mark_id,
                class_session=class_session,
                enrollment_id=each.enrollment_id,
                status=each.status or "",
                full_name=each.full_name,
                why=why,
                said_by=actor,
                said_at=each.device_at,
                received_at=now,
            )
            for each, why in said
        ],
        ignore_conflicts=True,
    )


def empty_old(*, now: datetime) -> int:
    """Empty the names that were kept as long as those of walk-ins; return how many. Idempotent."""
    days = attendance_figure.value(FigureName.WALK_IN_DAYS)
    old = UncountedMark.objects.filter(received_at__lt=now - timedelta(days=days)).exclude(full_name="")
    return old.update(full_name="")
