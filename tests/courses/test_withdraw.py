"""Giving up a place."""

from datetime import UTC, datetime

import pytest

from courses.actions import enrollment, reminders
from courses.models import Enrollment
from credits.models import JournalEntry
from learners.models import Message
from tests.factories.catalog import a_published_run
from tests.factories.enrollment import enrolled, has_read
from tests.factories.people import NOW, a_curator, a_learner, an_organization

pytestmark = pytest.mark.django_db
EVENING_BEFORE = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)  # Monday 18:00; the class is on Tuesday


def test_withdraw_frees_the_seat_and_says_so():
    run = a_published_run(seats=1)
    place = enrolled(run=run)

    left = enrollment.withdraw(enrollment=place, now=NOW)

    assert (left.state, left.withdrawn_at) == ("WITHDRAWN", NOW)
    assert not run.enrollments.holding_seat().exists()
    assert Message.objects.get(kind="WITHDRAWN").data == {
        "course": run.version.title_vi,
        "date": "thứ Bảy 21/11/2026",
        "link": f"http://localhost{run.version.get_absolute_url()}",
    }
    enrolled(a_learner(), run)  # somebody else may come


def test_withdraw_twice_is_once():
    place = enrolled(run=a_published_run())

    first = enrollment.withdraw(enrollment=place, now=NOW)
    second = enrollment.withdraw(enrollment=place, now=EVENING_BEFORE)

    assert second.withdrawn_at == first.withdrawn_at == NOW
    assert Message.objects.filter(kind="WITHDRAWN").count() == 1


def test_withdraw_drops_the_reminder_that_has_not_left():
    run = a_published_run()
    place, other = enrolled(run=run), enrolled(run=run)
    reminders.queue_class_reminders(now=EVENING_BEFORE)

    enrollment.withdraw(enrollment=place, now=EVENING_BEFORE)

    states = dict(Message.objects.filter(kind="CLASS_TOMORROW").values_list("recipient", "state"))
    assert states == {place.learner_id: "DROPPED", other.learner_id: "DUE"}


def completed():
    return has_read(enrolled(run=a_published_run(sessions=0)), up_to=3)


def not_completed():
    place = enrolled(run=a_published_run())
    Enrollment.objects.filter(pk=place.pk).update(state="NOT_COMPLETED")
    return place


def cancelled():
    place = enrolled(run=a_published_run())
    Enrollment.objects.filter(pk=place.pk).update(state="CANCELLED")
    return place


@pytest.mark.parametrize("ended", [completed, not_completed, cancelled], ids=lambda make: make.__name__)
def test_withdraw_refuses_what_has_ended(ended):
    place = ended()
    place.refresh_from_db()
    before = place.state, JournalEntry.objects.count(), Message.objects.count()

    with pytest.raises(enrollment.UnableToWithdraw):
        enrollment.withdraw(enrollment=place, now=NOW)

    place.refresh_from_db()
    assert (place.state, JournalEntry.objects.count(), Message.objects.count()) == before


def test_the_page_asks_then_acts(learner_client):
    place = enrolled(run=a_published_run())
    client = learner_client(place.learner)

    page = client.get(f"/en/enrollments/{place.public_id}/withdraw/")
    assert "The seat is free at once" in page.text
    place.refresh_from_db()
    assert place.state == "ENROLLED"  # GET changes nothing

    answers = [client.post(f"/enrollments/{place.public_id}/withdraw/") for _ in range(2)]

    place.refresh_from_db()
    assert place.state == "WITHDRAWN"
    assert [answer.url for answer in answers] == [f"/enrollments/{place.public_id}/"] * 2
    assert client.get(f"/enrollments/{place.public_id}/").status_code == 200


def test_a_manager_gives_up_a_place_for_a_learner_of_theirs(learner_client):
    place = enrolled(run=a_published_run())
    provider = place.run.version.course.provider

    answer = learner_client(provider.registered_by).post(f"/enrollments/{place.public_id}/withdraw/")

    place.refresh_from_db()
    assert place.state == "WITHDRAWN"
    assert answer.url == f"/organizations/{provider.public_id}/runs/{place.run_id}/"


@pytest.mark.parametrize("who", ["instructor", "curator", "other manager", "other learner"])
def test_nobody_else_gives_up_a_place(learner_client, who):
    instructor = a_learner()
    run = a_published_run(instructor=instructor)
    place = enrolled(run=run)
    actor, status = {
        "instructor": lambda: (instructor, 403),
        "curator": lambda: (a_curator(), 403),
        "other manager": lambda: (an_organization().registered_by, 404),
        "other learner": lambda: (a_learner(), 404),
    }[who]()

    client = learner_client(actor)

    assert client.get(f"/enrollments/{place.public_id}/withdraw/").status_code == status
    assert client.post(f"/enrollments/{place.public_id}/withdraw/").status_code == status
    place.refresh_from_db()
    assert place.state == "ENROLLED"
