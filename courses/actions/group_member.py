"""Who comes with a group: make it up, say yes by a link, one more, one less."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from courses.actions import group_seats, obstacle, offering, waiting
from courses.models import CourseRun, EnrollmentGroup, GroupMember, WaitingRequest
from courses.queries import group as queries
from courses.queries import place_request
from courses.queries import waiting as lines
from courses.rules import GROUP_LINKS_MAX, GROUP_SIZE_MAX, GROUP_SIZE_MIN, GROUPS_A_DAY_MAX
from learners.models import Learner

DAY = timedelta(days=1)


class UnableToGroup(Exception):
    """The group stays as it is; the message is written for who did it."""


class NotTheLeader(UnableToGroup):
    pass


class WrongSize(UnableToGroup):
    pass


class IsSettled(UnableToGroup):
    pass


class LinkIsUsed(UnableToGroup):
    pass


class CannotCome(UnableToGroup):
    pass


@transaction.atomic
def make(
    *,
    leader: Learner,
    run: CourseRun,
    comes_too: bool,
    bring: Collection[int],
    fellows: int,
    creation_key: UUID,
    now: datetime,
) -> EnrollmentGroup:
    """
    Make up a group for a run and return it: the leader, if they come too, whom they bring, and links for fellows.

    It holds no seat. ``bring`` are ids of people the leader may act for. Idempotent by ``creation_key``.

    :raises WrongSize: if that is fewer or more than a group is, or too many have been made today.
    :raises CannotCome: if the run takes nobody, the leader may not act for somebody, or the organization decides about
        each who comes.
    """
    Learner.objects.select_for_update(of=["self"], no_key=True).get(pk=leader.pk)  # twice at once is one after another
    if made := EnrollmentGroup.objects.filter(creation_key=creation_key).first():
        if made.leader_id == leader.pk:
            return made
        creation_key = uuid4()  # somebody else's: it says nothing about this leader
    if reason := obstacle.of_run(run, now=now):
        raise CannotCome(str(reason))
    if place_request.asks_for_approval(run):
        raise CannotCome(_("The organisation decides who comes to this class, so each asks for a place alone."))
    may = {each.person.pk: each for each in queries.may_bring(leader, now=now)}
    if not set(bring) <= may.keys():
        raise CannotCome(_("You may not enrol everybody you have chosen."))
    size = int(comes_too) + len(set(bring)) + fellows
    if not GROUP_SIZE_MIN <= size <= GROUP_SIZE_MAX:
        raise WrongSize(size_words())
    if EnrollmentGroup.objects.filter(leader=leader, made_at__gt=now - DAY).count() >= GROUPS_A_DAY_MAX.count_max:
        raise WrongSize(_("You have made up many groups today. Make up the next one tomorrow."))
    group = EnrollmentGroup.objects.create(
        run=run, course_id=run.version.course_id, leader=leader, creation_key=creation_key, made_at=now
    )
    brought = [may[key] for key in sorted(set(bring), key=lambda key: (may[key].person.full_name, key))]
    rows = [GroupMember(learner=leader, joined_at=now)] if comes_too else []
    rows += [
        GroupMember(learner=each.person, guardian=each.guardian, mandate=each.mandate, joined_at=now)
        for each in brought
    ]
    rows += [GroupMember() for _fellow in range(fellows)]
    for position, row in enumerate(rows, start=1):
        row.group, row.position = group, position
    GroupMember.objects.bulk_create(rows)
    return group


@transaction.atomic
def say_yes(*, member: GroupMember, learner: Learner, now: datetime) -> GroupMember:
    """
    Come to a group by the link of one of its places, and return that. Idempotent. Locks the group.

    :raises LinkIsUsed: if somebody else has come by it, or it was taken back.
    :raises IsSettled: if the group has its places or waits already, or has ended.
    :raises CannotCome: if the learner is in the group, has a place in the class, or it does not take them.
    """
    group = locked_group(member.group)
    member = GroupMember.objects.get(pk=member.pk)
    if member.learner_id == learner.pk and member.left_at is None:
        return member
    if member.learner_id is not None or member.left_at is not None:
        raise LinkIsUsed(_("This link has been used already, or was taken back. Ask for another one."))
    refuse_not_gathered(group)
    if queries.members(group).filter(learner=learner).exists():
        raise CannotCome(_("You are in this group already. The link is for somebody else."))
    if group.run.enrollments.holding_seat().filter(learner=learner).exists():
        raise CannotCome(_("You already have a place in this class."))
    if reason := obstacle.of_run(group.run, now=now):
        raise CannotCome(str(reason))
    if said := why_not(learner, group.run, now):
        raise CannotCome(said)
    member.learner, member.joined_at = learner, now
    member.save(update_fields=["learner", "joined_at"])
    return member


@transaction.atomic
def invite(*, group: EnrollmentGroup, actor: Learner) -> GroupMember:
    """
    Add a place and its link for one more fellow and return it; while one is unused it is that one.

    :raises UnableToGroup: if the actor is not the leader, the group is settled or has ended, is as large as a group is,
        or too many links have been made for it.
    """
    group = locked_group(group)
    refuse_not_leader(group, actor)
    refuse_not_gathered(group)
    if unused := queries.members(group).filter(learner=None).first():
        return unused
    taken = set(queries.members(group).values_list("position", flat=True))
    free = next((position for position in range(1, GROUP_SIZE_MAX + 1) if position not in taken), None)
    if free is None:
        raise WrongSize(size_words())
    if group.members.count() >= GROUP_LINKS_MAX.count_max:
        raise WrongSize(_("Many links have been made for this group already. Make up a new group."))
    return GroupMember.objects.create(group=group, position=free)


@transaction.atomic
def take_out(*, member: GroupMember, actor: Learner, now: datetime) -> GroupMember:
    """
    Let the group go on without one of it, and return that row. Idempotent. Locks as ``enroll``.

    By its leader, or by themself. Who waits leaves the list; but whom the leader may not take off it waits on alone.
    The place of who was brought is given up.

    ``member`` is as the actor saw it: a link somebody has come by since is not taken back.

    :raises UnableToGroup: if the actor is neither, or it is about the place of somebody the leader does not act for.
    :raises LinkIsUsed: if somebody has come by the link meanwhile.
    """
    group, _run = locked(member.group, [member.group.run_id])
    seen, member = member, GroupMember.objects.select_related("learner", "mandate").get(pk=member.pk)
    if actor.pk not in (group.leader_id, member.learner_id):
        raise NotTheLeader(_("This is done by the person who made up the group."))
    if member.left_at is not None:
        return member
    if member.learner_id != seen.learner_id:
        raise LinkIsUsed(come_meanwhile())
    if request := group.waiting_requests.filter(learner=member.learner_id, ended_at__isnull=True).first():
        _take_off(group, member, request, actor, now)
    elif place := group.enrollments.active().filter(learner=member.learner_id).first():
        group_seats.give_up(group=group, member=member, place=place, actor=actor, now=now)
    member.left_at = now
    member.save(update_fields=["left_at"])
    return member


def _take_off(
    group: EnrollmentGroup, member: GroupMember, request: WaitingRequest, actor: Learner, now: datetime
) -> None:
    """End the wait of one who leaves; who is taken out and is not the leader's to take off the list waits on alone."""
    if actor.pk == member.learner_id:
        waiting.leave(request=request, now=now)
    elif group_seats.may_take_off(group, member, now=now):
        runs = [choice.run for choice in request.choices.filter(ended_at__isnull=True).select_related("run__version")]
        waiting.leave(request=request, now=now)
        group_seats.record_end(group, [request], runs, now=now)
    else:
        offering.let_go_alone([request], now=now)
        for run in offering.lock_runs(lines.runs_waited_for(group.course_id)).values():
            offering.offer_free_seats(run, now=now)


def come_meanwhile() -> str:
    return _("Somebody has come by this link meanwhile, so it was not taken back.")


def size_words() -> str:
    return _("A group is %(least)s to %(most)s people.") % {"least": GROUP_SIZE_MIN, "most": GROUP_SIZE_MAX}


def why_not(learner: Learner, run: CourseRun, now: datetime) -> str:
    """Return why the run would not take a learner who comes with a group, were there seats; empty if it would."""
    if run.enrollments.holding_seat().filter(learner=learner).exists():
        return _("Has a place in this class already.")
    if reason := obstacle.of_learner(learner, run, now=now):
        return str(reason)
    if obstacle.needs_approval(learner, run, now=now):
        return _("The organisation decides who comes to this class, so each asks for a place alone.")
    return ""


def refuse_not_gathered(group: EnrollmentGroup) -> None:
    if group.settled_at is not None:
        raise IsSettled(_("The group has gone on already, so nobody can come to it any more."))
    if group.ended_at is not None:
        raise IsSettled(_("This group has ended. Make up a new one."))


def refuse_not_leader(group: EnrollmentGroup, actor: Learner) -> None:
    if actor.pk != group.leader_id:
        raise NotTheLeader(_("This is done by the person who made up the group."))


def locked(group: EnrollmentGroup, keys: Collection[int]) -> tuple[EnrollmentGroup, CourseRun]:
    """Return a group and its run as they are; mandates, lines, runs and group locked in the order of the house."""
    group_seats.lock_mandates(group.pk)
    offering.lock_line(group.course_id)
    runs = offering.lock_runs([*keys, *lines.runs_waited_for(group.course_id)])
    return locked_group(group), runs[group.run_id]


def locked_group(group: EnrollmentGroup) -> EnrollmentGroup:
    locked = queries.groups().select_for_update(of=["self"], no_key=True)
    return locked.get(pk=group.pk)
