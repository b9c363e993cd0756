"""The whole life of two waiting lists, with groups in them, told by chance beside the same life by hand."""

from contextlib import nullcontext
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from courses.actions import enrollment, group_member, run_seats, waiting, waiting_upkeep
from courses.actions import group as groups
from courses.models import CourseRun, Enrollment, SeatOffer
from courses.queries import offer_term
from courses.queries import waiting as queries
from tests.courses.waiting_model import Course, No, Run
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.coming import a_no_show
from tests.factories.people import NOW, a_learner
from tests.seed import SEED, form

pytestmark = pytest.mark.django_db
PEOPLE, RUNS, ABSENT = ("An", "Bảy", "Cúc", "Dũng", "Em"), ("a", "b"), "Em"
START = NOW + timedelta(days=400)
people, runs = st.sampled_from(PEOPLE), st.sampled_from(RUNS)
some_people = st.lists(people, min_size=2, max_size=3, unique=True)
REFUSALS = (
    enrollment.UnableToEnroll,
    waiting.UnableToWait,
    waiting.OfferIsOver,
    run_seats.UnableToChangeSeats,
    group_member.UnableToGroup,
    No,
)


class TwoLists(RuleBasedStateMachine):
    """Every act on both sides: refused on both or on neither."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        version = a_published_version()
        self.now = NOW
        self.runs = {name: a_published_run(version=version, seats=1, starts_at=START) for name in RUNS}
        self.people = {name: a_learner(full_name=name) for name in PEOPLE}
        self.manager = version.course.provider.registered_by
        for days in (15, 8):
            a_no_show(self.people[ABSENT], at=NOW - timedelta(days=days))
        self.model = Course({name: Run(seats=1) for name in RUNS}, later=frozenset({ABSENT}))

    def teardown(self) -> None:
        """What an example wrote is taken back at its end."""
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def run(self, name: str) -> CourseRun:
        return CourseRun.objects.select_related("version__course__provider").get(pk=self.runs[name].pk)

    @property
    def until(self):
        return offer_term.deadline(self.run("a"), now=self.now)

    def both(self, real, by_hand) -> None:
        said = []
        for act in (real, by_hand):
            try:
                act()
                said.append("done")
            except REFUSALS:
                said.append("refused")
        assert said[0] == said[1], said

    def offer_of(self, person: str) -> SeatOffer | None:
        return SeatOffer.objects.filter(request__learner=self.people[person], outcome="").first()

    @rule(person=people, name=runs)
    def enroll(self, person, name):
        learner, run = self.people[person], self.run(name)
        self.both(
            lambda: enrollment.enroll(learner=learner, run=run, now=self.now),
            lambda: self.model.enroll(person, name, self.now, self.until),
        )

    @rule(person=people, name=runs)
    def withdraw(self, person, name):
        place = Enrollment.objects.active().filter(learner=self.people[person], run=self.runs[name]).first()
        if place is not None:
            enrollment.withdraw(enrollment=place, now=self.now)
            self.model.withdraw(person, name, self.until)

    @rule(person=people, names=st.lists(runs, min_size=1, max_size=2, unique=True))
    def join(self, person, names):
        self.both(
            lambda: waiting.join(learner=self.people[person], runs=[self.run(name) for name in names], now=self.now),
            lambda: self.model.join(person, names),
        )

    @rule(person=people, name=runs)
    def leave(self, person, name):
        request = queries.open_request(self.people[person], self.runs[name].version.course_id)
        if request is not None:
            waiting.leave(request=request, run=self.run(name), now=self.now)
            self.model.leave(person, name, self.until)

    @rule(person=people)
    def accept(self, person):
        if offer := self.offer_of(person):
            self.both(
                lambda: waiting.accept(offer=offer, now=self.now),
                lambda: self.model.accept(person, self.now, self.until),
            )

    @rule(person=people)
    def decline(self, person):
        if offer := self.offer_of(person):
            self.both(
                lambda: waiting.decline(offer=offer, now=self.now),
                lambda: self.model.decline(person, self.now, self.until),
            )

    def gathered(self, people, name):
        """Return a group of these people for a run, the first its leader; each of the others says yes."""
        leader, *fellows = (self.people[each] for each in people)
        made = {"comes_too": True, "bring": [], "fellows": len(fellows), "creation_key": uuid4(), "now": self.now}
        group = group_member.make(leader=leader, run=self.run(name), **made)
        for member, fellow in zip(group.members.filter(learner=None), fellows, strict=True):
            group_member.say_yes(member=member, learner=fellow, now=self.now)
        return group, leader

    @rule(people=some_people, name=runs)
    def enroll_as_a_group(self, people, name):
        def enroll():
            with transaction.atomic():
                group, leader = self.gathered(people, name)
                groups.enroll(group=group, actor=leader, now=self.now)

        self.both(enroll, lambda: self.model.enroll_group(people, name, self.now, self.until))

    @rule(people=some_people, names=st.lists(runs, min_size=1, max_size=2, unique=True))
    def wait_as_a_group(self, people, names):
        def wait():
            with transaction.atomic():
                group, leader = self.gathered(people, names[0])
                groups.wait(group=group, actor=leader, also=[self.run(name) for name in names[1:]], now=self.now)

        self.both(wait, lambda: self.model.wait_as_group(people, names))

    @rule(person=people)
    def go_alone(self, person):
        request = queries.open_request(self.people[person], self.runs["a"].version.course_id)
        if request is not None and request.group is not None:
            is_leader = request.group.leader == self.people[person]
            together = self.model.groups[person]
            who = [each for each in PEOPLE if self.model.groups.get(each) == together] if is_leader else [person]
            self.both(
                lambda: groups.go_alone(group=request.group, actor=self.people[person], now=self.now),
                lambda: self.model.go_alone(who, self.until),
            )

    @rule(name=runs, seats=st.integers(1, 4))
    def change_seats(self, name, seats):
        run = self.run(name)
        self.both(
            lambda: run_seats.change_seats(run=run, actor=self.manager, seats_max=seats, now=self.now),
            lambda: self.model.change(name, seats, self.until),
        )

    @rule(hours=st.sampled_from([1, 30, 60]))
    def time_goes_on(self, hours):
        self.now += timedelta(hours=hours)

    @rule()
    def a_minute_is_over(self):
        waiting_upkeep.look_after(now=self.now)
        self.model.tend(self.now, self.until)
        assert queries.audit(now=self.now) == []

    @invariant()
    def both_say_the_same(self):
        for name, run in self.runs.items():
            by_hand = self.model.runs[name]
            held = Enrollment.objects.holding_seat().filter(run=run).order_by("pk")
            assert list(held.values_list("learner__full_name", flat=True)) == by_hand.held
            line = queries.line(run).values_list("request__learner__full_name", flat=True)
            assert list(line) == self.model.line(name)
            assert len(by_hand.held) + len(self.model.kept(name)) <= by_hand.seats
        offers = SeatOffer.objects.filter(outcome="").values_list("request__learner__full_name", "run", "expires_at")
        names = {run.pk: name for name, run in self.runs.items()}
        assert {person: (names[run], until) for person, run, until in offers} == self.model.offers
        made = SeatOffer.objects.order_by("pk").values_list("run", "request__learner__full_name")
        assert [(names[run], person) for run, person in made] == self.model.made


def test_two_waiting_lists_by_chance():
    run_state_machine_as_test(
        seed(SEED)(TwoLists),
        settings=settings(
            max_examples=form(short=12, long=1500),
            stateful_step_count=form(short=30, long=80),
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("order", ["pk", "-pk"], ids=["as it is", "the last first"])
def test_a_small_mistake_is_seen(monkeypatch, order):
    """The control: who came last is next; nothing but the agreement breaks."""
    eligible = queries.eligible
    monkeypatch.setattr(queries, "eligible", lambda run: eligible(run).order_by(order))
    both = TwoLists()
    for person in PEOPLE[:3]:
        both.enroll(person=person, name="a")
        both.join(person=person, names=["a"])
    both.withdraw(person=PEOPLE[0], name="a")

    with pytest.raises(AssertionError) if order == "-pk" else nullcontext():
        both.both_say_the_same()

    both.teardown()
