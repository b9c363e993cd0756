"""A person ends a helper's mandate by the link in the letter or text message that told them of it."""

from datetime import timedelta

import pytest
from django.test import Client

from learners.actions import mandate as actions
from learners.choices import Channel, MessageKind
from learners.models import Learner, Message
from learners.queries import mandate as queries
from tests.factories.mandates import a_mandate, end_token_of
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db
THEN = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def person() -> Learner:
    """Somebody who has only a phone."""
    learner = a_learner(full_name="Phan Thị Tư", phone="+84912345678")
    Learner.objects.filter(pk=learner.pk).update(email=None)
    learner.refresh_from_db()
    return learner


def test_the_link_is_in_the_text_message_and_its_button_ends_the_mandate(person):
    mandate = a_mandate(person=person)
    message = Message.objects.get(kind=MessageKind.HELPER_NAMED)
    address = f"/helpers/end/{end_token_of(mandate)}/"

    opened = Client().get(address).content.decode()
    ended = Client().post(address, follow=True).content.decode()

    mandate.refresh_from_db()
    assert (message.channel, message.data["end_link"].endswith(address)) == (Channel.SMS, True)
    assert "Nguyễn Thị Hồng được giúp bạn" in opened
    assert person.full_name not in opened
    assert "Đã hủy" in ended
    assert (mandate.revoked_at, mandate.revoked_by) == (NOW, person)
    assert not queries.holding(mandate.helper, now=NOW).exists()


def test_opening_the_link_changes_nothing_and_a_second_press_neither(person):
    mandate = a_mandate(person=person)
    token = end_token_of(mandate)

    Client().get(f"/helpers/end/{token}/")
    before = queries.by_end_token(token)
    actions.end_by_token(token=token, now=NOW)
    actions.end_by_token(token=token, now=THEN)

    mandate.refresh_from_db()
    assert before is not None
    assert before.revoked_at is None
    assert mandate.revoked_at == NOW


def test_a_link_ends_its_own_mandate_and_no_other(person):
    first = a_mandate(person=person)
    second = a_mandate(person=person)

    actions.end_by_token(token=end_token_of(first), now=THEN)

    second.refresh_from_db()
    assert second.revoked_at is None
    assert queries.holding(second.helper, now=THEN).get() == second


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_token_nobody_was_sent_opens_nothing(person, method):
    mandate = a_mandate(person=person)

    answer = getattr(Client(), method)("/helpers/end/AAAAAAAAAAAAAAAAAAAAAA/")

    mandate.refresh_from_db()
    assert answer.status_code == 404
    assert actions.end_by_token(token="A" * 22, now=NOW) is None
    assert mandate.revoked_at is None


def test_what_is_kept_of_the_link_is_a_hash(person):
    mandate = a_mandate(person=person)

    assert end_token_of(mandate) not in mandate.end_hash
    assert len(mandate.end_hash) == 64
