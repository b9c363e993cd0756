"""
A process that guesses the birth year of a card's owner as fast as it can, once the gate opens.

It tells how many of its guesses were looked at, and how many opened the card.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence

from django.db import connection

from learners.actions import card as actions
from learners.models import Card
from learners.queries import card as cards
from tests.conftest import database_url_of_test
from tests.factories.people import NOW
from tests.faults.inside import GATE

PROCESS = "import django; django.setup(); from tests.faults import guessing; guessing.main()"


def start(*, code: str, years: Sequence[int]) -> "subprocess.Popen[str]":
    """Start a process that waits at the gate and then guesses these years on this test's database."""
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", PROCESS, json.dumps({"code": code, "years": list(years)})],
        env={**os.environ, "DATABASE_URL": database_url_of_test()},
        stdout=subprocess.PIPE,
        text=True,
    )


def told(processes: Sequence["subprocess.Popen[str]"]) -> tuple[int, int]:
    """Wait for all; return how many guesses were looked at, and how many opened the card."""
    said = [json.loads(process.communicate()[0]) for process in processes]
    return sum(looked_at for looked_at, _opened in said), sum(opened for _looked_at, opened in said)


def main() -> None:
    task = json.loads(sys.argv[1])
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")  # the others may take their time to start
        cursor.execute("SELECT pg_advisory_lock_shared(%s)", [GATE])
        cursor.execute("RESET lock_timeout")
    looked_at = watch()
    opened = sum(opens(task["code"], str(year)) for year in task["years"])
    print(json.dumps([len(looked_at), opened]))


def watch() -> list[str]:
    """Return a list into which every guess comes whose answer is compared with what the card knows."""
    compared: list[str] = []
    real: Callable[[Card, str], bool] = cards.is_known_to

    def watched(card: Card, said: str) -> bool:
        compared.append(said)
        return real(card, said)

    cards.is_known_to = watched
    return compared


def opens(code: str, said: str) -> bool:
    try:
        actions.come_in_by_code(code=code, said=said, now=NOW)
    except actions.UnableToComeIn:
        return False
    return True
