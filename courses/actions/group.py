"""Groups: take seats together, wait together, go on alone. Who comes is a matter of ``group_member``."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses import emails
from courses.actions import group_member, group_seats, obstacle, offering, waiting
from courses.actions.group_member import CannotCome, IsSettled, UnableToGroup, WrongSize
from courses.choices import Priority
from courses.models import CourseRun, Enrollment, EnrollmentGroup, SeatOffer, WaitingChoice, WaitingRequest
from courses.queries import group as queries
from courses.queries import no_show, place_request, seats
from courses.queries import waiting as lines
from courses.rules import GROUP_SIZE_MIN, WAITING_LINE_MAX
from learners.actions import message
from learners.choices import MessageKind
from learners.models import Learner


class TooFewSeats(UnableToGroup):
    pass


class HasRoom(UnableToGroup):
    pass


@transaction.atomic
def enroll(*, group: EnrollmentGroup, actor: Learner, now: datetime) -> list[Enrollment]:
    """
    Give everybody who has come to a group a place on its run, or nobody; return the places. Idempotent.

    Who was invited and has not come is left out. Locks the mandates, the course's waiting lists, its runs somebody
    waits for, this one, and the group.

    :raises TooFewSeats: if fewer seats are free than they need, those that people in line are next for aside.
    :raises CannotCome: if the run takes nobody, or one of them has a place there or waits with another group.
    :raises IsSettled: if it waits instead, or has ended.
    :raises WrongSize: if fewer than two have come.
    :raises UnableToTake: if the run does not take one of them.
    """
    group, run = group_member.locked(group, [group.run_id])
    group_member.refuse_not_leader(group, actor)
    if group.settled_at is not None:
        if places := list(group.enrollments.holding_seat().order_by("pk")):
            return places
        raise IsSettled(_("The group has gone on already: see on its page where it stands."))
    group_member.refuse_not_gathered(group)
    learners = _who_came(group)
    if reason := obstacle.of_run(run, now=now):
        raise CannotCome(str(reason))
    acted_for = _acted_for(group)
    for learner in learners:
        _refuse_taken(learner, run, is_private=learner.pk not in acted_for)
    free = free_seats(run)
    if free is not None and free < len(learners):
        raise TooFewSeats(too_few(free, len(learners)))
    _settle(group, now)
    return group_seats.take(group=group, learners=learners, run=run, now=now)


@transaction.atomic
def wait(*, group: EnrollmentGroup, actor: Learner, now: datetime, also: Sequence[CourseRun] = ()) -> EnrollmentGroup:
    """
    Put everybody who has come to a group at the end of the line of its run, with one turn and the best class of them.

    Return the group.

    ``also``: other runs of the course that would do. Seats are offered to all at once or not at all. Idempotent.
    Locks as ``enroll``.

    :raises HasRoom: if the group can have seats in one of them now.
    :raises TooFewSeats: if one of them has fewer seats than the group needs, taken ones too.
    :raises CannotCome: if one of the runs takes nobody, or not one of them, or one waits for the course already.
    :raises IsSettled: if it has places, each waits alone, or it has ended.
    :raises WrongSize: if fewer than two have come.
    """
    keys = list(dict.fromkeys([group.run_id, *(run.pk for run in also)]))
    group, run = group_member.locked(group, keys)
    group_member.refuse_not_leader(group, actor)
    if group.settled_at is not None:
        if group.waiting_requests.exists():
            return group
        raise IsSettled(_("The group has gone on already: see on its page where it stands."))
    group_member.refuse_not_gathered(group)
    learners = _who_came(group)
    group_seats.refuse_not_acted_for(group, queries.members(group), now=now)
    runs = [run, *(offering.lock_runs([key])[key] for key in keys if key != run.pk)]
    for each in runs:
        _refuse_waiting(group, learners, each, now, of=len(runs))
    _settle(group, now)
    requests = [
        WaitingRequest.objects.create(learner=learner, course_id=group.course_id, group=group, asked_at=now)
        for learner in learners
    ]
    # Somebody reliable answers for all, and nobody learns of another's absences by the place of the group.
    standings = no_show.standings([each.pk for each in learners], now=now)
    own = {key: each.priority for key, each in standings.items()}
    choices = [_stand_in_line(requests, each, own, now) for each in runs]
    group_seats.record_wait(group, requests, runs, now=now)
    message.queue(
        kind=MessageKind.WAITING_JOINED,
        key=f"waiting_joined:{choices[0].pk}:",
        data=emails.waiting_joined(requests[0], choices, to=group.leader, people=len(learners)),
        recipient=group.leader,
        now=now,
    )
    return group


@transaction.atomic
def go_alone(*, group: EnrollmentGroup, actor: Learner, now: datetime) -> int:
    """
    Let people of a group that waits wait alone from now on, in their own class with its turn; return how many.

    All of them where its leader says so; else only the actor. Idempotent. What is free may be offered to them at once.

    :raises UnableToGroup: while seats are kept for them.
    """
    group, _run = group_member.locked(group, [group.run_id])
    requests = group.waiting_requests.filter(ended_at__isnull=True)
    if actor.pk != group.leader_id:
        requests = requests.filter(learner=actor)
    if SeatOffer.objects.filter(request__in=requests, outcome=lines.OPEN).exists():
        raise UnableToGroup(_("Seats are kept for your group: take them, or pass them on, first."))
    alone = list(requests)
    offering.part(alone, now=now)
    if actor.pk == group.leader_id and alone:
        group.split_at = now
        group.save(update_fields=["split_at"])
    for run in offering.lock_runs(lines.runs_waited_for(group.course_id)).values():
        offering.offer_free_seats(run, now=now)
    return len(alone)


@transaction.atomic
def disband(
    *, group: EnrollmentGroup, now: datetime, leader_goes: bool = False, only_due: bool = False
) -> EnrollmentGroup:
    """
    End a group whose leader goes, or whose time is over, and return it.

    Who waits with it waits on alone; of one that is gathered the links open no more, and who said yes to it is told, as
    its leader is unless they go. Places it has stay as they are. Idempotent. Locks as ``enroll``. ``only_due``: left as
    it is if, once it is locked, it is no more one to end.
    """
    group, _run = group_member.locked(group, [group.run_id])
    if only_due and not queries.is_due(group, now=now):
        return group
    if group.is_gathered:
        _tell_ended(group, leader_goes=leader_goes, now=now)
        group.members.filter(left_at__isnull=True).update(left_at=now)
        group.ended_at = now
        group.save(update_fields=["ended_at"])
        return group
    requests = list(group.waiting_requests.filter(ended_at__isnull=True))
    if requests:
        offering.let_go_alone(requests, now=now)
        group.split_at = now
        group.save(update_fields=["split_at"])
        for run in offering.lock_runs(lines.runs_waited_for(group.course_id)).values():
            offering.offer_free_seats(run, now=now)
    return group


def _tell_ended(group: EnrollmentGroup, *, leader_goes: bool, now: datetime) -> None:
    """Write to who came to a group by their own yes, and to its leader; before they leave it."""
    told = {group.leader_id: group.leader}
    for member in queries.members(group).filter(guardian=None, mandate=None):
        if member.learner is not None:
            told[member.learner.pk] = member.learner
    if leader_goes:
        del told[group.leader_id]
    drafts = [
        message.Draft(recipient=each, key=f"group_ended:{group.pk}:{key}:", data=emails.group_ended(group, to=each))
        for key, each in told.items()
        if each.is_active and each.merged_into_id is None
    ]
    message.queue_all(kind=MessageKind.GROUP_ENDED, drafts=drafts, now=now)


def free_seats(run: CourseRun) -> int | None:
    """Return how many seats of a run nobody holds, is offered, or is next for; None for no limit."""
    left = seats.of_run(run).left
    return None if left is None else max(0, left) - len(lines.next_ones(run, left=left))


def too_few(free: int, needed: int) -> str:
    """Return that a group is passed over, in a sentence for it."""
    return ngettext(
        "%(free)s seat is free, and your group needs %(needed)s.",
        "%(free)s seats are free, and your group needs %(needed)s.",
        free,
    ) % {"free": free, "needed": needed}


def _acted_for(group: EnrollmentGroup) -> set[int | None]:
    """Return of whom the leader may know why they cannot come: themself, and those they brought."""
    brought = {each.learner_id for each in queries.members(group) if each.guardian_id or each.mandate_id}
    return {group.leader_id, *brought}


def _refuse_taken(learner: Learner, run: CourseRun, *, is_private: bool) -> None:
    if run.enrollments.holding_seat().filter(learner=learner).exists():
        reason = _("Has a place in this class already.")
    elif (request := lines.open_request(learner, run.version.course_id)) and request.group_id:
        reason = _("Waits for this course with another group.")
    else:
        return
    raise CannotCome(group_seats.why(learner, reason, is_private=is_private))


def too_large(run: CourseRun, needed: int) -> str:
    """Return that the class never has seats for so many, as the group reads it; empty if it may."""
    if run.seats_max is None or run.seats_max >= needed:
        return ""
    said = _("This class has %(seats)s seats in all, and your group needs %(needed)s.")
    return said % {"seats": run.seats_max, "needed": needed}


def _refuse_waiting(
    group: EnrollmentGroup, learners: Sequence[Learner], run: CourseRun, now: datetime, *, of: int
) -> None:
    """Refuse one of so many runs."""
    if run.version.course_id != group.course_id:
        raise CannotCome(_("Choose other classes of the same course."))
    if reason := obstacle.of_run(run, now=now):
        raise CannotCome(str(reason))
    free = free_seats(run)
    if free is None or free >= len(learners):
        raise HasRoom(_("There are seats for all of you in this class: you can enrol right away."))
    if reason_of_all := too_large(run, len(learners)):
        raise TooFewSeats(reason_of_all)
    if lines.line(run).count() + len(learners) > WAITING_LINE_MAX.count_max:
        raise CannotCome(_("So many people wait for this class that joining them would be of no use."))
    acted_for = _acted_for(group)
    for learner in learners:
        reason_of_one = group_member.why_not(learner, run, now)
        if not reason_of_one and lines.open_request(learner, group.course_id):
            reason_of_one = _("Waits for this course already. They leave that list first, or wait on alone.")
        if not reason_of_one and place_request.asks_in(learner, group.course_id):
            reason_of_one = _("Has asked for a place in another class of this course. They take that back first.")
        if reason_of_one:
            raise CannotCome(group_seats.why(learner, reason_of_one, is_private=learner.pk not in acted_for))
        try:
            waiting.refuse_too_many(learner, is_new_course=True, more=of, now=now)
        except waiting.WaitsForTooMany as too_many:
            raise CannotCome(group_seats.why(learner, str(too_many), is_private=learner.pk not in acted_for)) from None


def _stand_in_line(
    requests: Sequence[WaitingRequest], run: CourseRun, own: Mapping[int, Priority], now: datetime
) -> WaitingChoice:
    """Put these requests into a line with one turn, in the best class of theirs; return the first choice."""
    first, *others = (
        WaitingChoice(
            request=each,
            run=run,
            priority=min(own.values()),
            own_priority=own[each.learner_id],
            chosen_at=now,
        )
        for each in requests
    )
    first.save()
    first.refresh_from_db(fields=["turn"])
    for other in others:
        other.turn = first.turn
    WaitingChoice.objects.bulk_create(others)
    return first


def _who_came(group: EnrollmentGroup) -> list[Learner]:
    learners = [each.learner for each in queries.members(group) if each.learner is not None and queries.comes(each)]
    if len(learners) < GROUP_SIZE_MIN:
        raise WrongSize(group_member.size_words())
    return learners


def _settle(group: EnrollmentGroup, now: datetime) -> None:
    group.settled_at = now
    group.save(update_fields=["settled_at"])
