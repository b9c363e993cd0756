"""What pages show of groups: to who speaks for one, and to who is in it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.models import Enrollment, EnrollmentGroup, GroupMember, SeatOffer, WaitingChoice, WaitingRequest
from courses.queries import group as queries
from courses.queries.waiting import OPEN
from courses.queries.waiting_shown import MyChoice, with_places
from learners.models import Learner

GROUPS_SHOWN_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberShown:
    member: GroupMember
    place: Enrollment | None
    waits: bool
    is_me: bool
    link: str  # the end of the link by which somebody comes to this place; empty once somebody has, or for others

    @property
    def is_gone(self) -> bool:
        """Whether a settled group has gone on without them, or they without it."""
        return self.place is None and not self.waits


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupShown:
    group: EnrollmentGroup
    is_leader: bool
    members: list[MemberShown]
    came: int  # so many would take seats now, or stand in line
    choices: list[MyChoice]  # the lines it stands in, by its first member's place
    offer: SeatOffer | None  # that keeps seats for all of it

    @property
    def is_waiting(self) -> bool:
        return bool(self.choices)


def shown(group: EnrollmentGroup, reader: Learner) -> GroupShown:
    """Return a group as its leader or one of its members sees it; five queries."""
    is_leader = group.leader_id == reader.pk
    places: dict[int | None, Enrollment] = {
        each.learner_id: each for each in Enrollment.objects.holding_seat().filter(group=group)
    }
    requests = WaitingRequest.objects.filter(group=group, ended_at__isnull=True)
    waiting = set(requests.values_list("learner", flat=True))
    members = [
        MemberShown(
            member=each,
            place=places.get(each.learner_id) if each.learner_id else None,
            waits=each.learner_id in waiting,
            is_me=each.learner_id == reader.pk,
            link=queries.token(each) if is_leader and each.learner_id is None and group.settled_at is None else "",
        )
        for each in queries.members(group)
        if each.learner_id is not None or (is_leader and group.settled_at is None)
    ]
    choices = list(with_places(WaitingChoice.objects.filter(request__in=requests, ended_at__isnull=True)))
    offers = {
        each.run_id: each for each in SeatOffer.objects.filter(request__in=requests, outcome=OPEN).order_by("-pk")
    }
    by_run = {each.run_id: each for each in reversed(choices)}
    return GroupShown(
        group=group,
        is_leader=is_leader,
        members=members,
        came=len(waiting) if waiting else sum(each.member.learner_id is not None for each in members),
        choices=[
            MyChoice(choice=each, place=each.ahead + 1, people=each.people, offer=offers.get(each.run_id))
            for each in by_run.values()
        ],
        offer=next(iter(offers.values()), None),
    )


def going_on(learner: Learner, *, since: datetime) -> QuerySet[EnrollmentGroup]:
    """Return the groups a learner leads or is in that wait, or are being gathered since a moment; newest first."""
    waits = WaitingRequest.objects.filter(group=OuterRef("pk"), ended_at__isnull=True)
    gathered = Q(settled_at__isnull=True, made_at__gt=since)
    return queries.visible_to(learner).filter(gathered | Exists(waits)).order_by("-made_at", "-pk")[:GROUPS_SHOWN_MAX]
