"""What the stories of ways that were taken off share: who takes one off, who objects, and what comes of it."""

from datetime import datetime, timedelta

from django.test import Client
from django.urls import reverse

from learners.actions import changed_way as actions
from learners.actions import lost_way
from learners.models import Learner, LostWay
from tests.factories.changed_way import link_sent_to
from tests.factories.people import NOW, a_curator
from tests.learners.sign_in import prove_again

OLD, NEW, NUMBER = "cu@example.vn", "moi@example.vn", "+84912345678"
OTHER_NUMBER = "+84987000111"
DAY = timedelta(days=1)
BEFORE = NOW - timedelta(hours=1)


def signed_in(learner: Learner) -> Client:
    client = Client()
    client.force_login(learner)
    prove_again(client, learner)
    return client


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("learners:ways")).status_code == 200


def replaced(learner: Learner) -> str:
    actions.use(learner=learner, address=NEW, now=BEFORE)
    return link_sent_to(OLD)


def objected(learner: Learner) -> LostWay:
    Client().post(replaced(learner))
    return LostWay.objects.get(is_objection=True)


def confirmed(row: LostWay, *, now: datetime = NOW) -> LostWay:
    for _curator in range(2):
        row = lost_way.vouch(lost=row, curator=a_curator(), now=now)
    return row


def addresses_of(learner: Learner) -> tuple[str | None, str | None]:
    learner.refresh_from_db()
    return learner.email, learner.phone
