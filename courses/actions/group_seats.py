"""Seats of a group: taken at once or not at all, by who speaks for it; the innermost part of enrolling together."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from courses.actions import enrollment, helping
from courses.models import CourseRun, Enrollment, EnrollmentGroup, GroupMember, WaitingRequest
from courses.queries import group as queries
from courses.queries.helping import subject_of, subject_of_line
from learners.actions import mandate as mandates
from learners.choices import HelperAct
from learners.models import Learner, Mandate


class UnableToTake(enrollment.UnableToEnroll):
    """One of a group cannot be given a place, so nobody is; the message names them, for who speaks for the group."""


class NotTheirs(Exception):
    """The place is not the leader's to give up; the message is for the leader."""


def lock_mandates(group_id: int) -> None:
    """Lock the mandates by which somebody acts for members; before the course, as whoever helps locks them."""
    of_group = GroupMember.objects.filter(group=group_id, left_at__isnull=True, mandate__isnull=False)
    mandates_of = Mandate.objects.select_for_update(of=["self"], no_key=True).filter(pk__in=of_group.values("mandate"))
    list(mandates_of.order_by("pk").values_list("pk"))


def take(*, group: EnrollmentGroup, learners: Sequence[Learner], run: CourseRun, now: datetime) -> list[Enrollment]:
    """
    Give each of these members of a group a place on a run; return the places in the same order.

    In a transaction that has locked the mandates, the course's waiting lists and every run of it that somebody waits
    for: nobody takes a seat between two of them. What is done for somebody is written down where their mandate says so.

    :raises UnableToTake: if one of them cannot be given one; then the transaction is to be given up.
    """
    members = {each.learner_id: each for each in queries.members(group) if each.learner_id is not None}
    refuse_not_acted_for(group, [members[each.pk] for each in learners if each.pk in members], now=now)
    return [_take_one(group, members.get(learner.pk), learner, run, now) for learner in learners]


def _take_one(
    group: EnrollmentGroup, member: GroupMember | None, learner: Learner, run: CourseRun, now: datetime
) -> Enrollment:
    helper = group.leader if member and (member.guardian_id or member.mandate_id) else None
    try:
        place = enrollment.enroll(learner=learner, run=run, now=now, helper=helper, group=group)
    except enrollment.UnableToEnroll as reason:
        raise UnableToTake(why(learner, str(reason), is_private=helper is None and learner != group.leader)) from reason
    if member and member.mandate:
        version = run.version
        mandates.record(
            mandate=member.mandate,
            act=HelperAct.ENROL,
            subject=subject_of(place),
            title_vi=version.title_vi,
            title_en=version.title_en,
            now=now,
        )
    return place


def give_up(*, group: EnrollmentGroup, member: GroupMember, place: Enrollment, actor: Learner, now: datetime) -> None:
    """
    Give up the place of somebody the leader brought; in a transaction that has locked the mandates and the course.

    :raises NotTheirs: if it is their own, or the leader does not act for them, or may not do this.
    """
    refused = NotTheirs(_("A place is given up by whose it is: on the page of their place."))
    if actor.pk == member.learner_id:
        raise refused
    if member.mandate is not None:
        try:
            helping.withdraw_for(mandate=member.mandate, helper=group.leader, enrollment=place, now=now)
        except mandates.NotAllowed:
            raise refused from None
        return
    if not may_take_off(group, member, now=now):
        raise refused
    enrollment.withdraw(enrollment=place, now=now, helper=group.leader)


def may_take_off(group: EnrollmentGroup, member: GroupMember, *, now: datetime) -> bool:
    """Return whether the leader may end the wait of a member: a child's, or of who lets them give places up."""
    return member.learner_id in queries.ended_by(group.leader, [member], now=now)


def not_to_be_taken_off(group: EnrollmentGroup, *, now: datetime) -> set[int | None]:
    """Return who of those the leader brought is not, or no longer, theirs to take off a list."""
    brought = [each for each in queries.members(group) if each.guardian_id or each.mandate_id]
    return {each.learner_id for each in brought} - queries.ended_by(group.leader, brought, now=now)


def record_wait(
    group: EnrollmentGroup, requests: Sequence[WaitingRequest], runs: Sequence[CourseRun], *, now: datetime
) -> None:
    """Write down, for whom the leader helps by a mandate, that they wait for these runs."""
    _record(HelperAct.ENROL, group, requests, runs, now)


def record_end(
    group: EnrollmentGroup, requests: Sequence[WaitingRequest], runs: Sequence[CourseRun], *, now: datetime
) -> None:
    """Write down, for whom the leader helps by a mandate, that they wait for these runs no more."""
    _record(HelperAct.WITHDRAW, group, requests, runs, now)


def _record(
    act: HelperAct,
    group: EnrollmentGroup,
    requests: Sequence[WaitingRequest],
    runs: Sequence[CourseRun],
    now: datetime,
) -> None:
    by_learner = {request.learner_id: request for request in requests}
    for member in queries.members(group).filter(mandate__isnull=False, learner__in=by_learner):
        for run in runs:
            mandates.record(
                mandate=member.mandate,  # type: ignore[arg-type]  # filtered
                act=act,
                subject=subject_of_line(by_learner[member.learner_id], run),  # type: ignore[index]  # filtered
                title_vi=run.version.title_vi,
                title_en=run.version.title_en,
                now=now,
            )


def refuse_not_acted_for(group: EnrollmentGroup, members: Collection[GroupMember], *, now: datetime) -> None:
    """:raises UnableToTake: if the leader may not, or may no longer, act for somebody they brought."""
    brought = [each for each in members if each.guardian_id or each.mandate_id]
    holding = {each.person.pk for each in queries.may_bring(group.leader, now=now)} if brought else set()
    for member in brought:
        if member.learner_id not in holding:
            raise UnableToTake(
                _("%(person)s: you may no longer act for them. Take them out of the group.")
                % {"person": member.learner.full_name if member.learner else ""}
            )


def why(learner: Learner, reason: str, *, is_private: bool) -> str:
    """Return why one of a group cannot come, for who speaks for it: of who came by themself, not what is about them."""
    if is_private:
        reason = _("Cannot come to this class now, and sees why on its page.")
    return f"{learner.full_name}: {reason}"
