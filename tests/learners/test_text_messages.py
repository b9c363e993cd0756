"""Text messages: what they cost, when they may ring, and a gateway that speaks HTTP."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from learners import emails, rules
from learners.actions import message
from learners.channels.sms import parts
from learners.choices import Channel, Language, MessageKind, MessageState, Urgency
from learners.models import Message
from learners.queries import message_text as texts
from tests.factories.people import NOW

pytestmark = pytest.mark.django_db
NUMBER = "+84912345678"
# Text messages cost money. Who has only a phone reads these on the page, where whoever waits for one looks.
OF_STAFF = {
    "PROPOSAL_SUBMITTED", "PROPOSAL_RETURNED", "PROPOSAL_PUBLISHED", "ORGANIZATION_VERIFIED", "REQUEST_DECIDED",
    "DISPUTE_TO_ANSWER", "OBJECTION_TO_ANSWER", "PLACE_TO_DECIDE", "REPLY_HIDDEN", "REPLY_DECIDED",
}  # fmt: skip
RECEIPTS = {"ENROLLED", "WAITING_JOINED", "DISPUTE_OPENED", "COMPLAINT_RECEIVED"}  # of what one has just done there
GOOD_NEWS = {"CREDIT_POSTED", "LEARNING_RECOGNIZED", "PATHWAY_REACHED", "QUALIFICATION_AWARDED", "WISH_OPENED"}
SWITCHED = {"WEEKLY_DIGEST", "CLASS_TOMORROW"}  # the profile says that they come by e-mail
NOTHING_TO_DO = {"ENTRY_REVERSED", "WISH_STILL_WANTED", "REVIEW_HIDDEN", "REVIEW_DECIDED"}
# What becomes of a group or a turn in line stands on its page.
OF_THE_LINE = {"SEATS_PASSED_ON", "GROUP_ENDED", "WITHDRAWN"}
KINDS = [kind for kind in MessageKind if Channel.SMS in rules.DELIVERY[kind].channels]


@pytest.mark.parametrize(
    ("text", "paid"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ế" * 70, 1),
        ("ế" * 71, 2),
        ("ế" * 134, 2),
        ("ế" * 135, 3),
        ("😀" * 36, 2),
    ],
)
def test_a_text_is_paid_for_by_the_part(text: str, paid: int) -> None:
    assert parts(text) == paid


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", KINDS)
def test_every_text_message_can_be_written_and_is_short(kind: MessageKind, language: Language) -> None:
    vocabulary = texts.read_file()["placeholders"]
    delivery = rules.DELIVERY[kind]
    data = {name: vocabulary[name][language] for name in delivery.required | delivery.optional}

    text = emails.text_message(Message(kind=kind, language=language, data=data))

    assert not {"{", "}"} & set(text)
    assert parts(text) <= (1 if kind == MessageKind.SIGN_IN_CODE else 3)


@pytest.mark.parametrize(
    ("hour", "due"),
    [(21, (27, 7)), (23, (27, 7)), (0, (26, 7)), (6, (26, 7)), (7, (26, 7)), (20, (26, 20))],
)
def test_a_text_nobody_waits_for_does_not_ring_at_night(hour: int, due: tuple[int, int]) -> None:
    """From 21:00 to 7:00 in Viet Nam, which is UTC + 7."""
    now = datetime(2026, 11, 26 if hour >= 7 else 25, (hour - 7) % 24, 0, tzinfo=UTC)
    data = {"device": "x", "date": "x", "time": "x", "link": "x"}

    queued = message.queue(kind=MessageKind.NEW_DEVICE, key="k", address=NUMBER, data=data, now=now)

    assert queued is not None
    day, until = due
    assert queued.due_at == datetime(2026, 11, day, (until - 7) % 24, 0, tzinfo=UTC)


def test_every_kind_reaches_a_number_or_stands_in_a_list_that_says_why_not() -> None:
    by_letter_alone = OF_STAFF | RECEIPTS | GOOD_NEWS | SWITCHED | NOTHING_TO_DO | OF_THE_LINE

    assert {kind.name for kind in MessageKind if kind not in KINDS} == by_letter_alone


def test_a_kind_without_a_text_is_not_sent_to_a_number() -> None:
    data = {"course": "x", "date": "x", "link": "x"}

    with pytest.raises(message.UnableToQueue):
        message.queue(kind=MessageKind.WITHDRAWN, key="k", address=NUMBER, data=data, now=NOW)


class Gateway(HTTPServer):
    """A gateway on this machine that answers as told and remembers what it was asked."""

    status = 200
    asked: list[tuple[dict[str, str], dict[str, Any]]]


class Handler(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((dict(self.headers), json.loads(body)))
        if self.server.status:
            self.send_response(self.server.status)
            self.end_headers()

    def log_message(self, *words: Any) -> None:
        """Quietly."""


@pytest.fixture
def gateway(settings: Any) -> Iterator[Gateway]:
    server = Gateway(("127.0.0.1", 0), Handler)
    server.asked = []
    settings.SMS_GATEWAY = "learners.channels.sms.HttpGateway"
    settings.SMS_GATEWAY_URL = f"http://127.0.0.1:{server.server_port}/send"
    settings.SMS_GATEWAY_TOKEN = "secret-of-the-gateway"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def a_code() -> Message:
    data = {"code": "482913", "minutes": "10"}
    queued = message.queue(kind=MessageKind.SIGN_IN_CODE, key="k", address=NUMBER, data=data, now=NOW)
    assert queued is not None
    return queued


def test_the_gateway_is_told_what_it_needs_and_no_more(gateway: Gateway) -> None:
    queued = a_code()

    message.deliver_due(now=NOW, urgency=Urgency.URGENT)

    [(headers, body)] = gateway.asked
    assert headers["Authorization"] == "Bearer secret-of-the-gateway"
    assert headers["Idempotency-Key"] == body["reference"] == str(queued.public_id)
    assert (body["to"], body["from"], "482913" in body["text"]) == (NUMBER, "HocSuotDoi", True)
    assert set(body) == {"to", "from", "text", "reference"}


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, MessageState.SENT),
        (202, MessageState.SENT),
        (400, MessageState.FAILED),
        (404, MessageState.FAILED),
        (429, MessageState.DUE),
        (503, MessageState.DUE),
        (500, MessageState.DUE),  # perhaps taken: a code is sent again with the same reference
        (302, MessageState.DUE),
        (0, MessageState.DUE),  # hangs up without an answer
    ],
)
def test_what_the_gateway_answers_settles_the_message(gateway: Gateway, status: int, state: MessageState) -> None:
    a_code()
    gateway.status = status

    message.deliver_due(now=NOW, urgency=Urgency.URGENT)

    settled = Message.objects.get()
    assert settled.state == state
    assert NUMBER not in settled.failure
    assert (settled.cost_dong > 0) is (state == MessageState.SENT)


def test_a_gateway_that_is_away_has_taken_nothing(settings: Any) -> None:
    settings.SMS_GATEWAY = "learners.channels.sms.HttpGateway"
    settings.SMS_GATEWAY_URL = "http://127.0.0.1:1/send"
    a_code()

    message.deliver_due(now=NOW, urgency=Urgency.URGENT)

    waiting = Message.objects.get()
    assert (waiting.state, waiting.handed_over_at) == (MessageState.DUE, None)


def test_without_a_gateway_a_text_fails_and_says_so(settings: Any) -> None:
    settings.SMS_GATEWAY = ""
    a_code()

    message.deliver_due(now=NOW, urgency=Urgency.URGENT)

    assert Message.objects.get().state == MessageState.FAILED
