"""Groups that take seats together, through the actions."""

from datetime import datetime
from uuid import uuid4

from courses.actions import group as actions
from courses.actions import group_member
from courses.models import CourseRun, EnrollmentGroup, SeatOffer
from courses.queries import group as queries
from learners.models import Learner
from tests.factories.people import NOW, a_learner


def a_group(run: CourseRun, *, size: int = 3, leader: Learner | None = None, now: datetime = NOW) -> EnrollmentGroup:
    """Return a group of fellows who have all come; its leader is the first of them."""
    leader = leader or a_learner()
    group = group_member.make(
        leader=leader, run=run, comes_too=True, bring=[], fellows=size - 1, creation_key=uuid4(), now=now
    )
    for member in queries.members(group).filter(learner=None):
        group_member.say_yes(member=member, learner=a_learner(), now=now)
    return group


def a_waiting_group(
    run: CourseRun, *also: CourseRun, size: int = 3, leader: Learner | None = None, now: datetime = NOW
) -> EnrollmentGroup:
    """Return a group that stands in the line of a run too full for it, and of others."""
    group = a_group(run, size=size, leader=leader, now=now)
    return actions.wait(group=group, actor=group.leader, also=also, now=now)


def offers_to(group: EnrollmentGroup) -> list[SeatOffer]:
    """Return the open offers of a group, the one it is written to about first."""
    offers = SeatOffer.objects.filter(request__group=group, outcome="")
    return list(offers.select_related("request__learner", "run", "choice").order_by("pk"))
