"""People who come in by something else than an address, and say that an address of theirs is lost."""

from datetime import datetime
from typing import Any

from django.test import Client
from django.urls import reverse

from learners.actions import card as cards
from learners.actions import lost_way as actions
from learners.models import Learner, LostWay
from tests.factories.people import NOW, a_curator
from tests.learners.sign_in import came_in_by_an_identity, code_sent_to

MAIL, NEW, PHONE = "hoa@example.vn", "moi@example.vn", "+84901234567"
LOST = "learners:way_lost"


def by_identity(learner: Learner) -> Client:
    client = Client()
    client.force_login(learner)
    session = client.session
    session.update(came_in_by_an_identity(learner))
    session.save()
    return client


def by_own_card(learner: Learner, *, now: datetime = NOW) -> Client:
    client = Client()
    printed = cards.issue(learner=learner, actor=learner, pin="4711", now=now)
    client.post(reverse("learners:card_scan", args=[printed.secret]))
    return client


def asks(client: Client, address: str = NEW, *, way: str = "email") -> Any:
    return client.post(reverse(LOST), {"way": way, "address": address})


def proves(client: Client, address: str = NEW) -> Any:
    return client.post(reverse("learners:way_lost_code"), {"code": code_sent_to(address)}, follow=True)


def asked(learner: Learner, *, lost: str = MAIL, address: str = NEW, now: datetime = NOW) -> LostWay:
    return actions.ask(learner=learner, lost=lost, address=address, now=now)


def confirmed(learner: Learner, *, lost: str = MAIL, address: str = NEW, now: datetime = NOW) -> LostWay:
    row = asked(learner, lost=lost, address=address, now=now)
    for _curator in range(2):
        row = actions.vouch(lost=row, curator=a_curator(), now=now)
    return row
