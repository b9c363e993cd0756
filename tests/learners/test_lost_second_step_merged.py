"""A second step said to be lost, when accounts become one, or two again, meanwhile."""

from datetime import datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import transaction

from learners.actions import following
from learners.actions import lost_second_step as actions
from learners.models import Learner
from learners.queries import lost_second_step as queries
from learners.rules import SECOND_STEP_HELD_BACK
from tests.factories.people import NOW, a_curator, a_learner
from tests.learners.lost_second_step import a_passkey, confirmed, has_second_step, with_an_app

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday(time_machine, settings, tmp_path):
    time_machine.move_to(NOW, tick=False)
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    cache.clear()


def merge(giver: Learner, taker: Learner, *, now: datetime = NOW) -> None:
    with transaction.atomic():
        following.move(giver=giver, taker=taker, key=f"merge:{giver.pk}", now=now)


def undo(giver: Learner, taker: Learner, *, since: datetime, now: datetime) -> None:
    with transaction.atomic():
        following.move_back(giver=giver, taker=taker, key=f"merge:{giver.pk}", since=since, now=now)


@pytest.mark.parametrize("asks", ["giver", "taker"])
def test_a_merge_ends_what_waits_and_takes_nothing_off_who_was_not_told(asks: str):
    giver, taker = with_an_app(), with_an_app(email="lan@example.vn", phone=None)
    lost = confirmed(giver if asks == "giver" else taker)

    merge(giver, taker)

    assert actions.take_off_due(now=lost.due_at) == 0
    lost.refresh_from_db()
    assert lost.stopped_at == NOW
    assert has_second_step(taker)
    with pytest.raises(actions.UnableToTakeOff):
        actions.vouch(lost=lost, curator=a_curator(), now=NOW)


def test_an_undo_ends_what_waits_too():
    giver, taker = with_an_app(), with_an_app(email="lan@example.vn", phone=None)
    merge(giver, taker)
    lost = confirmed(taker)

    undo(giver, taker, since=NOW, now=NOW + timedelta(hours=1))

    assert actions.take_off_due(now=lost.due_at) == 0
    assert has_second_step(taker)
    assert has_second_step(giver)


def test_who_has_set_one_up_since_has_lost_nothing():
    learner = with_an_app()
    lost = confirmed(learner)
    since = NOW + timedelta(minutes=1)
    Authenticator.objects.create(user=learner, type=Authenticator.Type.WEBAUTHN, data=a_passkey(), created_at=since)

    assert actions.take_off_due(now=lost.due_at) == 0
    assert Authenticator.objects.filter(user=learner).count() == 3


def test_the_thirty_days_follow_through_every_merge():
    learner, first, second = with_an_app(), a_learner(), a_learner()
    lost = confirmed(learner)
    actions.take_off_due(now=lost.due_at)
    later = lost.due_at + timedelta(days=1)

    merge(learner, first, now=later)
    merge(first, second, now=later)

    for account in (learner, first, second):
        assert queries.taken_off_lately(account, now=later) is not None
        assert queries.taken_off_lately(account, now=lost.due_at + SECOND_STEP_HELD_BACK) is None


def test_what_was_taken_off_while_they_were_one_holds_both_back_after_the_undo():
    giver, taker, bystander = with_an_app(), a_learner(), a_learner()
    merge(giver, taker)
    lost = confirmed(taker)
    actions.take_off_due(now=lost.due_at)
    later = lost.due_at + timedelta(hours=1)

    undo(giver, taker, since=NOW, now=later)

    assert queries.taken_off_lately(giver, now=later) is not None
    assert queries.taken_off_lately(taker, now=later) is not None
    assert queries.taken_off_lately(bystander, now=later) is None


def test_what_was_taken_off_before_the_merge_holds_only_whose_it_was_back():
    giver, taker = with_an_app(), with_an_app(email="lan@example.vn", phone=None)
    lost = confirmed(taker)
    actions.take_off_due(now=lost.due_at)
    later = lost.due_at + timedelta(hours=1)
    merge(giver, taker, now=later)

    undo(giver, taker, since=later, now=later + timedelta(hours=1))

    assert queries.taken_off_lately(giver, now=later + timedelta(hours=1)) is None
