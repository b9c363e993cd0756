"""How often somebody may take a place in a day: a few times in one class, some dozens in all."""

from datetime import timedelta

import pytest

from courses.actions import coming, enrollment, obstacle, waiting
from courses.models import Enrollment
from courses.rules import ENROLLMENTS_A_DAY_MAX, ENROLLMENTS_OF_RUN_A_DAY_MAX
from learners.models import Message
from tests.factories.catalog import a_published_run
from tests.factories.coming import a_question
from tests.factories.enrollment import enrolled
from tests.factories.people import NOW, a_learner
from tests.factories.waiting import a_full_run, offer_to, someone_of, waits_for

pytestmark = pytest.mark.django_db
OF_RUN, A_DAY = ENROLLMENTS_OF_RUN_A_DAY_MAX.count_max, ENROLLMENTS_A_DAY_MAX.count_max


def took(learner, run, *, times, at=NOW):
    """Places taken and given up again, as ``enroll`` and ``withdraw`` leave them."""
    given_up = {"state": "WITHDRAWN", "withdrawn_at": at}
    Enrollment.objects.bulk_create(
        Enrollment(learner=learner, run=run, enrolled_at=at, **given_up) for _ in range(times)
    )


def test_one_place_is_taken_and_given_up_a_few_times_a_day():
    learner, run = a_learner(), a_published_run()
    for _ in range(OF_RUN):
        enrollment.withdraw(enrollment=enrolled(learner, run), now=NOW)
    letters = Message.objects.count()

    with pytest.raises(obstacle.TakenTooOften, match="nhiều lần"):
        enrollment.enroll(learner=learner, run=run, now=NOW)

    assert (run.enrollments.count(), Message.objects.count()) == (OF_RUN, letters)
    assert enrolled(learner, a_published_run()).state == "ENROLLED"  # another class is another thing
    assert enrolled(run=run).state == "ENROLLED"  # and so is another person
    assert enrolled(learner, run, now=NOW + timedelta(days=1)).state == "ENROLLED"


def test_a_day_has_so_many_places_for_one_person():
    learner, run = a_learner(), a_published_run()
    took(learner, a_published_run(), times=A_DAY - 1)
    enrolled(learner, a_published_run())

    with pytest.raises(obstacle.TakenTooOften):
        enrollment.enroll(learner=learner, run=run, now=NOW)

    assert enrolled(learner, run, now=NOW + timedelta(days=1)).state == "ENROLLED"


def test_a_place_that_is_held_stays_whatever_was_taken():
    place = enrolled(run=a_published_run())
    took(place.learner, place.run, times=A_DAY)

    assert enrolled(place.learner, place.run) == place


def test_a_seat_that_is_offered_is_taken_whatever_was_taken():
    run = a_full_run()
    request = waits_for(run)
    took(request.learner, run, times=OF_RUN)
    enrollment.withdraw(enrollment=someone_of(run), now=NOW)

    assert waiting.accept(offer=offer_to(request), now=NOW).state == "ENROLLED"


def test_a_no_is_taken_back_a_few_times_only(time_machine):
    time_machine.move_to(NOW, tick=False)
    question = a_question()
    took(question.enrollment.learner, question.enrollment.run, times=OF_RUN)
    coming.say_no(question=question, now=NOW)

    with pytest.raises(coming.UnableToAnswer, match="nhiều lần"):
        coming.undo(question=question, now=NOW)


def test_the_page_says_so_kindly_before_anything_is_pressed(learner_client, time_machine):
    time_machine.move_to(NOW, tick=False)
    learner, run = a_learner(language="en"), a_published_run()
    took(learner, run, times=OF_RUN)

    page = learner_client(learner).get(f"/en/runs/{run.pk}/enroll/")

    assert "taken and given up several times" in page.text
