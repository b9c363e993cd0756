"""The courier, as a real process: prompt, patient with its database, quick to end, and in no need of a broker."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from learners.choices import MessageKind, MessageState
from learners.management.commands.courier import LOOK_EVERY_SECONDS, Command
from learners.models import Message
from learners.queries.clock import ClockApart
from tests.factories.messages import a_message
from tests.faults.processes import Process, until

pytestmark = pytest.mark.django_db(transaction=True)
CODES = 6  # on a busy machine one of them is quick


@pytest.fixture
def courier(tmp_path: Path) -> Iterator[Process]:
    process = Process(
        "manage.py", "courier", REDIS_URL="unix:///nowhere/valkey.sock", MAILBOX_DIR=str(tmp_path / "mailbox")
    )
    try:
        until(is_listening)
        yield process
    finally:
        process.kill()


def is_listening() -> bool:
    """Whether a serving process, which logs in as ``lh_app`` and not as the tests do, has asked to hear."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'lh_app'"
        )
        return bool(cursor.fetchone()[0])


def is_sent(message: Message) -> bool:
    return Message.objects.get(pk=message.pk).state == MessageState.SENT


def test_a_code_leaves_as_soon_as_it_is_heard_of(courier: Process, tmp_path: Path) -> None:
    """Asked for right after the last one left, a code that waits for the next look would always take the full time."""
    took = []
    for _code in range(CODES):
        began = monotonic()
        code = a_code()
        until(lambda code=code: is_sent(code))
        took.append(monotonic() - began)

    assert min(took) < LOOK_EVERY_SECONDS / 2, took
    assert len(list((tmp_path / "mailbox").glob("*.eml"))) == CODES


def test_what_can_wait_is_left_to_the_workers(courier: Process) -> None:
    routine = a_message(now=timezone.now())
    code = a_code()

    until(lambda: is_sent(code))

    assert Message.objects.get(pk=routine.pk).state == MessageState.DUE


def test_a_database_that_goes_away_is_waited_for(courier: Process) -> None:
    limit = "ALTER DATABASE {} CONNECTION LIMIT {}"
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        try:
            cursor.execute(limit.format(name, 0))
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND usename = 'lh_app'"
            )
            until(lambda: not is_listening())
            code = a_code()
        finally:
            cursor.execute(limit.format(name, -1))
            cursor.execute("SET ROLE lh_app")

    until(lambda: is_sent(code))

    assert courier.popen.poll() is None


def test_it_ends_when_asked_and_not_by_being_killed(courier: Process) -> None:
    code = a_code()
    until(lambda: is_sent(code))

    assert courier.end() == 0


def a_code() -> Message:
    return a_message(kind=MessageKind.SIGN_IN_CODE, now=timezone.now())


def test_by_a_wrong_clock_it_sends_nothing(time_machine: Any) -> None:
    """RELIABILITY F27; ``handle`` says so in the log and tries again."""
    command = Command()
    command.is_ending = False
    a_code()
    time_machine.move_to(datetime.now(tz=UTC) + timedelta(seconds=90))

    with pytest.raises(ClockApart):
        command.listen_and_deliver()
    assert not Message.objects.filter(state=MessageState.SENT).exists()
