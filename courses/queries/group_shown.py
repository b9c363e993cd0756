"""What pages show of groups: to who speaks for one, and to who is in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, IntegerField, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from courses.models import CourseRun, Enrollment, EnrollmentGroup, GroupMember, SeatOffer, WaitingChoice, WaitingRequest
from courses.queries import group as queries
from courses.queries.waiting import OPEN
from courses.queries.waiting_shown import MyChoice, with_places
from courses.rules import GROUP_SIZE_MIN
from learners.models import Learner

GROUPS_SHOWN_MAX = 20
_RUN_NAMED = ("run__version__course__provider", "run__place__parent", "run__terms")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberShown:
    member: GroupMember
    place: Enrollment | None
    waits: bool
    is_me: bool
    link: str  # the end of the link by which somebody comes to this place; empty once somebody has, or for others
    is_ended_by_reader: bool  # the reader may end their wait or place

    @property
    def may_leave(self) -> bool:
        """Whether the reader may let the group go on without them: oneself, and as its leader the others."""
        if self.place is not None:
            return self.is_ended_by_reader and not self.is_me
        return self.waits or self.member.group.is_gathered

    @property
    def is_gone(self) -> bool:
        """Whether a settled group has gone on without them, or they without it."""
        return self.place is None and not self.waits and not self.member.group.is_gathered


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupShown:
    group: EnrollmentGroup
    is_leader: bool
    run: CourseRun  # the class it has its places in, or waits for
    members: list[MemberShown]  # to its leader all of them, to another themself
    came: int  # so many would take seats now, or stand in line
    choices: list[MyChoice]  # the lines it stands in, by its first member's place
    offer: SeatOffer | None  # that keeps seats for all of it

    @property
    def is_enough(self) -> bool:
        return self.came >= GROUP_SIZE_MIN

    @property
    def is_waiting(self) -> bool:
        return bool(self.choices)


def shown(group: EnrollmentGroup, reader: Learner, *, now: datetime) -> GroupShown:
    """Return a group as its leader or one of its members sees it; five queries, seven to who has brought somebody."""
    is_leader = group.leader_id == reader.pk
    places: dict[int | None, Enrollment] = {
        each.learner_id: each
        for each in Enrollment.objects.holding_seat().filter(group=group).select_related(*_RUN_NAMED).order_by("pk")
    }
    requests = WaitingRequest.objects.filter(group=group, ended_at__isnull=True)
    waiting = set(requests.values_list("learner", flat=True))
    found = list(queries.members(group))
    for each in found:
        each.group = group
    ended = queries.ended_by(reader, found, now=now) if is_leader else set()
    members = [
        MemberShown(
            member=each,
            place=places.get(each.learner_id) if each.learner_id else None,
            waits=each.learner_id in waiting,
            is_me=each.learner_id == reader.pk,
            link=queries.token(each) if is_leader and each.learner_id is None and group.is_gathered else "",
            is_ended_by_reader=each.learner_id in ended,
        )
        for each in found
        if each.learner_id == reader.pk or (is_leader and (each.learner_id is not None or group.is_gathered))
    ]
    choices = list(with_places(WaitingChoice.objects.filter(request__in=requests, ended_at__isnull=True)))
    offers = {
        each.run_id: each for each in SeatOffer.objects.filter(request__in=requests, outcome=OPEN).order_by("-pk")
    }
    by_run = {each.run_id: each for each in reversed(choices)}
    return GroupShown(
        group=group,
        is_leader=is_leader,
        run=_run_of(group, [each.run for each in places.values()] or [each.run for each in choices]),
        members=members,
        came=len(waiting) if waiting else sum(queries.comes(each) for each in found),
        choices=[
            MyChoice(choice=each, place=each.ahead + 1, people=each.people, offer=offers.get(each.run_id))
            for each in by_run.values()
        ],
        offer=next(iter(offers.values()), None),
    )


def _run_of(group: EnrollmentGroup, runs: Sequence[CourseRun]) -> CourseRun:
    """Return the class a group is shown with: what it was made up for, unless it is in others only by now."""
    return group.run if not runs or group.run_id in {run.pk for run in runs} else runs[0]


def going_on(learner: Learner, *, since: datetime) -> QuerySet[Any]:
    """
    Return the groups a learner leads or is in that wait, or are being gathered since a moment; newest first.

    And those they lead that have ended since then without a place.

    With ``kept`` and ``kept_until``: how many seats are kept for them, and until when.
    """
    waits = WaitingRequest.objects.filter(group=OuterRef("pk"), ended_at__isnull=True)
    gathered = Q(settled_at__isnull=True, ended_at__isnull=True, made_at__gt=since)
    ended = Q(leader=learner, ended_at__gt=since)
    offers = SeatOffer.objects.filter(request__group=OuterRef("pk"), outcome=OPEN).order_by().values("request__group")
    going = queries.visible_to(learner).filter(gathered | ended | Exists(waits))
    return going.annotate(
        kept=Coalesce(Subquery(offers.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
        kept_until=Subquery(offers.annotate(until=Min("expires_at")).values("until")),
    ).order_by("-made_at", "-pk")[:GROUPS_SHOWN_MAX]
