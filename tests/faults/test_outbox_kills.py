"""Two hundred letters and ten ``kill -9`` of the worker: none is sent twice, none is lost without being listed."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.utils import timezone
from kombu import Connection

from learners.actions import message
from learners.choices import MessageState
from learners.models import Message
from portal.celery import app, broker_url
from portal.quickstart.servers import Valkey
from tests.factories.messages import a_message
from tests.factories.people import a_learner
from tests.faults.processes import Process, until
from tests.faults.sinks import MailSink, mail_sink

pytestmark = pytest.mark.django_db(transaction=True)
LETTERS = 200
KILLS = 10
SEED = int(os.environ.get("SEED", "20261121"))
# Where the worker dies: before the hand-over; after it, before the letter was taken; with the letter taken and no
# answer yet; after the answer.
MOMENTS = ("connected", "MAIL", "DATA", "taken", "answered")


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[str]:
    """A broker of our own: the shared one stays as it is."""
    valkey = Valkey(tmp_path, durable=False)
    valkey.start()
    try:
        yield valkey.url
    finally:
        valkey.stop()


@pytest.fixture
def sink(settings: Any) -> Iterator[MailSink]:
    with mail_sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        yield sink


def a_worker(broker: str, sink: MailSink) -> Process:
    """Start a real worker and ring for it, as beat does; who comes late finds the ring waiting."""
    worker = Process(
        *("-m", "celery", "-A", "portal", "worker", "--concurrency", "1", "--without-gossip", "--without-mingle"),
        REDIS_URL=broker,
        DEMO="0",
        EMAIL_URL=f"smtp://127.0.0.1:{sink.port}",
    )
    with Connection(broker_url(broker)) as connection:
        app.send_task("learners.deliver_due_messages", connection=connection, ignore_result=True)
    return worker


def test_killed_workers_send_nothing_twice_and_lose_nothing(broker: str, sink: MailSink) -> None:
    random = Random(SEED)
    print(f"SEED={SEED}")
    learner = a_learner()
    for _ in range(LETTERS):
        a_message(recipient=learner, now=timezone.now())
    kills = list(MOMENTS) * (KILLS // len(MOMENTS))
    random.shuffle(kills)

    for moment in kills:
        worker = a_worker(broker, sink)
        sink.kill_at(moment, after=random.randint(3, 17), victim=worker.kill)
        until(sink.has_killed)
    worker = a_worker(broker, sink)
    try:
        until(lambda: not Message.objects.filter(state=MessageState.DUE).exists())
        assert worker.end() == 0
    finally:
        worker.kill()
    # The leases of the killed end; what was only claimed leaves now, by whoever looks next.
    message.deliver_due(now=timezone.now() + timedelta(minutes=2))

    taken = set(sink.taken)
    in_doubt = {f"<{row.public_id}@localhost>" for row in Message.objects.filter(state=MessageState.IN_DOUBT)}
    sent = {f"<{row.public_id}@localhost>" for row in Message.objects.filter(state=MessageState.SENT)}
    assert len(sink.taken) == len(taken)
    assert len(sent) + len(in_doubt) == LETTERS
    assert sent <= taken
    # Between the hand-over and the answer: certainly in doubt. Just after the answer: it depends on who was faster.
    certain = sum(moment in {"MAIL", "DATA", "taken"} for moment in kills)
    assert certain <= len(in_doubt) <= certain + kills.count("answered")
    print(f"sent {len(sent)}, in doubt {len(in_doubt)} of {KILLS} kills at {kills}")
