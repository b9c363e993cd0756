"""
Merge what was said on a phone without network: in whatever order batches arrive, one final state, and nothing lost.

Each mark has an id, the time of its device and its number there. A mark that comes after another one in that order
counts; one that does not is kept beside it. The time is moved to the edge of the class where it lies outside, and comes
after that of the entry which the mark says it answers; the entry keeps what the clock said. When a batch arrived is not
asked, since it would decide otherwise each time.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from courses.actions import attendance, attendance_entry, attendance_uncounted, completion, walk_in
from courses.actions.attendance_entry import Said
from courses.actions.attendance_uncounted import Uncounted
from courses.choices import AttendanceMethod, AttendanceStatus, UncountedWhy
from courses.models import AttendanceRecord, ClassSession, Enrollment, UncountedMark, WalkIn
from courses.rules import ATTENDANCE_INSTRUCTOR_DAYS, CLOCK_OFF, SENT_AT_ONCE, UNCOUNTED_MAX
from learners.models import Learner

ANSWERED_BEYOND = timedelta(seconds=1)  # entries at the edge of the class can be answered, and those answers too


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One mark of a phone."""

    mark_id: uuid.UUID
    enrollment_id: int
    status: AttendanceStatus
    device_at: datetime  # by the clock of the device, set right by what it knows of the portal's
    sequence: int
    answers: datetime | None = None  # the time of the entry that was on the page
    clock_at: datetime | None = None  # what the clock itself said


@dataclass(frozen=True, slots=True, kw_only=True)
class NameAtTheDoor:
    """One walk-in of a phone."""

    mark_id: uuid.UUID
    full_name: str
    phone: str
    device_at: datetime


@dataclass(slots=True, kw_only=True)
class Merged:
    """What became of a batch: every id is in one of the first three."""

    taken: list[uuid.UUID] = field(default_factory=list)
    refused: dict[uuid.UUID, str] = field(default_factory=dict)
    uncounted: dict[uuid.UUID, str] = field(default_factory=dict)  # kept for whoever manages the class, and why
    overtaken: dict[uuid.UUID, AttendanceRecord] = field(default_factory=dict)  # taken, and what counts instead


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
    Take a phone's marks and walk-ins of one class session; return what became of each.

    Idempotent by the marks' ids. Marks of somebody who has left the class are kept too. Where the class was cancelled,
    moved or is long over, what is said is kept uncounted. Locks the enrolments by id, and the class session.

    :raises attendance.NotTheirClass: if the actor does not keep this roster; the phone keeps its marks.
    """
    ids = {mark.enrollment_id for mark in marks}
    completion.lock_for_asking(ids)
    enrollments = {each.pk: each for each in completion.lock(ids) if each.run_id == class_session.run_id}
    class_session = attendance_entry.lock_session(class_session)  # it may just have been moved or cancelled
    why = _why_nothing_counts(class_session, actor=actor, now=now)
    merged = Merged()
    new = _new_ones([*marks, *names], class_session, merged)
    moved = attendance_uncounted.of_another_time(class_session, [each.device_at for each in new])
    late = {each.mark_id: why or UncountedWhy.EARLY for each in new if why or each.device_at in moved}
    aside: list[Uncounted] = []
    said = _said(
        [each for each in new if isinstance(each, Mark)], late, aside, class_session, enrollments, actor, now, merged
    )
    doors = _doors(
        [each for each in new if isinstance(each, NameAtTheDoor)], late, aside, class_session, actor, now, merged
    )
    counting = attendance_entry.current(class_session, ids)
    added = attendance_entry.add(
        class_session=class_session,
        said=said,
        counting=counting,
        method=AttendanceMethod.OFFLINE,
        actor=actor,
        now=now,
    )
    WalkIn.objects.bulk_create(doors)
    merged.taken += [*(each.mark_id for each in said), *(each.mark_id for each in doors)]
    counting |= {each.enrollment_id: each for each in added if each.superseded_at is None}
    merged.overtaken = _overtaken(marks, set(merged.taken), counting, class_session)
    _keep(aside, late, class_session, actor, now, merged)
    attendance.settle(
        list(enrollments.values()),
        changed={each.enrollment_id for each in said},
        class_session=class_session,
        actor=actor,
        now=now,
        reason="",
    )
    return merged


def time_of(class_session: ClassSession, device_at: datetime, answers: datetime | None = None) -> datetime:
    """
    Return the time of a mark: what its device said, or the edge of the class where that lies outside.

    It comes after the entry it ``answers``, as a correction on the sheet does (``attendance_entry.after``). Only what
    the mark says is asked, so it is the same whenever the mark arrives, and whatever else has.
    """
    first = attendance.opens_at(class_session)
    last = class_session.ends_at + timedelta(days=ATTENDANCE_INSTRUCTOR_DAYS)
    at = min(max(device_at, first), last)
    return at if answers is None else max(at, min(answers, last + ANSWERED_BEYOND) + attendance_entry.AFTER)


def _why_nothing_counts(class_session: ClassSession, *, actor: Learner, now: datetime) -> UncountedWhy | None:
    try:
        attendance.check(class_session=class_session, actor=actor, now=now, reason="")
    except attendance.UnableToMark as refusal:
        why = attendance_uncounted.why_all(refusal)
        if why is None:
            raise
        return why
    return None


def _new_ones(
    sent: Sequence[Mark | NameAtTheDoor], class_session: ClassSession, merged: Merged
) -> list[Mark | NameAtTheDoor]:
    """Return what was not known, each id once; what was gets the answer it had."""
    ids = [each.mark_id for each in sent]
    sessions: dict[uuid.UUID, int] = {}
    for model in (AttendanceRecord, WalkIn):
        sessions |= dict(model.objects.filter(mark_id__in=ids).values_list("mark_id", "class_session_id"))
    kept = {each.mark_id: each for each in UncountedMark.objects.filter(mark_id__in=ids)}
    sessions |= {key: each.class_session_id for key, each in kept.items()}
    new: dict[uuid.UUID, Mark | NameAtTheDoor] = {}
    for each in sent:
        key = each.mark_id
        if sessions.get(key, class_session.pk) != class_session.pk:
            merged.refused[key] = _("This mark has been taken for another class session.")
        elif key in kept:
            merged.uncounted[key] = kept[key].get_why_display()
        elif key in sessions:
            merged.taken.append(key)
        else:
            new.setdefault(key, each)
    return list(new.values())


def _said(
    marks: Sequence[Mark],
    late: dict[uuid.UUID, UncountedWhy],
    aside: list[Uncounted],
    class_session: ClassSession,
    enrollments: dict[int, Enrollment],
    actor: Learner,
    now: datetime,
    merged: Merged,
) -> list[Said]:
    """Return the entries to write; what comes too late goes ``aside``, what cannot be is refused."""
    left = attendance_entry.room_left(class_session, enrollments)
    said: list[Said] = []
    for mark in marks:
        enrollment = enrollments.get(mark.enrollment_id)
        if enrollment is None:
            merged.refused[mark.mark_id] = _("Nobody of this class is meant by this mark.")
        elif enrollment.learner_id == actor.pk:
            merged.refused[mark.mark_id] = attendance.own_attendance()
        elif mark.mark_id in late:
            aside.append(
                Uncounted(
                    mark_id=mark.mark_id,
                    device_at=mark.device_at,
                    enrollment_id=enrollment.pk,
                    status=mark.status,
                )
            )
        elif left[enrollment.pk] < 1:
            merged.refused[mark.mark_id] = attendance.too_many_marks()
        else:
            left[enrollment.pk] -= 1
            at, clock_at = time_of(class_session, mark.device_at, mark.answers), mark.clock_at or mark.device_at
            said.append(
                Said(
                    mark_id=mark.mark_id,
                    enrollment_id=enrollment.pk,
                    status=mark.status,
                    marked_at=at,
                    sequence=mark.sequence,
                    device_at=clock_at if abs(at - clock_at) >= CLOCK_OFF else None,
                    method=_method(mark.device_at, now=now),
                )
            )
    return said


def _method(device_at: datetime, *, now: datetime) -> AttendanceMethod:
    """A phone that had network has sent it at once."""
    return AttendanceMethod.OFFLINE if now - device_at > SENT_AT_ONCE else AttendanceMethod.ROSTER


def _overtaken(
    marks: Sequence[Mark], taken: set[uuid.UUID], counting: dict[int, AttendanceRecord], class_session: ClassSession
) -> dict[uuid.UUID, AttendanceRecord]:
    """Return what counts instead of the last mark about each person, where that says something else."""
    ids = {mark.mark_id for mark in marks}
    in_order = sorted(
        (mark for mark in marks if mark.mark_id in taken),
        key=lambda mark: (time_of(class_session, mark.device_at, mark.answers), mark.sequence, str(mark.mark_id)),
    )
    last = {mark.enrollment_id: mark for mark in in_order}
    return {
        mark.mark_id: counting[person]
        for person, mark in last.items()
        if person in counting and counting[person].mark_id not in ids and counting[person].status != mark.status
    }


def _doors(
    names: Sequence[NameAtTheDoor],
    late: dict[uuid.UUID, UncountedWhy],
    aside: list[Uncounted],
    class_session: ClassSession,
    actor: Learner,
    now: datetime,
    merged: Merged,
) -> list[WalkIn]:
    """Return the walk-ins to write, as many as there may be; the rest as ``_said``."""
    left = walk_in.room_left(class_session)
    doors: list[WalkIn] = []
    for each in names:
        try:
            door = walk_in.prepared(
                class_session,
                mark_id=each.mark_id,
                full_name=each.full_name,
                phone=each.phone,
                actor=actor,
                method=_method(each.device_at, now=now),
                at=time_of(class_session, each.device_at),
                now=now,
            )
        except attendance.UnableToMark as reason:
            merged.refused[each.mark_id] = str(reason)
            continue
        if each.mark_id in late:
            aside.append(Uncounted(mark_id=each.mark_id, device_at=each.device_at, full_name=door.full_name))
        elif len(doors) >= left:
            merged.refused[each.mark_id] = walk_in.too_many()
        else:
            doors.append(door)
    return doors


def _keep(
    aside: Sequence[Uncounted],
    late: dict[uuid.UUID, UncountedWhy],
    class_session: ClassSession,
    actor: Learner,
    now: datetime,
    merged: Merged,
) -> None:
    if not aside:
        return
    left = UNCOUNTED_MAX.count_max - UncountedMark.objects.filter(class_session=class_session).count()
    for each in aside[max(0, left) :]:
        merged.refused[each.mark_id] = attendance.too_many_marks()
    kept = [(each, late[each.mark_id]) for each in aside[: max(0, left)]]
    attendance_uncounted.keep(kept, class_session=class_session, actor=actor, now=now)
    merged.uncounted |= {each.mark_id: str(why.label) for each, why in kept}
