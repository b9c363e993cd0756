"""The addresses a load balancer asks."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from portal.celery import app


def test_live_needs_no_database(client: Client) -> None:
    answer = client.get("/health/live")

    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_ready_when_the_database_answers(client: Client) -> None:
    answer = client.get("/health/ready")

    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.parametrize(("seconds", "status"), [(-90, 503), (-4, 200), (4, 200), (90, 503)])
@pytest.mark.django_db
def test_not_ready_while_this_clock_is_far_from_the_databases(
    client: Client, time_machine: Any, seconds: int, status: int
) -> None:
    """RELIABILITY F27: when an offer lapses is decided by one clock."""
    time_machine.move_to(datetime.now(tz=UTC) + timedelta(seconds=seconds))

    assert client.get("/health/ready").status_code == status


@pytest.mark.django_db
def test_a_worker_begins_nothing_by_a_wrong_clock(time_machine: Any) -> None:
    app.loader.import_default_modules()

    def begun() -> str:
        return str(app.tasks["learners.deliver_due_messages"].apply().state)  # as a worker does, in this process

    assert begun() == "SUCCESS"
    time_machine.move_to(datetime.now(tz=UTC) - timedelta(seconds=90))
    assert begun() == "FAILURE"
