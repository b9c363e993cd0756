"""A yes of the organization: told as one, and used up by the place it led to."""

from datetime import timedelta

import pytest

from courses.actions import approval, coming, enrollment
from courses.models import ComingQuestion
from learners.models import Message
from tests.factories.catalog import a_published_run
from tests.factories.people import NOW, a_learner
from tests.factories.terms import asked_place, asks_for
from tests.factories.waiting import a_full_run

pytestmark = pytest.mark.django_db
FAR = NOW + timedelta(days=40)


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def a_run(*, starts_at=FAR):
    return asks_for(a_published_run(starts_at=starts_at), approval_days=3)


def manager_of(run):
    return run.version.course.provider.registered_by


def approve(request):
    return approval.approve(request=request, actor=manager_of(request.run), now=NOW)


def test_a_yes_is_used_up_by_the_place_it_led_to():
    run, learner = a_run(), a_learner()
    approve(asked_place(run, learner))
    place = run.enrollments.get(learner=learner)
    enrollment.withdraw(enrollment=place, now=NOW + timedelta(hours=1))

    with pytest.raises(enrollment.NeedsApproval):
        enrollment.enroll(learner=learner, run=run, now=NOW + timedelta(hours=2))

    again = approval.ask(learner=learner, run=run, now=NOW + timedelta(hours=2))
    approval.approve(request=again, actor=manager_of(run), now=NOW + timedelta(hours=3))
    assert run.enrollments.holding_seat().get().learner == learner


def test_a_yes_is_used_up_by_a_place_the_organization_took_away():
    run, learner = a_run(), a_learner()
    approve(asked_place(run, learner))
    place = run.enrollments.get(learner=learner)
    enrollment.take_away(enrollment=place, actor=manager_of(run), reason="Bận", now=NOW + timedelta(hours=1))

    with pytest.raises(enrollment.NeedsApproval):
        enrollment.enroll(learner=learner, run=run, now=NOW + timedelta(hours=2))


def test_a_no_that_is_taken_back_needs_no_second_yes():
    run, learner = a_run(starts_at=NOW + timedelta(days=12)), a_learner()
    approve(asked_place(run, learner))
    later = NOW + timedelta(days=10)
    coming.ask_due(now=later)
    question = ComingQuestion.objects.get()
    coming.say_no(question=question, now=later)

    assert coming.undo(question=question, now=later + timedelta(minutes=29)).state == "ENROLLED"


def test_the_letter_says_whose_yes_it_is_and_what_follows_from_it():
    run, full = a_run(), asks_for(a_full_run(starts_at=FAR), approval_days=3)
    seated, waits = asked_place(run), asked_place(full)
    Message.objects.all().delete()

    for request in (seated, seated, waits, waits):
        approve(request)

    first, second = Message.objects.order_by("pk")
    assert {first.kind, second.kind} == {"PLACE_APPROVED"}
    assert (first.recipient, second.recipient) == (seated.learner, waits.learner)
    assert first.data["org"] == run.version.course.provider.name_vi
    assert first.data["link"].endswith(f"/enrollments/{run.enrollments.get(learner=seated.learner).public_id}/")
    assert (second.data["waiting_for"], second.data["link"]) == ("đứng thứ 1", "http://localhost/me/waiting/")


def test_a_yes_reaches_who_has_only_a_telephone():
    learner = a_learner()
    learner.email, learner.phone = None, "+84912345678"
    learner.save()

    approve(asked_place(a_run(), learner))

    assert Message.objects.get(kind="PLACE_APPROVED").channel == "SMS"
