"""Turns are the order of joining, also of those who stood in line before there were any (migration 0073)."""

from datetime import timedelta
from importlib import import_module

import pytest

from courses.actions import approval, waiting
from courses.queries import waiting as queries
from tests.factories.groups import a_waiting_group
from tests.factories.people import NOW, a_learner
from tests.factories.terms import asked_place, asks_for
from tests.factories.waiting import a_full_run, waits_for
from tests.faults.sabotage import as_owner

migration = import_module("courses.migrations.0073_turns_in_the_order_of_joining")
FAR = NOW + timedelta(days=40)


def line(run):
    return list(queries.line(run).values_list("request__learner", flat=True))


def turned_round(run):
    """Give those in line each other's turns, as a table that lies otherwise on the disk did."""
    as_owner(
        "UPDATE courses_waitingchoice c SET turn = o.turn FROM courses_waitingchoice o"
        f" WHERE c.run_id = {run.pk} AND o.run_id = c.run_id AND o.id <> c.id AND c.ended_at IS NULL"
        " AND o.ended_at IS NULL"
    )


@pytest.mark.django_db(transaction=True)
def test_turns_follow_the_order_of_joining():
    run, other = a_full_run(), a_full_run()
    waiting.leave(request=waits_for(run), now=NOW)  # what has ended has a turn too
    joined = [waits_for(run).learner_id for _ in range(2)]
    elsewhere = waits_for(other).choices.get()
    turned_round(run)
    assert line(run) == joined[::-1]

    for _ in range(2):
        as_owner(migration.IN_ORDER)
        assert line(run) == joined

    turn = elsewhere.turn
    elsewhere.refresh_from_db()
    assert elsewhere.turn == turn


@pytest.mark.django_db(transaction=True)
def test_who_was_approved_late_and_who_waits_together_keep_their_turns():
    run = asks_for(a_full_run(starts_at=FAR), approval_days=3)
    manager = run.version.course.provider.registered_by
    requests = [asked_place(run) for _ in range(3)]
    for request in reversed(requests):
        approval.approve(request=request, actor=manager, now=NOW)
    together = a_full_run(seats=2)
    group = a_waiting_group(together, size=2, leader=a_learner())

    as_owner(migration.IN_ORDER)

    assert line(run) == [request.learner_id for request in requests]
    assert len(set(queries.line(together).values_list("turn", flat=True))) == 1
    assert group.waiting_requests.count() == 2
