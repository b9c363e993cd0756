"""Queueing what someone must be told: a row, and a word to the courier at commit."""

import select

import psycopg2
import pytest
from django.db import connection, transaction

from learners.actions import message
from learners.choices import MessageKind, MessageState, Urgency
from learners.models import Message
from tests.factories.messages import DATA, a_message
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db
WITHDRAWN = {"kind": MessageKind.WITHDRAWN, "key": "withdrawn:1", "data": DATA[MessageKind.WITHDRAWN], "now": NOW}


def test_queue_writes_a_row_in_the_recipients_language() -> None:
    learner = a_learner(language="en")

    queued = message.queue(recipient=learner, **WITHDRAWN)

    assert queued is not None
    assert (queued.state, queued.urgency, queued.language) == (MessageState.DUE, Urgency.ROUTINE, "en")
    assert (queued.recipient, queued.address, queued.due_at) == (learner, "", NOW)


def test_queue_twice_is_once() -> None:
    learner = a_learner()

    first = message.queue(recipient=learner, **WITHDRAWN)
    second = message.queue(recipient=learner, **WITHDRAWN)

    assert first == second
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": MessageKind.WITHDRAWN, "data": {"course": "x", "date": "y"}},
        {"data": {**DATA[MessageKind.WITHDRAWN], "password": "x"}},
        {"data": {**DATA[MessageKind.WITHDRAWN], "course": ""}},
        {"recipient": None},
    ],
    ids=["placeholder missing", "placeholder unknown", "placeholder empty", "nobody"],
)
def test_queue_refuses(changes: dict[str, object]) -> None:
    with pytest.raises(message.UnableToQueue):
        message.queue(**{"recipient": a_learner(), **WITHDRAWN, **changes})

    assert not Message.objects.exists()


def test_queue_refuses_a_key_that_means_something_else() -> None:
    message.queue(recipient=a_learner(), **WITHDRAWN)

    with pytest.raises(message.UnableToQueue):
        message.queue(recipient=a_learner(), **WITHDRAWN)


@pytest.mark.parametrize(
    ("settings_of_learner", "kind", "is_queued"),
    [
        ({"wants_reminders": False}, MessageKind.CLASS_TOMORROW, False),
        ({"wants_reminders": False}, MessageKind.WITHDRAWN, True),
        ({"wants_digest": False}, MessageKind.CLASS_TOMORROW, True),
        ({"is_active": False}, MessageKind.WITHDRAWN, False),
    ],
    ids=["no reminders", "an answer still comes", "another kind still comes", "closed account"],
)
def test_queue_asks_what_the_recipient_wants(
    settings_of_learner: dict[str, bool], kind: MessageKind, is_queued: bool
) -> None:
    queued = message.queue(kind=kind, key="k", data=DATA[kind], recipient=a_learner(**settings_of_learner), now=NOW)

    assert (queued is not None) is is_queued


@pytest.mark.django_db(transaction=True)
def test_the_courier_hears_of_what_is_urgent_at_commit_and_of_nothing_else() -> None:
    parameters = {key: value for key, value in connection.get_connection_params().items() if key != "cursor_factory"}
    parameters.pop("context", None)
    listening = psycopg2.connect(**parameters)
    listening.autocommit = True
    try:
        listening.cursor().execute(f"LISTEN {message.URGENT_CHANNEL}")

        with transaction.atomic():
            a_message(kind=MessageKind.SIGN_IN_CODE)
            before_commit = _heard(listening)
        after_commit = _heard(listening)
        a_message()
        after_routine = _heard(listening)
    finally:
        listening.close()

    assert (before_commit, after_commit, after_routine) == (0, 1, 0)


def _heard(listening: "psycopg2.extensions.connection") -> int:
    select.select([listening], [], [], 0.3)
    listening.poll()
    heard = len(listening.notifies)
    listening.notifies.clear()
    return heard
