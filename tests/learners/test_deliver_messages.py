"""Delivering what is due: claimed once, handed over once, and every way it can end."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection

from learners import rules
from learners.actions import delivery, message
from learners.choices import MessageKind, MessageState, Urgency
from learners.models import Learner, Message
from tests.factories.messages import a_message
from tests.factories.people import NOW, a_learner
from tests.faults.sinks import MailSink, mail_sink

pytestmark = pytest.mark.django_db
AFTER_LEASE = NOW + rules.LEASE + timedelta(seconds=1)


@pytest.fixture
def sink(settings: Any) -> Iterator[MailSink]:
    with mail_sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        yield sink


def test_a_due_message_is_sent_once() -> None:
    learner = a_learner(full_name="Lê Văn Hòa", language="en")
    queued = a_message(recipient=learner)

    first = message.deliver_due(now=NOW)
    second = message.deliver_due(now=NOW)

    queued.refresh_from_db()
    [letter] = mail.outbox
    assert (first, second) == (1, 0)
    assert (queued.state, queued.attempts) == (MessageState.SENT, 1)
    assert letter.to == [learner.email]
    assert letter.subject == "You have left Sơ cấp cứu tại nhà"
    assert letter.body.startswith("Hello Lê Văn Hòa,\n\nYou left Sơ cấp cứu tại nhà on")
    assert letter.extra_headers["Message-ID"] == f"<{queued.public_id}@localhost>"
    assert "List-Unsubscribe" not in letter.extra_headers
    [(html, _kind)] = letter.alternatives
    assert '<html lang="en">' in html


def test_urgent_and_routine_leave_by_different_hands() -> None:
    a_message()
    code = a_message(kind=MessageKind.SIGN_IN_CODE)

    sent = message.deliver_due(now=NOW, urgency=Urgency.URGENT)

    assert sent == 1
    assert mail.outbox[0].to == [code.address]


def test_the_code_is_forgotten_once_sent() -> None:
    code = a_message(kind=MessageKind.SIGN_IN_CODE)

    message.deliver_due(now=NOW, urgency=Urgency.URGENT)

    code.refresh_from_db()
    assert "482913" in mail.outbox[0].subject
    assert code.data == {"minutes": "10"}


@pytest.mark.parametrize(
    ("queued", "changed"),
    [
        ({"due_at": NOW + timedelta(seconds=1)}, {}),
        ({"expires_at": NOW}, {}),
        ({}, {"is_active": False}),
        ({}, {"wants_reminders": False}),
    ],
    ids=["not due yet", "expired", "account closed meanwhile", "opted out meanwhile"],
)
def test_what_must_not_leave_stays(queued: dict[str, Any], changed: dict[str, bool]) -> None:
    waiting = a_message(kind=MessageKind.CLASS_TOMORROW, **queued)
    Learner.objects.filter(pk=waiting.recipient_id).update(**changed)

    message.deliver_due(now=NOW)

    waiting.refresh_from_db()
    assert mail.outbox == []
    assert waiting.state == (MessageState.DUE if "due_at" in queued else MessageState.DROPPED)


def test_a_reminder_can_be_stopped_from_the_letter() -> None:
    a_message(kind=MessageKind.CLASS_TOMORROW)

    message.deliver_due(now=NOW)

    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Unsubscribe"].strip("<>") in mail.outbox[0].body


def test_a_paragraph_with_nothing_to_say_is_left_out() -> None:
    a_message(kind=MessageKind.CLASS_TOMORROW)

    message.deliver_due(now=NOW)

    assert "Nhà văn hóa phường Ninh Kiều" in mail.outbox[0].body
    assert "Cần mang gì" not in mail.outbox[0].body


def test_what_a_letter_says_cannot_become_markup() -> None:
    learner = a_learner(full_name="<b>Hòa</b> {code}", language="en")
    a_message(recipient=learner)

    message.deliver_due(now=NOW)

    [(html, _kind)] = mail.outbox[0].alternatives
    assert "<b>Hòa" not in html
    assert "{code}" in mail.outbox[0].body


# --- The mail server's answers ---


@pytest.mark.parametrize(
    ("answers", "state", "taken"),
    [
        ({}, MessageState.SENT, 1),
        ({"RCPT": b"450 later\r\n"}, MessageState.DUE, 0),
        ({"RCPT": b"550 nobody here\r\n"}, MessageState.FAILED, 0),
        ({"DATA": b"451 later\r\n"}, MessageState.DUE, 0),
        ({"END": b"552 too large\r\n"}, MessageState.FAILED, 0),
        ({"END": b"452 later\r\n"}, MessageState.DUE, 0),
        ({"END": b""}, MessageState.IN_DOUBT, 1),
    ],
    ids=[
        "taken",
        "rcpt later",
        "rcpt never",
        "data later",
        "letter never",
        "letter later",
        "hangs up after the letter",
    ],
)
def test_each_answer_of_the_mail_server(
    sink: MailSink, answers: dict[str, bytes], state: MessageState, taken: int
) -> None:
    sink.answers = answers
    queued = a_message()

    sent = message.deliver_due(now=NOW)

    queued.refresh_from_db()
    assert (queued.state, len(sink.taken), sent) == (state, taken, int(state == MessageState.SENT))


def test_the_address_is_in_no_reason_that_is_kept(sink: MailSink, caplog: pytest.LogCaptureFixture) -> None:
    queued = a_message()
    sink.answers = {"RCPT": f"550 <{queued.recipient.email}> is nobody here\r\n".encode()}

    with caplog.at_level("INFO", logger="learners.delivery"):
        message.deliver_due(now=NOW)

    queued.refresh_from_db()
    assert "is nobody here" in queued.failure
    assert queued.recipient.email not in queued.failure
    assert queued.recipient.email not in str([vars(record) for record in caplog.records])


def test_a_code_in_doubt_is_repeated_with_the_same_message_id(sink: MailSink) -> None:
    sink.answers = {"END": b""}
    code = a_message(kind=MessageKind.SIGN_IN_CODE, expires_at=NOW + timedelta(minutes=10))
    message.deliver_due(now=NOW, urgency=Urgency.URGENT)

    sink.answers = {}
    message.deliver_due(now=NOW + timedelta(minutes=2), urgency=Urgency.URGENT)

    code.refresh_from_db()
    assert code.state == MessageState.SENT
    assert sink.taken == [f"<{code.public_id}@localhost>"] * 2


def test_a_mail_server_that_is_away_is_tried_again_and_then_given_up(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    queued = a_message()
    now, waits = NOW, []

    while queued.state == MessageState.DUE:
        message.deliver_due(now=now)
        queued.refresh_from_db()
        waits.append(round((queued.due_at - now).total_seconds() / 60))
        now = queued.due_at

    assert waits[:-1] == [1, 5, 30, 240]
    assert (queued.state, queued.attempts) == (MessageState.FAILED, 5)
    assert "ConnectionRefusedError" in queued.failure


def test_a_header_no_mail_may_have_is_parked() -> None:
    code = a_message(kind=MessageKind.SIGN_IN_CODE, address="a@b.vn\r\nBcc: x@y.vn")

    message.deliver_due(now=NOW, urgency=Urgency.URGENT)

    code.refresh_from_db()
    assert code.state == MessageState.FAILED
    assert mail.outbox == []


# --- What a killed sender leaves behind ---


def test_killed_before_the_hand_over_is_claimed_again() -> None:
    queued = a_message()
    delivery.claim(now=NOW, urgency=Urgency.ROUTINE)

    within_lease = message.deliver_due(now=NOW)
    after_lease = message.deliver_due(now=AFTER_LEASE)

    queued.refresh_from_db()
    assert (within_lease, after_lease, queued.state) == (0, 1, MessageState.SENT)


def test_a_message_that_takes_its_senders_down_is_given_up() -> None:
    queued = a_message()
    for died in range(delivery.ATTEMPTS_MAX):
        assert delivery.claim(now=NOW + died * timedelta(minutes=2), urgency=Urgency.ROUTINE)
        delivery.recover(now=NOW + (died + 1) * timedelta(minutes=2))

    message.deliver_due(now=NOW + timedelta(hours=1))

    queued.refresh_from_db()
    assert (queued.state, mail.outbox) == (MessageState.FAILED, [])


@pytest.mark.parametrize(
    ("kind", "state", "letters"),
    [(MessageKind.WITHDRAWN, MessageState.IN_DOUBT, 0), (MessageKind.SIGN_IN_CODE, MessageState.SENT, 1)],
    ids=["once", "at least once"],
)
def test_killed_after_the_hand_over_follows_the_policy(kind: MessageKind, state: MessageState, letters: int) -> None:
    queued = a_message(kind=kind)
    claimed = delivery.claim(now=NOW, urgency=Urgency(queued.urgency))
    assert claimed is not None
    delivery.mark_handed_over(claimed, now=NOW)

    message.deliver_due(now=AFTER_LEASE, urgency=Urgency(queued.urgency))

    queued.refresh_from_db()
    assert (queued.state, len(mail.outbox)) == (state, letters)


def test_a_sender_that_lost_its_claim_does_not_send() -> None:
    queued = a_message()
    slow = delivery.claim(now=NOW, urgency=Urgency.ROUTINE)
    delivery.recover(now=AFTER_LEASE)
    delivery.claim(now=AFTER_LEASE, urgency=Urgency.ROUTINE)
    assert slow is not None

    may_send = delivery.mark_handed_over(slow, now=AFTER_LEASE)

    queued.refresh_from_db()
    assert may_send is False
    assert queued.state == MessageState.CLAIMED


@pytest.mark.django_db(transaction=True)
def test_senders_at_the_same_time_send_each_message_once() -> None:
    for _ in range(40):
        a_message()

    def send(_number: int) -> int:
        try:
            return message.deliver_due(now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        sent = sum(pool.map(send, range(4)))

    assert sent == len(mail.outbox) == 40
    assert len({letter.extra_headers["Message-ID"] for letter in mail.outbox}) == 40


# --- A curator's decision ---


@pytest.mark.parametrize("state", [MessageState.FAILED, MessageState.IN_DOUBT])
def test_a_curator_sends_again(state: MessageState) -> None:
    queued = a_message()
    Message.objects.filter(pk=queued.pk).update(state=state, failed_at=NOW, handed_over_at=NOW, attempts=5)

    message.requeue(message=queued, now=NOW)
    message.requeue(message=queued, now=NOW)
    sent = message.deliver_due(now=NOW)

    assert sent == 1


def test_what_was_sent_is_not_sent_again() -> None:
    queued = a_message()
    message.deliver_due(now=NOW)

    with pytest.raises(message.UnableToRequeue):
        message.requeue(message=queued, now=NOW)


def test_a_forgotten_code_is_not_sent_again(sink: MailSink) -> None:
    sink.answers = {"RCPT": b"550 nobody here\r\n"}
    code = a_message(kind=MessageKind.SIGN_IN_CODE)
    message.deliver_due(now=NOW, urgency=Urgency.URGENT)

    with pytest.raises(message.UnableToRequeue):
        message.requeue(message=code, now=NOW)
