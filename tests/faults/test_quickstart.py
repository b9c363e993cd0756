"""``make run`` on a bad day: a taken port, a kill -9, a second start, Ctrl-C."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FIRST_START_SECONDS_MAX = 300  # a hang ends here; how fast it is, `make run` prints
SECOND_START_SECONDS_MAX = 180


class Started:
    """One `python -m portal.quickstart run` and everything it printed."""

    def __init__(self, folder: Path, port: int) -> None:
        keep = {"PATH", "HOME", "LANG", "TMPDIR"}
        environment = {name: value for name, value in os.environ.items() if name in keep}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "portal.quickstart", "run"],
            cwd=ROOT,
            env={**environment, "LOCAL_DIR": str(folder), "PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as said:
            self.lines.extend(iter(said.readline, ""))

    @property
    def text(self) -> str:
        return "".join(self.lines)

    def address(self, seconds: float) -> str:
        deadline = time.monotonic() + seconds
        while "Ctrl-C stops everything" not in self.text:
            assert self.process.poll() is None, self.text
            assert time.monotonic() < deadline, self.text
            time.sleep(0.1)
        found = re.search(r"http://localhost:\d+", self.text)
        assert found is not None
        return found.group()

    def end(self, signal_number: int) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal_number)
        code = self.process.wait(60)
        self.reader.join(60)
        return code


def read(url: str) -> str:
    with urllib.request.urlopen(url) as answer:
        return str(answer.read().decode())


def processes_of(folder: Path) -> set[int]:
    """Return the pids of all processes that carry this start's folder in their environment or command."""
    found = set()
    for process in psutil.process_iter():
        try:
            where = process.environ().get("LOCAL_DIR", "") + " ".join(process.cmdline())
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
        if str(folder) in where and process.pid != os.getpid():
            found.add(process.pid)
    return found


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="lhq-") as name:
        yield Path(name)


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield int(taken.getsockname()[1])


def test_a_taken_port_a_kill_and_a_second_start_keep_the_data(folder: Path, taken_port: int) -> None:
    first = Started(folder, taken_port)
    address = first.address(FIRST_START_SECONDS_MAX)

    assert f"Port {taken_port} is taken by another program" in first.text
    assert "minh họa" in read(f"{address}/courses/")
    assert set(json.loads((folder / "processes.json").read_text())) != set()

    first.end(signal.SIGKILL)
    second = Started(folder, taken_port)
    address = second.address(SECOND_START_SECONDS_MAX)

    assert "the demonstration world" not in second.text
    assert "minh họa" in read(f"{address}/courses/")
    assert second.end(signal.SIGINT) == 0
    assert processes_of(folder) == set()
