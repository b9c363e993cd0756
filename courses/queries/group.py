"""Questions about groups: who speaks for one, who may be brought, whose it is to see, the links for fellows."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core import signing
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from courses.models import Enrollment, EnrollmentGroup, GroupMember, WaitingChoice, WaitingRequest
from courses.rules import GROUP_GATHERED_FOR
from learners.choices import HelperAct
from learners.models import Guardian, Learner, Mandate
from learners.queries import guardian as guardians
from learners.queries import mandate as mandates


def speaker(request: WaitingRequest) -> Learner:
    """Return who answers for whoever waits by a request: themself, or the leader of their group while there is one."""
    group = request.group
    if group is None or not group.leader.is_active or group.leader.merged_into_id is not None:
        return request.learner
    return group.leader


def spoken_for(choices: Collection[WaitingChoice]) -> list[tuple[Learner, int]]:
    """Return who speaks for some of those who stand in a line and stands in none of it, with for how many."""
    there = {choice.request.learner_id for choice in choices}
    leaders = [speaker(choice.request) for choice in choices if choice.request.group_id is not None]
    return [(leader, count) for leader, count in Counter(leaders).items() if leader.pk not in there]


def leaders_of(places: Collection[Enrollment]) -> list[Learner]:
    """Return who made up the groups these places were taken with, where their account is open and their own."""
    groups_of = {place.group_id for place in places if place.group_id is not None}
    if not groups_of:
        return []
    led = Learner.objects.filter(is_active=True, merged_into__isnull=True, groups_led__in=groups_of)
    return list(led.distinct().order_by("pk"))


def came_by_themself(request: WaitingRequest) -> bool:
    """Return whether who waits with a group came to it by their own yes: nobody acts for them."""
    members_of = GroupMember.objects.filter(group=request.group_id, learner=request.learner_id, left_at__isnull=True)
    return members_of.filter(guardian__isnull=True, mandate__isnull=True).exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """Somebody a learner may bring, and by what."""

    person: Learner
    guardian: Guardian | None
    mandate: Mandate | None


def may_bring(leader: Learner, *, now: datetime) -> list[Brought]:
    """Return for whom a learner may take places, by name: children they stand for, people they help; two queries."""
    children = {
        each.child_id: Brought(person=each.child, guardian=each, mandate=None)
        for each in guardians.holding(leader, now=now)
    }
    helped = {
        each.person_id: Brought(person=each.person, guardian=None, mandate=each)
        for each in mandates.holding(leader, now=now, act=HelperAct.ENROL)
    }
    return sorted((helped | children).values(), key=lambda each: (each.person.full_name, each.person.pk))


def ended_by(leader: Learner, members: Collection[GroupMember], *, now: datetime) -> set[int]:
    """
    Return the learners among these members whose wait or place a leader may end: children, and who lets them.

    Two queries where the leader has brought anybody, none otherwise.
    """
    children = {each.learner_id for each in members if each.guardian_id}
    helped = {each.mandate_id: each.learner_id for each in members if each.mandate_id}
    if not children and not helped:
        return set()
    stands_for = set(guardians.holding(leader, now=now).filter(child__in=children).values_list("child", flat=True))
    allowed = mandates.holding(leader, now=now, act=HelperAct.WITHDRAW).filter(pk__in=helped)
    return stands_for | {helped[key] for key in allowed.values_list("pk", flat=True)}  # type: ignore[misc]  # theirs


def groups() -> QuerySet[EnrollmentGroup]:
    return EnrollmentGroup.objects.select_related(
        "leader", "run__version__course__provider", "run__place__parent", "run__terms"
    )


def due(*, now: datetime, limit: int) -> list[int]:
    """Return the ids of so many groups to end at ``now``, of either kind; two queries."""
    return [key for groups in _due(now) for key in groups.values_list("pk", flat=True)[:limit]]


def is_due(group: EnrollmentGroup, *, now: datetime) -> bool:
    """Return whether a group is one to end at ``now``; under its lock, as it then stands."""
    return any(groups.filter(pk=group.pk).exists() for groups in _due(now))


def _due(now: datetime) -> tuple[QuerySet[EnrollmentGroup], QuerySet[EnrollmentGroup]]:
    """
    Return which groups have come to their end, and which nobody speaks for.

    Those gathered for too long, or for a run that takes nobody any more; and those that are gathered or wait while who
    speaks for them has no open account of their own.
    """
    gone = Q(leader__is_active=False) | Q(leader__merged_into__isnull=False)
    closed = (
        Q(run__cancelled_at__isnull=False)
        | Q(run__enrollment_closes_at__lte=now)
        | Q(run__ends_on__lt=timezone.localdate(now))
    )
    gathered = EnrollmentGroup.objects.filter(settled_at__isnull=True, ended_at__isnull=True)
    over = gathered.filter(Q(made_at__lte=now - GROUP_GATHERED_FOR) | closed | gone)
    waits = WaitingRequest.objects.filter(group=OuterRef("pk"), ended_at__isnull=True)
    alone = EnrollmentGroup.objects.filter(gone, Exists(waits))
    return over, alone


def visible_to(learner: Learner) -> QuerySet[EnrollmentGroup]:
    """
    Return the groups a learner speaks for, or has joined and not left.

    Of those that have gone on, while they have a place with it or wait with it.
    """
    mine = GroupMember.objects.filter(learner=learner, left_at__isnull=True).values("group")
    waits = WaitingRequest.objects.filter(learner=learner, ended_at__isnull=True, group__isnull=False).values("group")
    places = Enrollment.objects.holding_seat().filter(learner=learner, group__isnull=False).values("group")
    goes_on = Q(settled_at__isnull=True) | Q(pk__in=waits) | Q(pk__in=places)
    return groups().filter(Q(leader=learner) | Q(pk__in=mine) & goes_on)


def comes(member: GroupMember) -> bool:
    """Return whether somebody has come to this place in a group, whose account is open and their own."""
    return member.learner is not None and member.learner.is_active and member.learner.merged_into_id is None


def members(group: EnrollmentGroup) -> QuerySet[GroupMember]:
    """Return who is in a group, and the invitations nobody has answered yet, in order."""
    found = GroupMember.objects.filter(group=group, left_at__isnull=True)
    return found.select_related("learner", "guardian", "mandate").order_by("position")


# Links for fellows. Nothing is stored of them: each says which place in which group it is for, and the row whether
# somebody has come to it.


def token(member: GroupMember) -> str:
    return _signer().sign(member.public_id.hex)


def member_of(token: str) -> GroupMember | None:
    """Return the place in a group a link is for; None for anything else."""
    try:
        public_id = UUID(hex=_signer().unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    named = GroupMember.objects.select_related("group__leader", "group__run__version__course__provider", "learner")
    return named.filter(public_id=public_id).first()


def _signer() -> signing.Signer:
    return signing.Signer(salt="courses.group.join", sep="~")
