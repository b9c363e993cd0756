"""
Write entries of attendance down; the one room every door leads to.

Which entry counts is a function of the entries alone: the last by its own time, by its number on its device, by its id.
In whatever order they arrive, the same one counts in the end, and all of them stay.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count

from courses.choices import AttendanceMethod, AttendanceStatus
from courses.models import AttendanceRecord, ClassSession
from courses.rules import MARKS_PER_PLACE_MAX
from learners.models import Learner

AFTER = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was said of one person."""

    enrollment_id: int
    status: AttendanceStatus
    marked_at: datetime
    mark_id: uuid.UUID = field(default_factory=uuid.uuid4)
    sequence: int = 0
    device_at: datetime | None = None
    method: AttendanceMethod | None = None  # where it is not that of the others


def lock_session(class_session: ClassSession) -> ClassSession:
    """
    Lock a class session and return it as it then is: what there is of it is counted under this lock.

    Taken after enrolments; whoever moves or cancels it, or its run, waits for it.
    """
    return ClassSession.objects.select_for_update(no_key=True).get(pk=class_session.pk)


def current(class_session: ClassSession, enrollment_ids: Collection[int]) -> dict[int, AttendanceRecord]:
    """Return the entries that count, by enrolment; one query."""
    counting = AttendanceRecord.objects.filter(
        class_session=class_session, enrollment__in=enrollment_ids, superseded_at=None
    )
    return {record.enrollment_id: record for record in counting.select_related("recorded_by", "enrollment__learner")}


def room_left(class_session: ClassSession, enrollment_ids: Collection[int]) -> dict[int, int]:
    """Return how many entries more there may be of each enrolment, under its lock; one query."""
    written = AttendanceRecord.objects.filter(class_session=class_session, enrollment__in=enrollment_ids)
    counts = dict(written.order_by().values_list("enrollment").annotate(Count("pk")))
    return {key: MARKS_PER_PLACE_MAX.count_max - counts.get(key, 0) for key in enrollment_ids}


def after(record: AttendanceRecord | None, now: datetime) -> datetime:
    """
    Return the time of what is said now by somebody who sees ``record``: it answers it, whatever a phone's clock said.
    """
    return now if record is None else max(now, record.marked_at + AFTER)


def add(
    *,
    class_session: ClassSession,
    said: Sequence[Said],
    counting: dict[int, AttendanceRecord],
    method: AttendanceMethod,
    actor: Learner,
    now: datetime,
    reason: str = "",
) -> list[AttendanceRecord]:
    """
    Add entries and return them; ``counting`` are those that counted before (``current``). At most two queries.

    Called in a transaction that has locked the enrolments. The ids must be new.
    """
    added = [
        AttendanceRecord(
            mark_id=each.mark_id,
            enrollment_id=each.enrollment_id,
            class_session=class_session,
            status=each.status,
            method=each.method or method,
            recorded_by=actor,
            recorded_at=now,
            marked_at=each.marked_at,
            sequence=each.sequence,
            device_at=each.device_at,
            reason=reason,
            superseded_at=now,
        )
        for each in said
    ]
    last = dict(counting)
    for record in added:
        before = last.get(record.enrollment_id)
        if before is None or before.rank < record.rank:
            last[record.enrollment_id] = record
    for record in last.values():
        if record.pk is None:
            record.superseded_at = None
    superseded = [record.pk for key, record in counting.items() if last[key] is not record]
    if superseded:
        AttendanceRecord.objects.filter(pk__in=superseded).update(superseded_at=now)
    return AttendanceRecord.objects.bulk_create(added)
