"""Jobs go through their rows one by one: a row that fails is in the log, and the others are done."""

import logging

import pytest
from django.db import IntegrityError, transaction

from learners.actions import one_by_one
from learners.models import Learner
from tests.factories.people import a_learner

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
