"""
Two acts on seats and waiting lists, in many orders of their statements.

Source: RELIABILITY.md, F04, F06, F07, F09.
"""

from datetime import timedelta
from functools import partial

import pytest

from courses.actions import enrollment, group_member, run_seats, waiting, waiting_upkeep
from courses.actions import group as groups
from courses.models import Enrollment, SeatOffer
from courses.queries import waiting as queries
from tests.emptying import empty_tables
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import enrolled
from tests.factories.groups import a_group, a_waiting_group, offers_to
from tests.factories.people import NOW, a_learner
from tests.factories.waiting import a_full_run, an_offer, someone_of, waits_for
from tests.faults.gate import Hands, schedules
from tests.seed import chance, form

pytestmark = pytest.mark.django_db(transaction=True)


def withdraw_and_join():
    run = a_full_run()
    place, learner = someone_of(run), a_learner()
    return [
        lambda: enrollment.withdraw(enrollment=place, now=NOW),
        lambda: waiting.join(learner=learner, runs=[run], now=NOW),
    ]


def withdraw_and_enroll():
    run = a_full_run()
    waits_for(run)
    place, learner = someone_of(run), a_learner()
    return [
        lambda: enrollment.withdraw(enrollment=place, now=NOW),
        lambda: enrollment.enroll(learner=learner, run=run, now=NOW),
    ]


def two_seats_for_one_who_waits_for_both():
    version = a_published_version()
    runs = [a_full_run(version=version) for _ in range(2)]
    waits_for(*runs)
    return [partial(enrollment.withdraw, enrollment=someone_of(run), now=NOW) for run in runs]


def accept_and_lapse():
    offer = an_offer(a_published_run(seats=1), a_learner())
    waits_for(offer.run)
    return [
        lambda: waiting.accept(offer=offer, now=offer.expires_at - timedelta(milliseconds=5)),
        lambda: waiting_upkeep.look_after(now=offer.expires_at),
    ]


def accept_and_decline():
    offer = an_offer(a_published_run(seats=1), a_learner())
    waits_for(offer.run)
    return [lambda: waiting.accept(offer=offer, now=NOW), lambda: waiting.decline(offer=offer, now=NOW)]


def accept_and_leave():
    offer = an_offer(a_published_run(seats=1), a_learner())
    waits_for(offer.run)
    return [lambda: waiting.accept(offer=offer, now=NOW), lambda: waiting.leave(request=offer.request, now=NOW)]


def enroll_elsewhere_and_decline():
    version = a_published_version()
    kept, open_run = a_published_run(version=version, seats=1), a_published_run(version=version, seats=1)
    offer = an_offer(kept, a_learner())
    waits_for(kept)
    return [
        lambda: enrollment.enroll(learner=offer.request.learner, run=open_run, now=NOW),
        lambda: waiting.decline(offer=offer, now=NOW),
    ]


def join_and_enroll_on_another_page():
    version = a_published_version()
    full, open_run = a_full_run(version=version), a_published_run(version=version, seats=1)
    learner = a_learner()
    return [
        lambda: waiting.join(learner=learner, runs=[full], now=NOW),
        lambda: enrollment.enroll(learner=learner, run=open_run, now=NOW),
    ]


def fewer_seats_and_enroll():
    run, learner = a_published_run(seats=2), a_learner()
    enrolled(run=run)
    manager = run.version.course.provider.registered_by
    return [
        lambda: run_seats.change_seats(run=run, actor=manager, seats_max=1, now=NOW),
        lambda: enrollment.enroll(learner=learner, run=run, now=NOW),
    ]


def two_minutes_at_once():
    offer = an_offer(a_published_run(seats=1), a_learner())
    waits_for(offer.run)
    return [lambda: waiting_upkeep.look_after(now=offer.expires_at)] * 2


def two_groups_for_the_same_seats():
    run = a_published_run(seats=3)
    groups_of_two = [a_group(run, size=2) for _ in range(2)]
    return [partial(groups.enroll, group=group, actor=group.leader, now=NOW) for group in groups_of_two]


def a_group_waits_while_the_last_seat_comes_free():
    run = a_full_run(seats=2)
    group = a_group(run, size=2)
    first, last = run.enrollments.holding_seat().order_by("pk")
    enrollment.withdraw(enrollment=first, now=NOW)
    return [
        lambda: groups.wait(group=group, actor=group.leader, now=NOW),
        lambda: enrollment.withdraw(enrollment=last, now=NOW),
    ]


def accept_for_all_and_leave():
    run = a_full_run(seats=2)
    group = a_waiting_group(run, size=2)
    for place in run.enrollments.holding_seat().order_by("pk"):
        enrollment.withdraw(enrollment=place, now=NOW)
    waits_for(run)
    offers = offers_to(group)
    return [
        lambda: waiting.accept(offer=offers[0], now=NOW),
        lambda: waiting.leave(request=offers[1].request, now=NOW),
    ]


def go_alone_and_a_seat_comes_free():
    run = a_full_run(seats=2)
    group = a_waiting_group(run, size=2)
    place = someone_of(run)
    return [
        lambda: groups.go_alone(group=group, actor=group.leader, now=NOW),
        lambda: enrollment.withdraw(enrollment=place, now=NOW),
    ]


PAIRS = [
    two_groups_for_the_same_seats,
    a_group_waits_while_the_last_seat_comes_free,
    accept_for_all_and_leave,
    go_alone_and_a_seat_comes_free,
    withdraw_and_join,
    withdraw_and_enroll,
    two_seats_for_one_who_waits_for_both,
    accept_and_lapse,
    accept_and_decline,
    accept_and_leave,
    enroll_elsewhere_and_decline,
    join_and_enroll_on_another_page,
    fewer_seats_and_enroll,
    two_minutes_at_once,
]
REFUSALS = (
    enrollment.UnableToEnroll,
    waiting.UnableToWait,
    waiting.OfferIsOver,
    run_seats.UnableToChangeSeats,
    group_member.UnableToGroup,
)
ORDERS = form(short=6, long=200)
FIRST_STEPS = [25, 25]  # as far as two acts overlap at all


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.__name__)
def test_in_whatever_order_all_is_well(pair):
    wrong = []
    with Hands(2) as hands:
        for schedule in schedules(FIRST_STEPS, at_most=ORDERS, chance=chance(pair.__name__)):
            answers = hands.play(pair(), schedule)
            broken = [each for each in answers if isinstance(each, Exception) and not isinstance(each, REFUSALS)]
            now = NOW if "lapse" not in pair.__name__ and "minutes" not in pair.__name__ else last_offer_over()
            waiting_upkeep.look_after(now=now)  # what a minute later brings
            wrong += [f"{schedule}: {finding}" for finding in [*broken, *queries.audit(now=now)]]
            empty_tables(None)

    assert wrong == []


def last_offer_over():
    return SeatOffer.objects.earliest("pk").expires_at


def test_joining_on_another_page_meanwhile_is_told_from_enrolling():
    """Who has joined and is offered the seat, while the page on which they enrol has not seen it yet."""
    told = []
    with Hands(2) as hands:
        for steps in range(1, 8):
            run, learner = a_full_run(), a_learner()
            place = someone_of(run)

            def on_another_page(run=run, learner=learner, place=place):
                waiting.join(learner=learner, runs=[run], now=NOW)
                enrollment.withdraw(enrollment=place, now=NOW)

            acts = [partial(enrollment.enroll, learner=learner, run=run, now=NOW), on_another_page]
            answer, other = hands.play(acts, [0] * steps + [1] * 200)

            assert other is None
            assert isinstance(answer, Enrollment | enrollment.UnableToEnroll)
            told.append(type(answer).__name__)

    assert "JustJoinedTheList" in told
    assert queries.audit(now=NOW) == []
