"""
Merge what was said on a phone without network: in whatever order batches arrive, one final state, and nothing lost.

Each mark has an id, the time of its device and its number there. A mark that comes after another one in that order
counts; one that does not is kept beside it. The time is moved to the edge of the class where it lies outside, and the
entry keeps what the clock said: when a batch arrived is not asked, since it would decide otherwise each time.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from courses.actions import attendance, attendance_entry, completion, walk_in
from courses.actions.attendance_entry import Said
from courses.choices import AttendanceMethod, AttendanceStatus
from courses.models import AttendanceRecord, ClassSession, Enrollment, WalkIn
from courses.rules import OFFLINE_HOURS
from learners.models import Learner


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One mark of a phone."""

    mark_id: uuid.UUID
    enrollment_id: int
    status: AttendanceStatus
    device_at: datetime
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NameAtTheDoor:
    """One walk-in of a phone."""

    mark_id: uuid.UUID
    full_name: str
    phone: str
    device_at: datetime


@dataclass(slots=True, kw_only=True)
class Merged:
    """What became of a batch: every id is in one of the two."""

    taken: list[uuid.UUID] = field(default_factory=list)
    refused: dict[uuid.UUID, str] = field(default_factory=dict)


@transaction.atomic
def merge(
    *,
    class_session: ClassSession,
    marks: Sequence[Mark],
    names: Sequence[NameAtTheDoor] = (),
    actor: Learner,
    now: datetime,
) -> Merged:
    """
    Take a phone's marks and walk-ins of one class session; return what was taken and what was refused, and why.

    Idempotent by the marks' ids. Marks of somebody who has left the class are kept too. Locks the enrolments by id.

    :raises attendance.UnableToMark: if the actor may not mark this class session now; the phone keeps its marks.
    """
    ids = {mark.enrollment_id for mark in marks}
    completion.lock_for_asking(ids)
    enrollments = {each.pk: each for each in completion.lock(ids) if each.run_id == class_session.run_id}
    class_session = ClassSession.objects.get(pk=class_session.pk)  # it may just have been moved or cancelled
    attendance.check(class_session=class_session, actor=actor, now=now, reason="")
    merged = Merged()
    said = _new_ones(class_session, marks, enrollments, actor=actor, merged=merged)
    counting = attendance_entry.current(class_session, ids)
    attendance_entry.add(
        class_session=class_session,
        said=said,
        counting=counting,
        method=AttendanceMethod.OFFLINE,
        actor=actor,
        now=now,
    )
    merged.taken += [each.mark_id for each in said]
    _write_names(class_session, names, actor=actor, now=now, merged=merged)
    attendance.settle(
        list(enrollments.values()),
        changed={each.enrollment_id for each in said},
        class_session=class_session,
        actor=actor,
        now=now,
        reason="",
    )
    return merged


def time_of(class_session: ClassSession, device_at: datetime) -> datetime:
    """Return the time of a mark: what its device said, or the edge of the class where that lies outside."""
    first = attendance.opens_at(class_session)
    last = class_session.ends_at + timedelta(hours=OFFLINE_HOURS)
    return min(max(device_at, first), last)


def _new_ones(
    class_session: ClassSession,
    marks: Sequence[Mark],
    enrollments: dict[int, Enrollment],
    *,
    actor: Learner,
    merged: Merged,
) -> list[Said]:
    known = dict(
        AttendanceRecord.objects.filter(mark_id__in=[mark.mark_id for mark in marks]).values_list(
            "mark_id", "class_session_id"
        )
    )
    said: dict[uuid.UUID, Said] = {}
    for mark in marks:
        if mark.mark_id in known or mark.mark_id in said:
            if known.get(mark.mark_id, class_session.pk) == class_session.pk:
                merged.taken.append(mark.mark_id)
            else:
                merged.refused[mark.mark_id] = _("This mark has been taken for another class session.")
        elif mark.enrollment_id not in enrollments:
            merged.refused[mark.mark_id] = _("Nobody of this class is meant by this mark.")
        elif enrollments[mark.enrollment_id].learner_id == actor.pk:
            merged.refused[mark.mark_id] = attendance.own_attendance()
        else:
            at = time_of(class_session, mark.device_at)
            said[mark.mark_id] = Said(
                mark_id=mark.mark_id,
                enrollment_id=mark.enrollment_id,
                status=mark.status,
                marked_at=at,
                sequence=mark.sequence,
                device_at=None if at == mark.device_at else mark.device_at,
            )
    return list(said.values())


def _write_names(
    class_session: ClassSession, names: Sequence[NameAtTheDoor], *, actor: Learner, now: datetime, merged: Merged
) -> None:
    known = set(WalkIn.objects.filter(mark_id__in=[each.mark_id for each in names]).values_list("mark_id", flat=True))
    new = {each.mark_id: each for each in names if each.mark_id not in known}
    if new:
        walk_in.refuse_too_many(class_session, len(new))
    prepared = []
    for each in new.values():
        try:
            at = time_of(class_session, each.device_at)
            prepared.append(
                walk_in.prepared(
                    class_session,
                    mark_id=each.mark_id,
                    full_name=each.full_name,
                    phone=each.phone,
                    actor=actor,
                    method=AttendanceMethod.OFFLINE,
                    at=at,
                    now=now,
                )
            )
        except attendance.UnableToMark as reason:
            merged.refused[each.mark_id] = str(reason)
    # Sent again while the first is under way: the id is unique, and the second adds nothing.
    WalkIn.objects.bulk_create(prepared, ignore_conflicts=True)
    merged.taken += [each.mark_id for each in names if each.mark_id not in merged.refused]
