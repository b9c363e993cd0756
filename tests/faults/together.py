"""Several people at once, each in a thread with a connection of their own. Needs ``django_db(transaction=True)``."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Start all acts at once; return what each returned or raised, in their order."""
    start = threading.Barrier(len(acts))
    answers: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(30)
            answers[place] = act()
        except Exception as error:  # noqa: BLE001 -- an answer like any other, for the test to judge
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[place, act]) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def kinds(answers: Sequence[Any]) -> list[str]:
    """Return the class of each answer, sorted: what came of it all, whoever it came to."""
    return sorted(type(answer).__name__ for answer in answers)
