"""That no run has more seats held and offered than it has: by plain SQL, past every action."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from courses.actions import enrollment
from courses.models import CourseRun, Enrollment, SeatOffer, WaitingChoice
from courses.queries import enrollment as enrollments
from tests.factories.catalog import a_published_run
from tests.factories.enrollment import enrolled
from tests.factories.people import NOW, a_learner
from tests.factories.waiting import a_full_run, offer_to, someone_of, waits_for
from tests.faults.sabotage import as_owner

pytestmark = pytest.mark.django_db


def one_more(run):
    Enrollment.objects.create(learner=a_learner(), run=run, enrolled_at=NOW)


def many_at_once(run):
    Enrollment.objects.bulk_create(Enrollment(learner=a_learner(), run=run, enrolled_at=NOW) for _ in range(3))


def held_again(run):
    Enrollment.objects.filter(run=run, state="WITHDRAWN").update(state="ENROLLED", withdrawn_at=None)


def moved_here(run):
    elsewhere = enrolled(run=a_published_run())
    Enrollment.objects.filter(pk=elsewhere.pk).update(run=run)


def offered_too(run):
    choice = WaitingChoice.objects.get(run=run)
    SeatOffer.objects.create(
        choice=choice, request=choice.request, run=run, offered_at=NOW, expires_at=NOW + timedelta(hours=1)
    )


def fewer_seats(run):
    CourseRun.objects.filter(pk=run.pk).update(seats_max=1)


@pytest.mark.parametrize(
    "too_many",
    [one_more, many_at_once, held_again, moved_here, offered_too, fewer_seats],
    ids=lambda value: value.__name__,
)
def test_the_database_refuses_one_too_many(too_many):
    run = a_full_run(seats=2)
    enrollment.withdraw(enrollment=someone_of(run), now=NOW)
    enrolled(run=run)
    waits_for(run)

    with pytest.raises(IntegrityError, match=r"has \d+ seats, and \d+ would be held or offered"), transaction.atomic():
        too_many(run)

    assert run.enrollments.holding_seat().count() == 2


def test_a_seat_that_is_offered_counts():
    run = a_full_run()
    waits_for(run)
    enrollment.withdraw(enrollment=someone_of(run), now=NOW)

    with pytest.raises(IntegrityError, match="has 1 seats, and 2 would be held or offered"), transaction.atomic():
        one_more(run)


def test_one_offer_at_a_time():
    run = a_full_run(seats=2)
    request = waits_for(run)
    for _ in range(2):
        enrollment.withdraw(enrollment=someone_of(run), now=NOW)

    with pytest.raises(IntegrityError, match="seat_offer_one_open"), transaction.atomic():
        offered_too(run)

    assert request.offers.count() == 1


def test_an_answered_offer_is_not_opened_again():
    run = a_full_run()
    request = waits_for(run)
    enrollment.withdraw(enrollment=someone_of(run), now=NOW)
    offer = offer_to(request)
    offer.outcome, offer.answered_at = "DECLINED", NOW
    offer.save(update_fields=["outcome", "answered_at"])

    with pytest.raises(IntegrityError, match="is answered once"), transaction.atomic():
        SeatOffer.objects.filter(pk=offer.pk).update(outcome="", answered_at=None)


def test_what_counts_nothing_is_not_counted():
    """Completing, giving up and raising the number ask nobody."""
    run = a_full_run(seats=1)
    type(run).objects.filter(pk=run.pk).update(seats_max=5)

    enrollment.withdraw(enrollment=someone_of(run), now=NOW)
    enrolled(run=run)

    assert run.enrollments.holding_seat().count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_audit_finds_what_the_guard_would_have_refused():
    run = a_full_run()
    as_owner("ALTER TABLE courses_enrollment DISABLE TRIGGER courses_seats_of_new_enrollments")
    try:
        one_more(run)
    finally:
        as_owner("ALTER TABLE courses_enrollment ENABLE TRIGGER courses_seats_of_new_enrollments")

    (finding,) = enrollments.audit()

    assert finding.rule == "more enrolled and offered than seats"
    assert len(finding.enrollment_ids) == 2
