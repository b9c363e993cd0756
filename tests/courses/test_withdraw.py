"""Giving up a place."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from courses.actions import enrollment, erasure, reminders
from courses.models import Enrollment
from credits.models import JournalEntry
from learners.models import Message
from tests.factories.catalog import a_published_run
from tests.factories.enrollment import enrolled, has_read
from tests.factories.people import NOW, a_curator, a_learner, an_organization
from tests.factories.waiting import offer_to, waits_for

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


def test_after_the_last_day_no_place_is_given_up_and_the_page_says_that_the_class_is_over(learner_client, time_machine):
    place = enrolled(a_learner(language="en"), a_published_run())
    last_day = place.run.ends_on
    after = datetime(last_day.year, last_day.month, last_day.day, 17, tzinfo=UTC)  # midnight in Viet Nam

    with pytest.raises(enrollment.UnableToWithdraw):
        enrollment.withdraw(enrollment=place, now=after)
    with pytest.raises(enrollment.UnableToWithdraw):
        taken(place, now=after)

    time_machine.move_to(after, tick=False)
    client = learner_client(place.learner)
    page = client.get(f"/en/enrollments/{place.public_id}/").text
    assert "This class has ended" in page
    assert "Your place is kept" not in page
    assert "/withdraw/" not in page
    assert "no place to give up any more" in client.get(f"/en/enrollments/{place.public_id}/withdraw/").text
    enrollment.withdraw(enrollment=place, now=after - timedelta(seconds=1))
    place.refresh_from_db()
    assert place.state == "WITHDRAWN"


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


def taken(place, reason="Bạn gọi báo không học được.", now=NOW):
    manager = place.run.version.course.provider.registered_by
    return enrollment.take_away(enrollment=place, actor=manager, reason=reason, now=now)


def test_a_manager_takes_a_place_away_with_a_reason_and_the_letter_says_whose_act_it_is():
    run = a_published_run(seats=1)
    place, waits = enrolled(run=run), waits_for(run)
    provider = run.version.course.provider

    first, second = taken(place), taken(place, reason="khác", now=EVENING_BEFORE)

    assert (second.withdrawn_at, second.withdraw_reason) == (NOW, "Bạn gọi báo không học được.")
    assert (first.state, first.withdrawn_by) == ("WITHDRAWN", provider.registered_by)
    assert offer_to(waits) is not None
    assert not Message.objects.filter(kind="WITHDRAWN").exists()
    assert Message.objects.get(kind="PLACE_TAKEN").data == {
        "course": run.version.title_vi,
        "org": provider.name_vi,
        "date": "thứ Bảy 21/11/2026",
        "reason": "Bạn gọi báo không học được",
        "link": f"http://localhost/enrollments/{place.public_id}/",
    }


def test_it_reaches_who_has_only_a_telephone():
    learner = a_learner()
    learner.email, learner.phone = None, "+84912345678"
    learner.save()
    place = enrolled(learner, a_published_run())

    taken(place)

    letter = Message.objects.get(kind="PLACE_TAKEN")
    assert (letter.channel, letter.address) == ("SMS", "+84912345678")


def test_a_place_given_up_meanwhile_stays_given_up_by_its_learner():
    place = enrolled(run=a_published_run())
    enrollment.withdraw(enrollment=place, now=NOW)

    left = taken(place)

    assert (left.withdrawn_by, left.withdraw_reason) == (None, "")
    assert not Message.objects.filter(kind="PLACE_TAKEN").exists()


@pytest.mark.parametrize("who", ["instructor", "curator", "other manager", "themself"])
def test_nobody_else_takes_a_place_away(who):
    instructor = a_learner()
    run = a_published_run(instructor=instructor)
    manager = run.version.course.provider.registered_by
    place = enrolled(manager if who == "themself" else None, run)
    actor = {"instructor": instructor, "themself": manager}.get(who) or (
        a_curator() if who == "curator" else an_organization().registered_by
    )

    with pytest.raises(enrollment.UnableToWithdraw):
        enrollment.take_away(enrollment=place, actor=actor, reason="Bận", now=NOW)

    place.refresh_from_db()
    assert place.state == "ENROLLED"


@pytest.mark.parametrize("more", [{"withdrawn_by": None}, {"withdraw_reason": ""}, {"withdrawn_by": "own"}])
def test_the_database_wants_both_who_and_why(more):
    place = taken(enrolled(run=a_published_run()))
    changes = {name: place.learner if value == "own" else value for name, value in more.items()}

    with pytest.raises(IntegrityError), transaction.atomic():
        Enrollment.objects.filter(pk=place.pk).update(**changes)


def test_the_page_of_the_class_leads_there_asks_for_a_reason_and_the_learner_reads_it(learner_client):
    place = enrolled(a_learner(language="en"), a_published_run())
    provider = place.run.version.course.provider
    client = learner_client(provider.registered_by)
    roster = f"/organizations/{provider.public_id}/runs/{place.run_id}/"
    door = f"{roster}people/{place.public_id}/withdraw/"

    assert f'href="{door}"' in client.get(roster).text
    assert client.get(door).status_code == 200
    without_reason = client.post(door, {"reason": " "})
    place.refresh_from_db()
    assert (without_reason.status_code, place.state) == (200, "ENROLLED")

    answer = client.post(door, {"reason": "You phoned"})

    assert answer.url == roster
    page = learner_client(place.learner).get(f"/en/enrollments/{place.public_id}/").text
    assert f"{provider.name} gave up your place on" in page
    assert "The reason: You phoned" in page
    assert "You gave up your place" not in page


@pytest.mark.parametrize("who", ["manager", "instructor", "curator", "other learner"])
def test_the_page_of_a_place_is_of_its_learner_alone(learner_client, who):
    instructor = a_learner()
    run = a_published_run(instructor=instructor)
    place = enrolled(run=run)
    provider = run.version.course.provider
    actor = {"manager": provider.registered_by, "instructor": instructor}.get(who) or (
        a_curator() if who == "curator" else a_learner()
    )
    client = learner_client(actor)

    assert client.get(f"/enrollments/{place.public_id}/withdraw/").status_code == 404
    assert client.post(f"/enrollments/{place.public_id}/withdraw/").status_code == 404
    place.refresh_from_db()
    assert place.state == "ENROLLED"


def test_who_closes_the_account_has_no_place_left_not_even_in_a_class_that_is_over():
    place = enrolled(run=a_published_run())

    erasure.leave(learner=place.learner, now=NOW + timedelta(days=60))

    place.refresh_from_db()
    assert place.state == "WITHDRAWN"
