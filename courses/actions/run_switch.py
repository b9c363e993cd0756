"""People of one run are given places in another run of the same course, in the order in which they enrolled."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import emails, permissions
from courses.actions import completion, offering, session_notice
from courses.choices import EnrollmentState
from courses.models import (
    AttendanceRecord,
    CompletionWord,
    CourseRun,
    Enrollment,
    LearnedElsewhere,
    ResultEntry,
    UnitCompletion,
    WaitingRequest,
)
from courses.queries import coming, seats, waiting
from courses.queries import run_cancel as queries
from courses.queries import session as sessions
from courses.rules import COUNTS_AS_ATTENDED
from learners.actions import message
from learners.choices import MessageKind
from learners.models import Learner


class UnableToSwitch(Exception):
    """Everybody stays where they are; the message is written for who manages the class."""


class NotAManager(UnableToSwitch):
    pass


class AnotherCourse(UnableToSwitch):
    pass


class TakesNobody(UnableToSwitch):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Switched:
    moved: list[Enrollment]  # the new places, in order
    stayed: int


@transaction.atomic
def switch(*, run: CourseRun, to: CourseRun, actor: Learner, reason: str, now: datetime) -> Switched:
    """
    Give those enrolled in a run places in another, as far as seats allow; each is told, and may give the new one up.

    In the order of enrolling. Nobody is put before those who wait for the other run. Who has attended stays (to be
    marked absent is not to have attended), who has a result or the word of who teaches, and who teaches the other run
    or has a place in it. The old place is kept as
    cancelled, with its marks and where it went; what was read goes along when both runs keep to one version, and so
    does what the learner said of what they have learned elsewhere. Done again, it moves those who are left. Locks the
    course's waiting lists, both runs, those somebody waits for, and the places.

    :raises NotAManager: if the actor does not speak for the organization.
    :raises AnotherCourse: if the other run is of another course, or is the same.
    :raises TakesNobody: if the other run is cancelled or over.
    """
    if not permissions.may_submit(actor, run.version.course.provider):
        raise NotAManager(_("Only a manager of the organisation moves people to another class."))
    course_id = run.version.course_id
    if to.version.course_id != course_id or to.pk == run.pk:
        raise AnotherCourse(_("Choose another class of the same course."))
    offering.lock_line(course_id)
    runs = offering.lock_runs([run.pk, to.pk, *waiting.runs_waited_for(course_id)])
    run, to = runs[run.pk], runs[to.pk]
    if to.cancelled_at is not None or (to.ends_on is not None and to.ends_on < timezone.localdate(now)):
        raise TakesNobody(_("This class is cancelled or over. Choose another one."))
    locked = completion.lock(run.enrollments.active().values_list("pk", flat=True))
    active = [place for place in locked if place.state == EnrollmentState.ENROLLED]
    movable = _movable(active, to)
    left = seats.of_run(to).left
    room = len(movable) if left is None else max(0, left - len(waiting.next_ones(to, left=left)))
    chosen = _as_far_as(movable, room)
    moved = [_move(place, run, to, now) for place in chosen]
    _take_words_along(run, to, [place.learner_id for place in moved])
    offering.regroup([_end_waiting(place, to, now) for place in moved], now=now)
    offering.end_asked([place.learner_id for place in moved], to, now=now)
    message.drop_all(keys=sessions.keys_of_reminders(run, chosen, now=now) + coming.keys_of_letters(chosen))
    _tell(run, to, moved, reason, now)
    for each in runs.values():
        offering.offer_free_seats(each, now=now)
    return Switched(moved=moved, stayed=len(active) - len(moved))


def _movable(places: list[Enrollment], to: CourseRun) -> list[Enrollment]:
    ids = [place.pk for place in places]
    came = AttendanceRecord.objects.filter(enrollment__in=ids, superseded_at=None, status__in=COUNTS_AS_ATTENDED)
    stay = set(came.values_list("enrollment", flat=True))
    stay |= set(ResultEntry.objects.filter(enrollment__in=ids, superseded_at=None).values_list("enrollment", flat=True))
    stay |= set(CompletionWord.objects.filter(enrollment__in=ids, ended_at=None).values_list("enrollment", flat=True))
    there = set(to.enrollments.holding_seat().values_list("learner", flat=True))
    there |= set(to.run_instructors.values_list("learner", flat=True))
    staying = {place.pk for place in places if place.pk in stay or place.learner_id in there}
    groups = {place.group_id for place in places if place.pk in staying and place.group_id is not None}
    # One of a group stays, so all of it stay.
    return [place for place in places if place.pk not in staying and place.group_id not in groups]


def _as_far_as(places: list[Enrollment], room: int) -> list[Enrollment]:
    """Return who moves, in the order of enrolling; who came with a group moves with it, or stays with it."""
    units: dict[int, list[Enrollment]] = {}
    for place in sorted(places, key=lambda place: (place.enrolled_at, place.pk)):
        units.setdefault(place.group_id or -place.pk, []).append(place)
    chosen: list[Enrollment] = []
    for unit in units.values():
        if len(unit) <= room - len(chosen):
            chosen += unit
    return chosen


def _move(place: Enrollment, run: CourseRun, to: CourseRun, now: datetime) -> Enrollment:
    new = Enrollment.objects.create(learner=place.learner, run=to, group_id=place.group_id, enrolled_at=now)
    place.state, place.moved_to = EnrollmentState.CANCELLED, new
    place.save(update_fields=["state", "moved_to"])
    if run.version_id == to.version_id:
        read = UnitCompletion.objects.filter(enrollment=place)
        UnitCompletion.objects.bulk_create(
            UnitCompletion(enrollment=new, unit_id=each.unit_id, completed_at=each.completed_at) for each in read
        )
    return new


def _take_words_along(run: CourseRun, to: CourseRun, learner_ids: Collection[int]) -> None:
    said = LearnedElsewhere.objects.filter(run=run, learner__in=learner_ids)
    LearnedElsewhere.objects.bulk_create(
        [
            LearnedElsewhere(
                learner_id=each.learner_id, run=to, course_id=each.course_id, words=each.words, said_at=each.said_at
            )
            for each in said
        ],
        ignore_conflicts=True,
    )


def _end_waiting(place: Enrollment, to: CourseRun, now: datetime) -> WaitingRequest | None:
    """Who has a place now waits for no other class of the course; return the request that ended."""
    if request := waiting.open_request(place.learner, to.version.course_id):
        offering.end_request(request, taken=to, now=now)
    return request


def _tell(run: CourseRun, to: CourseRun, moved: list[Enrollment], reason: str, now: datetime) -> None:
    first = to.class_sessions.filter(cancelled_at=None).order_by("starts_at").first()
    here = run.class_sessions.filter(cancelled_at=None, ends_at__gt=now).order_by("starts_at").first()
    by_learner = {place.learner_id: place for place in moved}
    session_notice.queue(
        MessageKind.RUN_SWITCHED,
        [(place.learner, place) for place in moved],
        key=lambda learner: queries.key_of_switched(by_learner[learner.pk].pk),
        data=lambda learner, place: emails.run_switched(run, to, learner, place=place, first=first, reason=reason),
        now=now,
        expires_at=None,
        at_once=any(session and session_notice.is_soon(session.starts_at, now) for session in (first, here)),
    )
