"""
A storm over the seats of one course: processes with threads that enrol, leave, wait, answer and change what there is.

Its clock runs fast: a second of ours is half a day of theirs, so that offers lapse while it goes on.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any
from uuid import uuid4

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, OperationalError, connection
from psycopg2.errors import LockNotAvailable

from courses.actions import enrollment, group_member, run_seats, waiting, waiting_upkeep
from courses.actions import group as groups
from courses.models import CourseRun, Enrollment, SeatOffer, WaitingRequest
from courses.queries import waiting as queries
from learners.actions.one_by_one import SomeFailed
from learners.models import Learner
from tests.factories.people import NOW
from tests.faults.row_locks import without_row_locks

A_SECOND = timedelta(hours=12)
REFUSALS = (
    enrollment.UnableToEnroll,
    enrollment.UnableToWithdraw,
    waiting.UnableToWait,
    waiting.OfferIsOver,
    run_seats.UnableToChangeSeats,
    group_member.UnableToGroup,
)


def main() -> None:
    task = json.loads(sys.argv[1])
    threads = task.pop("threads")
    with ThreadPoolExecutor(threads) as pool:
        each = [pool.submit(rage, **task, thread=thread) for thread in range(threads)]
        print(json.dumps(sum((one.result() for one in each), Counter())))


def rage(*, seed: str, thread: int, began: float, operations: int, with_locks: bool, **people: Any) -> Counter[str]:
    """Do what comes to mind so many times; return how often each outcome came."""
    outcome: Counter[str] = Counter()
    anybody = Anybody(chance=Random(f"{seed} {thread}"), began=began, **people)
    with connection.execute_wrapper(_as_it_is if with_locks else _without_locks):
        for _ in range(operations):
            _count(outcome, anybody.next_act())
    connection.close()
    return outcome


def _as_it_is(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    return execute(sql, params, many, context)


def _without_locks(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    return execute(without_row_locks(sql), params, many, context)


def _count(outcome: Counter[str], act: Callable[[], object]) -> None:
    try:
        act()
        outcome["done"] += 1
    except REFUSALS as refusal:
        outcome[type(refusal).__name__] += 1
    except SomeFailed as failed:
        outcome[f"SomeFailed: {failed}"] += 1
    except OperationalError as error:
        # On a busy machine somebody holds a lock for longer than one waits; a deadlock is never in order.
        is_busy = isinstance(error.__cause__, LockNotAvailable)
        outcome["too busy" if is_busy else f"OperationalError: {error}"] += 1
    except (DatabaseError, ObjectDoesNotExist) as error:
        # What was there a moment ago may be gone where nobody locks; with locks the storm counts it as wrong too.
        outcome[f"{type(error).__name__}: {str(error).splitlines()[0]}"] += 1


@dataclass(kw_only=True)
class Anybody:
    """Acts for one of a few learners in one of a few runs of a course."""

    chance: Random
    began: float
    learners: list[int]
    runs: list[int]
    manager: int

    @property
    def now(self) -> datetime:
        return NOW + A_SECOND * (time.time() - self.began)

    def next_act(self) -> Callable[[], object]:
        how_often = {
            self.enroll: 20,
            self.withdraw: 25,
            self.join: 30,
            self.leave: 5,
            self.accept: 15,
            self.decline: 8,
            self.look_after: 4,
            self.change_seats: 4,
            self.come_as_a_group: 8,
            self.go_alone: 4,
        }
        return partial(self.chance.choices(list(how_often), list(how_often.values()))[0])

    def learner(self) -> Learner:
        return Learner.objects.get(pk=self.chance.choice(self.learners))

    def run(self) -> CourseRun:
        return CourseRun.objects.select_related("version__course__provider").get(pk=self.chance.choice(self.runs))

    def enroll(self) -> None:
        enrollment.enroll(learner=self.learner(), run=self.run(), now=self.now)

    def withdraw(self) -> None:
        places = list(Enrollment.objects.active().filter(run__in=self.runs).order_by("pk"))
        if places:
            enrollment.withdraw(enrollment=self.chance.choice(places), now=self.now)

    def join(self) -> None:
        """Who has an even number waits for one run only."""
        learner = self.learner()
        runs = [self.run()] if learner.pk % 2 == 0 else [self.run(), self.run()]
        waiting.join(learner=learner, runs=runs, now=self.now)

    def leave(self) -> None:
        run = self.run()
        if request := queries.open_request(self.learner(), run.version.course_id):
            waiting.leave(request=request, run=run if self.chance.random() < 0.5 else None, now=self.now)

    def offer(self) -> SeatOffer | None:
        """Return an offer, now and then one that has been answered."""
        offers = SeatOffer.objects.select_related("request")
        if self.chance.random() < 0.9:
            offers = offers.filter(outcome=queries.OPEN)
        found = list(offers.order_by("-pk")[:20])
        return self.chance.choice(found) if found else None

    def accept(self) -> None:
        if offer := self.offer():
            waiting.accept(offer=offer, now=self.now)

    def decline(self) -> None:
        if offer := self.offer():
            waiting.decline(offer=offer, now=self.now)

    def come_as_a_group(self) -> None:
        """Enrol as a group where there is room for it, else wait as one."""
        leader, *fellows = Learner.objects.filter(pk__in=self.chance.sample(self.learners, self.chance.randint(2, 4)))
        made = {"comes_too": True, "bring": [], "fellows": len(fellows), "creation_key": uuid4(), "now": self.now}
        group = group_member.make(leader=leader, run=self.run(), **made)
        for member, fellow in zip(group.members.filter(learner=None), fellows, strict=True):
            group_member.say_yes(member=member, learner=fellow, now=self.now)
        try:
            groups.enroll(group=group, actor=leader, now=self.now)
        except groups.TooFewSeats:
            groups.wait(group=group, actor=leader, also=[self.run()], now=self.now)

    def go_alone(self) -> None:
        waits = WaitingRequest.objects.filter(group__isnull=False, ended_at__isnull=True).select_related(
            "group__leader"
        )
        if found := list(waits.order_by("-pk")[:10]):
            request = self.chance.choice(found)
            actor = self.chance.choice([request.group.leader, request.learner])
            groups.go_alone(group=request.group, actor=actor, now=self.now)

    def look_after(self) -> None:
        waiting_upkeep.look_after(now=self.now)

    def change_seats(self) -> None:
        manager = Learner.objects.get(pk=self.manager)
        seats = self.chance.randint(2, 6)
        run_seats.change_seats(run=self.run(), actor=manager, seats_max=seats, now=self.now)
