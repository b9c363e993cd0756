"""
The processes `make run` starts: started, watched, prefixed in one output, and stopped again.

Each gets a process group of its own, so that Ctrl-C reaches only us and we stop them in order. Their pids are written
down: after a ``kill -9`` the next start ends what is left of them, and nothing else.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from portal.quickstart import unprivileged

STOP_SECONDS_MAX = 20


@dataclass(slots=True)
class Child:
    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            self.command,
            env={**environment, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=unprivileged.die_with_parent(signal.SIGTERM),
        )
        threading.Thread(target=self._copy_output, args=(self.process,), daemon=True).start()

    def _copy_output(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                print(f"{self.name:8}| {line.decode(errors='replace').rstrip()}", flush=True)

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Ask the group to end; insist after a while."""
        if self.process is None:
            return
        _signal_group(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            print(f"{self.name} did not stop in {STOP_SECONDS_MAX} s and is killed.", flush=True)
        _signal_group(self.process.pid, signal.SIGKILL)  # whatever the leader left behind
        self.process.wait()


def _signal_group(leader: int, signal_number: int) -> None:
    try:
        os.killpg(leader, signal_number)
    except (ProcessLookupError, PermissionError):
        return  # the group has ended


class Register:
    """Which process groups are ours: one JSON file, rewritten whole at each change."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, children: list[Child]) -> None:
        ours = {child.process.pid: _started(child.process.pid) for child in children if child.process is not None}
        temporary = self.path.with_suffix(".new")
        temporary.write_text(json.dumps(ours), encoding="ascii")
        temporary.replace(self.path)

    def clear(self) -> None:
        self.path.unlink(missing_ok=True)

    def end_leftovers(self) -> int:
        """Kill what an earlier, killed start left running; return how many groups there were."""
        try:
            earlier = json.loads(self.path.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return 0
        ended = 0
        for leader, started in ((int(pid), when) for pid, when in earlier.items()):
            # A group keeps its leader's pid from being given away, so a group without its leader is still ours; a
            # leader that started at another moment is a stranger.
            if _started(leader) not in {None, started}:
                continue
            try:
                os.killpg(leader, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                continue
            ended += 1
        self.clear()
        return ended


def _started(pid: int) -> float | None:
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.NoSuchProcess:
        return None


def newest_source(folders: list[Path]) -> float:
    """Return the newest modification time of our Python files, for `make dev`."""
    return max((path.stat().st_mtime for folder in folders for path in folder.rglob("*.py")), default=0.0)


def watch(children: list[Child], environment: dict[str, str], stopping: threading.Event, sources: list[Path]) -> int:
    """
    Wait until we are told to stop or a child ends by itself; return the exit status.

    With ``sources`` (`make dev`), children other than the web server, which reloads itself, start again when a
    Python file changes.
    """
    newest = newest_source(sources)
    while not stopping.wait(0.3):
        for child in children:
            if not child.is_running():
                code = child.process.returncode if child.process else None
                print(f"{child.name} ended by itself (exit status {code}); stopping the rest.", file=sys.stderr)
                return 1
        if sources and (now_newest := newest_source(sources)) > newest:
            newest = now_newest
            time.sleep(0.3)  # an editor may still be writing
            for child in children:
                if child.name != "web":
                    child.stop()
                    child.start(environment)
            print("Reloaded the worker, beat and the courier.", flush=True)
    return 0
