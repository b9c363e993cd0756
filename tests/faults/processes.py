"""Real processes of the portal over a test's own database, each in its own group and ended by its own id."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

from tests.conftest import database_url_of_test

ROOT = Path(__file__).resolve().parent.parent.parent
LOOK_EVERY_SECONDS = 0.02
HUNG_AFTER_SECONDS = 300  # how fast this machine is matters to no test: who is not there by then never will be


class Process:
    """``Process("manage.py", "courier")``: starts at once; ``end`` and ``kill`` take its children with it."""

    def __init__(self, *command: str, **environment: str) -> None:
        self.popen = subprocess.Popen(
            [sys.executable, "-W", "ignore", *command],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": database_url_of_test(), "LOG_LEVEL": "INFO", **environment},
            stdout=subprocess.DEVNULL if "SHOW" not in os.environ else None,
            stderr=subprocess.DEVNULL if "SHOW" not in os.environ else None,
            start_new_session=True,
        )

    def kill(self) -> None:
        """``kill -9`` of the process and its children; of one that is gone already: nothing."""
        if self.popen.poll() is None:
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()

    def end(self) -> int:
        """Ask it to end and return its exit code."""
        self.popen.terminate()
        return self.popen.wait(HUNG_AFTER_SECONDS)


def until(condition: Callable[[], object]) -> None:
    """Look again and again until the condition holds; a test fails when it never does."""
    deadline = monotonic() + HUNG_AFTER_SECONDS
    while not condition():
        assert monotonic() < deadline, "waited in vain"
        sleep(LOOK_EVERY_SECONDS)
