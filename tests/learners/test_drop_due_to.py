"""Letters to people who are not there are dropped before they leave; everybody else's stay."""

from datetime import timedelta

import pytest

from learners.actions import message
from learners.choices import MessageKind, MessageState
from learners.models import Learner, Message
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db


def a_letter(recipient: Learner, *, days_ago: int) -> Message:
    due_at = NOW - timedelta(days=days_ago)
    letter = message.queue(
        kind=MessageKind.WITHDRAWN,
        key=f"withdrawn:{recipient.pk}:{days_ago}",
        data={"course": "Sơ cấp cứu tại nhà", "date": "21/11/2026", "link": "http://localhost/"},
        recipient=recipient,
        now=due_at,
    )
    assert letter is not None
    return letter


def test_drop_due_to_drops_old_letters_of_these_people_only() -> None:
    silent, reader = a_learner(), a_learner()
    old, new, of_another = a_letter(silent, days_ago=9), a_letter(silent, days_ago=1), a_letter(reader, days_ago=9)

    dropped = message.drop_due_to(recipients=[silent], due_before=NOW - timedelta(days=7))

    states = dict(Message.objects.values_list("pk", "state"))
    assert dropped == 1
    assert states == {old.pk: MessageState.DROPPED, new.pk: MessageState.DUE, of_another.pk: MessageState.DUE}
