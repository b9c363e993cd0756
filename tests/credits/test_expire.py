"""Credit whose last day has passed expires, once; as a rule none does."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError

from credits.actions import expiry, ledger
from credits.models import JournalEntry
from credits.queries import ledger as queries
from credits.queries.lot import over, standing
from tests.factories.ledger import a_reversal, a_use, an_award, what
from tests.factories.people import NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db
LAST_DAY = date(2026, 12, 31)
MIDNIGHT = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)  # 0:00 on 1 January 2027 in Viet Nam


def until(day, *, learner, hundredths=12, key="1"):
    return ledger.award(
        learner=learner,
        issuer=an_organization(),
        amount_minor=hundredths,
        kind_of_credit="COMMUNITY",
        occurred_at=NOW,
        actor=None,
        idempotency_key=key,
        snapshot=what(),
        now=NOW,
        valid_until=day,
    )


def places(learner):
    return [(lot.earned, lot.applied, lot.expired) for lot in standing(learner)]


def test_credit_is_for_life_unless_said_otherwise():
    learner = a_learner()
    an_award(learner=learner)

    assert expiry.expire_due(now=NOW + timedelta(days=36_500)) == 0

    assert places(learner) == [(12, 0, 0)]


def test_what_is_left_expires_after_its_last_day_in_viet_nam():
    learner = a_learner()
    award = until(LAST_DAY, learner=learner)
    a_use(learner, {award.pk: 5})

    assert expiry.expire_due(now=MIDNIGHT - timedelta(seconds=1)) == 0
    assert [expiry.expire_due(now=MIDNIGHT), expiry.expire_due(now=MIDNIGHT)] == [1, 0]

    entry = JournalEntry.objects.get(reason="EXPIRY")
    assert (entry.occurred_at, entry.snapshot["rule"]) == (MIDNIGHT, "valid until 2026-12-31")
    assert places(learner) == [(0, 5, 7)]
    assert queries.audit() == []


def test_late_gives_the_same_entries():
    learner = a_learner()
    until(LAST_DAY, learner=learner)

    expiry.expire_due(now=MIDNIGHT + timedelta(days=90))

    entry = JournalEntry.objects.get(reason="EXPIRY")
    assert (entry.occurred_at, entry.recorded_at) == (MIDNIGHT, MIDNIGHT + timedelta(days=90))


def test_what_comes_back_after_the_last_day_expires_too():
    learner = a_learner()
    award = until(LAST_DAY, learner=learner)
    use = a_use(learner, {award.pk: 5})
    expiry.expire_due(now=MIDNIGHT)
    a_reversal(use, now=MIDNIGHT)

    assert expiry.expire_due(now=MIDNIGHT) == 1

    assert places(learner) == [(0, 0, 12)]
    assert queries.audit() == []


def test_an_award_that_expired_is_reversed_with_its_expiry():
    learner = a_learner()
    award = until(LAST_DAY, learner=learner)
    expiry.expire_due(now=MIDNIGHT)

    a_reversal(award, now=MIDNIGHT)

    assert places(learner) == [(0, 0, 0)]
    assert [entry.reason for entry in JournalEntry.objects.order_by("sequence")][1:] == [
        "EXPIRY",
        "REVERSAL",
        "REVERSAL",
    ]
    assert queries.audit() == []


def test_the_last_day_is_after_the_learning():
    with pytest.raises(IntegrityError, match="lot_valid_after_it_was_earned"):
        until(date(2026, 11, 21), learner=a_learner())


def test_what_is_over_is_looked_for_a_batch_at_a_time(monkeypatch, django_assert_num_queries):
    """Also past batches in which nothing is left, and of several lots with the same last day."""
    monkeypatch.setattr("credits.queries.lot.LOTS_PER_BATCH", 2)
    learner = a_learner()
    gone = [until(LAST_DAY - timedelta(days=9), learner=learner, key=f"gone:{number}") for number in range(3)]
    expiry.expire_due(now=MIDNIGHT)
    there = [until(LAST_DAY, learner=learner, key=f"there:{number}") for number in range(3)]

    with django_assert_num_queries(4):  # three batches of two, and one that is empty
        found = list(over(today=date(2027, 1, 1), limit=9))

    assert found == [(lot.pk, learner.pk) for lot in there]
    assert list(over(today=date(2027, 1, 1), limit=2)) == found[:2]
    assert expiry.expire_due(now=MIDNIGHT) == 3
    assert places(learner) == [(0, 0, 12)] * len([*gone, *there])
