"""What an address said to be lost ends by: who says so, the link, its being used after all, time, and what changed."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from learners.actions import erasure, following, retention
from learners.actions import lost_way as actions
from learners.choices import MessageKind
from learners.models import Learner, LostWay, Message, RemovedWay
from learners.queries import lost_way as queries
from learners.rules import LOST_WAY_ASKED_FOR, LOST_WAY_HELD_BACK, LOST_WAY_WAITS
from learners.tasks import give_up_what_is_lost
from tests.factories.people import NOW, a_curator, a_learner
from tests.learners.lost_way import LOST, MAIL, NEW, PHONE, asked, by_identity, confirmed
from tests.learners.sign_in import ask_for_code, code_sent_to, type_code

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday(time_machine, settings, tmp_path):
    time_machine.move_to(NOW, tick=False)
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    cache.clear()


@pytest.fixture
def learner() -> Learner:
    return a_learner(email=MAIL)


def stays(learner: Learner, row: LostWay) -> bool:
    assert actions.replace_due(now=NOW + LOST_WAY_WAITS + timedelta(days=1)) == 0
    row.refresh_from_db()
    learner.refresh_from_db()
    return row.stopped_at is not None and row.done_at is None and learner.email == MAIL


def test_one_curator_is_not_two_and_nobody_is_their_own():
    curator, first = a_curator(email=MAIL), a_curator()
    lost = asked(curator)

    for actor in (curator, a_learner()):
        with pytest.raises(actions.UnableToReplace):
            actions.vouch(lost=lost, curator=actor, now=NOW)
    actions.vouch(lost=lost, curator=first, now=NOW)
    with pytest.raises(actions.OneOfTwo):
        actions.vouch(lost=lost, curator=first, now=NOW)


def test_the_database_refuses_what_cannot_be(learner: Learner):
    lost, one = asked(learner), a_curator()
    waits = NOW + LOST_WAY_WAITS
    for impossible, name in [
        ({"vouched_at": NOW, "vouched_by": learner}, "lost_way_first_is_another"),
        ({"vouched_at": NOW}, "lost_way_first_is_another"),
        ({"confirmed_at": NOW, "confirmed_by": one, "due_at": waits}, "lost_way_"),
        (
            {"vouched_at": NOW, "vouched_by": one, "confirmed_at": NOW, "confirmed_by": one, "due_at": waits},
            "lost_way_second_is_another",
        ),
        ({"done_at": NOW}, "lost_way_waits"),
        ({"address": ""}, "lost_way_known_while_open"),
        ({"new_address": MAIL}, "lost_way_new_is_another"),
    ]:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            LostWay.objects.filter(pk=lost.pk).update(**impossible)
    with pytest.raises(IntegrityError, match="lost_way_open_once"), transaction.atomic():
        LostWay.objects.create(
            learner=learner, kind="email", address=MAIL, new_kind="email", new_address="x@example.vn", asked_at=NOW
        )


@pytest.mark.parametrize("when", ["asked", "first", "confirmed"])
def test_the_link_of_any_letter_stops_it(client: Client, learner: Learner, when: str):
    lost = asked(learner)
    for _curator in range(["asked", "first", "confirmed"].index(when)):
        lost = actions.vouch(lost=lost, curator=a_curator(), now=NOW)
    link = Message.objects.filter(kind=MessageKind.WAY_LOST).latest("pk").data["stop_link"]

    opened = client.get(link).content.decode()
    lost.refresh_from_db()
    assert lost.stopped_at is None
    for _press in range(2):
        page = client.post(link, follow=True).content.decode()

    assert learner.full_name not in opened + page
    assert MAIL not in opened + page
    assert "Đã dừng" in page
    assert "Việc này đã kết thúc" in client.get(link).content.decode()
    assert stays(learner, lost)
    with pytest.raises(actions.UnableToReplace):
        actions.vouch(lost=lost, curator=a_curator(), now=NOW)
    assert asked(learner) != lost


def test_a_code_to_what_is_lost_shows_that_it_is_not(learner: Learner):
    lost, other = (
        confirmed(learner),
        confirmed(a_learner(email="lan@example.vn"), lost="lan@example.vn", address="b@b.vn"),
    )
    client = Client()
    ask_for_code(client, MAIL)
    type_code(client, "000000" if code_sent_to(MAIL) != "000000" else "000001")
    lost.refresh_from_db()
    assert lost.stopped_at is None

    type_code(client, code_sent_to(MAIL))

    lost.refresh_from_db()
    other.refresh_from_db()
    assert (lost.stopped_at, other.stopped_at) == (NOW, None)
    Message.objects.all().delete()
    LostWay.objects.filter(pk=other.pk).update(stopped_at=NOW)
    assert stays(learner, lost)


def test_what_another_record_has_taken_meanwhile_stays_theirs(learner: Learner):
    lost = confirmed(learner)
    other = a_learner(email=NEW)

    assert stays(learner, lost)
    other.refresh_from_db()
    assert other.email == NEW
    said = Message.objects.filter(kind=MessageKind.WAY_CHANGED)
    assert sorted(said.values_list("address", flat=True)) == [MAIL, NEW]
    assert "mở sổ khác" in by_identity(learner).get(reverse(LOST)).content.decode()


def test_what_was_changed_meanwhile_is_left_alone(learner: Learner):
    lost = confirmed(learner)
    Learner.objects.filter(pk=learner.pk).update(email="tu-doi@example.vn")

    assert actions.replace_due(now=lost.due_at) == 0
    learner.refresh_from_db()
    assert learner.email == "tu-doi@example.vn"


def test_what_nobody_confirms_lapses(learner: Learner):
    lost = asked(learner)

    actions.replace_due(now=NOW + LOST_WAY_ASKED_FOR)
    lost.refresh_from_db()
    assert lost.stopped_at is None
    later = NOW + LOST_WAY_ASKED_FOR + timedelta(seconds=1)
    actions.replace_due(now=later)
    lost.refresh_from_db()
    assert lost.stopped_at == later


def test_the_hourly_task_carries_it_out(learner: Learner, time_machine):
    lost = confirmed(learner)
    time_machine.move_to(lost.due_at, tick=False)

    assert give_up_what_is_lost() == 1


def test_while_it_is_uncertain_whose_the_record_is_nothing_more_is_asked(learner: Learner):
    lost = confirmed(learner)
    actions.replace_due(now=lost.due_at)
    later = lost.due_at + timedelta(days=1)

    with pytest.raises(actions.UnableToReplace):
        asked(learner, lost=NEW, address="thu-ba@example.vn", now=later)
    assert asked(learner, lost=NEW, address="thu-ba@example.vn", now=lost.due_at + LOST_WAY_HELD_BACK)


def test_a_merge_or_its_undo_ends_what_is_open():
    giver, taker = a_learner(email=MAIL), a_learner(email="lan@example.vn")
    lost = confirmed(giver)
    with transaction.atomic():
        following.move(giver=giver, taker=taker, key="merge:1", now=NOW)
    lost.refresh_from_db()
    assert lost.stopped_at == NOW

    later = NOW + timedelta(hours=1)
    again = confirmed(taker, lost="lan@example.vn", now=later)
    with transaction.atomic():
        following.move_back(giver=giver, taker=taker, key="merge:1", since=NOW, now=later)
    again.refresh_from_db()
    assert again.stopped_at == later


def test_what_was_lost_comes_back_by_no_undo_and_both_are_held_back():
    giver, taker = a_learner(email=MAIL), a_learner(email=None, phone=PHONE)
    Learner.objects.filter(pk=taker.pk).update(email=None)
    Learner.objects.filter(pk=giver.pk).update(has_card=True)
    with transaction.atomic():
        following.move(giver=giver, taker=taker, key="merge:1", now=NOW)
    taker.refresh_from_db()
    lost = confirmed(taker)
    assert actions.replace_due(now=lost.due_at) == 1
    later = lost.due_at + timedelta(hours=1)

    with transaction.atomic():
        following.move_back(giver=giver, taker=taker, key="merge:1", since=NOW, now=later)

    assert not Learner.objects.filter(email=MAIL).exists()
    assert not RemovedWay.objects.filter(address=MAIL).exists()
    assert queries.replaced_lately(giver, now=later) is not None
    assert queries.replaced_lately(taker, now=later) is not None


def test_addresses_are_emptied_in_time_and_by_an_erasure(learner: Learner):
    lost, other = (
        asked(learner),
        asked(a_learner(email="lan@example.vn"), lost="lan@example.vn", address="x@example.vn"),
    )
    actions.stop(public_id=lost.public_id, now=NOW)
    with transaction.atomic():
        erasure.erase(learner=Learner.objects.select_for_update().get(pk=other.learner_id), now=NOW)
    other.refresh_from_db()
    assert (other.stopped_at, other.address, other.new_address) == (NOW, "", "")

    retention.carry_out(now=NOW + timedelta(days=30))
    lost.refresh_from_db()
    assert lost.address == MAIL
    retention.carry_out(now=NOW + timedelta(days=32))
    lost.refresh_from_db()
    assert (lost.address, lost.new_address) == ("", "")
