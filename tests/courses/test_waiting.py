"""Joining the waiting list of a full class, and leaving it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from courses.actions import enrollment, waiting
from courses.models import SeatOffer, WaitingChoice, WaitingRequest
from courses.queries import waiting as queries
from courses.rules import WAITING_A_DAY_MAX, WAITING_COURSES_MAX
from learners.models import Message
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import enrolled
from tests.factories.people import NOW, a_learner
from tests.factories.waiting import a_full_run, ends_of, offer_to, someone_of, waits_for

pytestmark = pytest.mark.django_db


def places(run):
    return [queries.place_in_line(choice) for choice in queries.line(run)]


def test_join_stands_at_the_end_and_says_so():
    run = a_full_run()
    waits_for(run)
    learner = a_learner()

    request = waiting.join(learner=learner, runs=[run], now=NOW)

    choice = request.choices.get()
    assert (request.learner, request.course, request.asked_at, request.ended_at) == (
        learner,
        run.version.course,
        NOW,
        None,
    )
    assert (choice.run, queries.place_in_line(choice)) == (run, 2)
    message = Message.objects.get(kind="WAITING_JOINED", recipient=learner)
    assert message.data == {
        "course": run.version.title_vi,
        "waiting_for": "thứ Ba 24/11/2026, Nhà văn hóa phường Ninh Kiều: đứng thứ 2",
        "link": "http://localhost/me/waiting/",
    }


def test_join_twice_stands_once():
    run, learner = a_full_run(), a_learner()

    first = waits_for(run, learner=learner)
    second = waits_for(run, learner=learner)

    assert second == first
    assert (WaitingChoice.objects.count(), Message.objects.filter(kind="WAITING_JOINED").count()) == (1, 1)


def test_any_of_several_classes():
    version = a_published_version()
    tuesday, thursday = a_full_run(version=version), a_full_run(version=version)
    waits_for(thursday)

    request = waits_for(tuesday, thursday)

    assert [(each.run, queries.place_in_line(each)) for each in request.choices.order_by("pk")] == [
        (tuesday, 1),
        (thursday, 2),
    ]
    assert Message.objects.filter(kind="WAITING_JOINED", recipient=request.learner).count() == 1


def test_a_class_named_twice_is_one_place():
    run = a_full_run()

    assert waits_for(run, run).choices.count() == 1


def test_another_class_is_added_to_the_same_request():
    version = a_published_version()
    tuesday, thursday = a_full_run(version=version), a_full_run(version=version)
    request = waits_for(tuesday)

    again = waits_for(tuesday, thursday, learner=request.learner)

    assert again == request
    assert request.choices.count() == 2


def has_a_seat(run):
    enrollment.withdraw(enrollment=someone_of(run), now=NOW)


def closed(run):
    run.enrollment_closes_at = NOW
    run.save()


def cancelled(run):
    run.cancelled_at = NOW
    run.save()


def own_class(run):
    run.run_instructors.create(learner=a_learner(email="me@example.vn"))


@pytest.mark.parametrize(
    ("spoil", "refusal"),
    [
        (has_a_seat, waiting.HasAFreeSeat),
        (closed, waiting.NotTakingPeople),
        (cancelled, waiting.NotTakingPeople),
        (own_class, waiting.NotTakingPeople),
    ],
    ids=lambda value: value.__name__,
)
def test_join_refuses(spoil, refusal):
    run = a_full_run()
    spoil(run)
    learner = run.run_instructors.first().learner if run.run_instructors.exists() else a_learner()

    with pytest.raises(refusal):
        waits_for(run, learner=learner)

    assert not WaitingRequest.objects.exists()


def test_who_has_a_place_does_not_wait_for_another_in_the_same_class():
    run = a_full_run()

    with pytest.raises(waiting.HasAPlace):
        waits_for(run, learner=someone_of(run).learner)


def test_so_many_courses_and_no_more(monkeypatch):
    learner = a_learner()
    monkeypatch.setattr(waiting, "WAITING_COURSES_MAX", WAITING_COURSES_MAX.__class__(name="", count_max=2, source=""))
    waits_for(a_full_run(), learner=learner)
    waits_for(a_full_run(), learner=learner)

    with pytest.raises(waiting.WaitsForTooMany):
        waits_for(a_full_run(), learner=learner)

    assert WaitingRequest.objects.count() == 2


def test_so_many_lists_a_day_though_they_are_left(monkeypatch):
    learner, run = a_learner(), a_full_run()
    monkeypatch.setattr(waiting, "WAITING_A_DAY_MAX", WAITING_A_DAY_MAX.__class__(name="", count_max=2, source=""))
    for _ in range(2):
        waiting.leave(request=waits_for(run, learner=learner), now=NOW)

    with pytest.raises(waiting.WaitsForTooMany):
        waits_for(run, learner=learner)

    assert waits_for(run, learner=learner, now=NOW + timedelta(days=1)).ended_at is None


def test_a_line_that_is_long_takes_no_more(monkeypatch):
    run = a_full_run()
    monkeypatch.setattr(waiting, "WAITING_LINE_MAX", WAITING_A_DAY_MAX.__class__(name="", count_max=1, source=""))
    waits_for(run)

    with pytest.raises(waiting.ListIsLong):
        waits_for(run)


def test_leave_moves_the_others_up():
    run = a_full_run()
    first, second = waits_for(run), waits_for(run)

    left = waiting.leave(request=first, now=NOW)

    assert (left.ended_at, left.ended_how, ends_of(left)) == (NOW, "LEFT", ["LEFT"])
    assert places(run) == [1]
    assert queries.line(run).get().request == second


def test_leave_one_class_and_wait_on_for_the_other():
    version = a_published_version()
    tuesday, thursday = a_full_run(version=version), a_full_run(version=version)
    request = waits_for(tuesday, thursday)

    waiting.leave(request=request, run=tuesday, now=NOW)

    request.refresh_from_db()
    assert (request.ended_at, ends_of(request)) == (None, ["LEFT", ""])


def test_leave_with_an_offer_in_hand_gives_it_to_the_next():
    run = a_full_run()
    first, second = waits_for(run), waits_for(run)
    enrollment.withdraw(enrollment=someone_of(run), now=NOW)
    offer = offer_to(first)

    waiting.leave(request=first, now=NOW)

    offer.refresh_from_db()
    assert offer.outcome == "WITHDRAWN"
    assert offer_to(second).run == run


def test_joining_again_is_at_the_end():
    run = a_full_run()
    first, second = waits_for(run), waits_for(run)
    waiting.leave(request=first, now=NOW)

    again = waits_for(run, learner=first.learner)

    assert again != first
    assert [choice.request for choice in queries.line(run)] == [second, again]


def test_enrolling_in_another_class_ends_the_wait():
    version = a_published_version()
    full, open_class = a_full_run(version=version), a_published_run(version=version)
    request = waits_for(full)

    enrolled(request.learner, open_class)

    request.refresh_from_db()
    assert (request.ended_how, ends_of(request)) == ("TAKEN", ["ELSEWHERE"])


def test_what_has_ended_stays_ended():
    """The database's own word: by plain SQL, past every action."""
    request = waits_for(a_full_run())
    waiting.leave(request=request, now=NOW)

    for rows in (WaitingRequest.objects.filter(pk=request.pk), WaitingChoice.objects.filter(request=request)):
        with pytest.raises(IntegrityError, match="stays ended"), transaction.atomic():
            rows.update(ended_at=None, ended_how="")


def test_an_offer_is_for_the_run_of_its_choice():
    request, elsewhere = waits_for(a_full_run()), a_published_run()

    with pytest.raises(IntegrityError, match="seat_offer_of_its_choice"), transaction.atomic():
        SeatOffer.objects.create(
            choice=request.choices.get(),
            request=request,
            run=elsewhere,
            offered_at=NOW,
            expires_at=NOW + timedelta(hours=1),
        )
