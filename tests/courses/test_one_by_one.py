"""Jobs go through their rows one by one: a row that fails is in the log, and the others are done."""

import logging
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from courses.actions import coming, one_by_one
from courses.models import ComingQuestion
from learners.models import Learner
from tests.credits.by_hand import owner
from tests.credits.by_hand import run as by_hand
from tests.factories.catalog import a_published_run
from tests.factories.enrollment import enrolled
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db


def test_a_row_that_fails_holds_up_no_other_and_somebody_hears_of_it(caplog):
    first, second, third = (a_learner() for _ in range(3))

    @transaction.atomic
    def rename(key):
        """The second is to have the address of the first, which the database does not allow."""
        email = first.email if key == second.pk else f"moi-{key}@example.vn"
        return Learner.objects.filter(pk=key).update(email=email)

    with caplog.at_level(logging.ERROR), pytest.raises(one_by_one.SomeFailed, match="letters: 1 failed, 2 done"):
        one_by_one.each([third.pk, second.pk, first.pk], rename, what="letters")

    assert set(Learner.objects.filter(email__startswith="moi-")) == {first, third}
    (record,) = caplog.records
    assert (record.key, record.exc_info[0]) == (str(second.pk), IntegrityError)


def test_everybody_else_is_asked_whether_they_are_coming_when_one_row_is_refused():
    run = a_published_run(seats=None, starts_at=NOW + timedelta(days=2))
    bad, *good = (enrolled(run=run, now=NOW - timedelta(days=10)) for _ in range(3))
    with owner():  # taken back with the test's transaction
        by_hand(
            "CREATE FUNCTION refuse_one() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'a bad row'; END $$;"
            "CREATE TRIGGER refuse_one BEFORE INSERT ON courses_comingquestion FOR EACH ROW "
            f"WHEN (NEW.enrollment_id = {bad.pk}) EXECUTE FUNCTION refuse_one()"
        )

    with pytest.raises(one_by_one.SomeFailed, match="1 failed, 2 done"):
        coming.ask_due(now=NOW)

    assert set(ComingQuestion.objects.values_list("enrollment", flat=True)) == {each.pk for each in good}
