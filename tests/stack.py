"""The whole portal as processes on the test database: granian, worker, beat and courier, as production runs them."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from portal.quickstart.children import Child
from portal.quickstart.servers import Valkey
from tests.conftest import database_url_of_test

ROOT = Path(__file__).resolve().parent.parent
HUNG_AFTER_SECONDS = 300  # how fast this machine is matters to no test: who is not there by then never will be


def wait_for(condition: Callable[[], bool], *, what: str) -> float:
    """Return how long it took until ``condition()`` was true; fail when it never is."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > HUNG_AFTER_SECONDS:
            raise AssertionError(f"{what}: not within {HUNG_AFTER_SECONDS} s")
        time.sleep(0.05)
    return time.monotonic() - began


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Stack:
    """Processes by name; each may be killed and started again. ``mailbox`` is where mails arrive."""

    folder: Path
    valkey: Valkey
    port: int
    children: dict[str, Child] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def mailbox(self) -> Path:
        return self.folder / "mailbox"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": database_url_of_test(),
            "REDIS_URL": self.valkey.url,
            "SITE_URL": self.url,
            "EXTRA_HOSTS": "127.0.0.1",
            "TESTING": "0",
            "DEMO": "1",
            "STATIC_ROOT": str(self.folder / "static"),
            "MAILBOX_DIR": str(self.mailbox),
            "BEAT_SCHEDULE": str(self.folder / "celerybeat-schedule"),
            "PYTHONPATH": str(ROOT),
        }

    def command(self, name: str) -> list[str]:
        python = sys.executable
        celery = [python, "-m", "celery", "-q", "-A", "portal.celery"]
        return {
            "web": [
                python, "-m", "granian", "--interface", "wsgi", "portal.wsgi:application", "--host", "127.0.0.1",
                "--port", str(self.port), "--workers", "2", "--blocking-threads", "1", "--backpressure", "64",
                "--no-access-log", "--log-level", "warning",
            ],
            "courier": [python, str(ROOT / "manage.py"), "courier"],
            "worker": [*celery, "worker", "-l", "WARNING", "-c", "2", "--without-mingle", "--without-gossip"],
            "beat": [*celery, "beat", "-l", "WARNING", "--pidfile="],
        }[name]  # fmt: skip

    def start(self, *names: str) -> None:
        for name in names:
            self.children[name] = Child(name, self.command(name))
            self.children[name].start(self.environment)
        if "web" in names:
            wait_for(self._answers_or_fails, what="the web server answers")

    def _answers_or_fails(self) -> bool:
        assert self.children["web"].is_running(), "the web server ended while starting; its output is above"
        return self.is_ready()

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health/ready", timeout=30) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def kill(self, name: str) -> None:
        """``kill -9`` the process and its children, by the group we made for them."""
        process = self.children[name].process
        assert process is not None
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for child in self.children.values():
            child.stop()
        self.valkey.stop()


@contextmanager
def a_stack(*names: str) -> Iterator[Stack]:
    """Run the named processes, with a Valkey of their own, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="lhs-") as name:
        folder = Path(name)
        (folder / "mailbox").mkdir()
        (folder / "static").mkdir()
        valkey = Valkey(folder, durable=False)
        valkey.start()
        stack = Stack(folder, valkey, free_port())
        if "web" in names:
            subprocess.run(
                [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"],
                cwd=ROOT, env=stack.environment, check=True,
            )  # fmt: skip
        try:
            stack.start(*names)
            yield stack
        finally:
            stack.stop()
