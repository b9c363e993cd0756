"""Of a card one is told at every address one has; for who has one, it is printed by nobody else."""

from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from learners.actions import card
from learners.choices import Channel, MessageKind
from learners.models import Card, Learner, Message
from tests.factories.counter import a_card, a_registration, the_manager
from tests.factories.ledger import a_merge
from tests.factories.people import NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db
NUMBER = "+84912345678"


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()


def told():
    letters = Message.objects.filter(kind=MessageKind.CARD_PRINTED).order_by("pk")
    return [(each.channel, each.recipient_id or each.address) for each in letters]


def test_who_has_only_a_phone_hears_of_it_by_text_message():
    learner = a_learner(phone=NUMBER)
    Learner.objects.filter(pk=learner.pk).update(email=None)

    card.issue(learner=learner, actor=learner, pin="4711", now=NOW)

    assert told() == [(Channel.SMS, NUMBER)]


def test_the_telephone_does_not_ring_in_the_hours_its_owner_keeps_quiet():
    learner = a_learner(phone=NUMBER, quiet_from=12, quiet_until=16)
    Learner.objects.filter(pk=learner.pk).update(email=None)
    at_two = NOW.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).replace(hour=14, minute=20)

    card.issue(learner=Learner.objects.get(pk=learner.pk), actor=learner, pin="4711", now=at_two)

    assert Message.objects.get(kind=MessageKind.CARD_PRINTED).due_at == at_two.replace(hour=16, minute=0)


def test_so_does_every_account_that_was_merged():
    kept, merged = a_learner(phone=NUMBER), a_learner(email="cu@example.vn")
    a_merge(kept, merged)

    card.issue(learner=kept, actor=kept, pin="4711", now=NOW)

    assert sorted(told(), key=str) == sorted(
        [(Channel.EMAIL, kept.pk), (Channel.SMS, NUMBER), (Channel.EMAIL, "cu@example.vn")], key=str
    )


@pytest.mark.parametrize("whose", ["their own", "a joined account's"])
def test_the_counter_prints_none_for_who_has_an_address(whose):
    registered = a_registration(organization=an_organization())
    if whose == "their own":
        Learner.objects.filter(pk=registered.learner_id).update(phone=NUMBER)
    else:
        a_merge(registered.learner, a_learner(phone=NUMBER))
    client, where = Client(), [registered.organization.public_id, registered.learner.public_id]
    client.force_login(the_manager(registered.organization))

    page = client.get(reverse("learners:person", args=where)).content.decode()
    with pytest.raises(card.UnableToIssue):
        a_card(registered)

    assert not Card.objects.exists()
    assert "đăng nhập bằng địa chỉ ấy rồi tự in thẻ" in page
    assert reverse("learners:card_print", args=where) not in page
