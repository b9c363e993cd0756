"""
``python -m portal.quickstart run|dev|reset``: the whole portal on this machine, from one command.

Servers, migrations, translations, static files, the demonstration world, then web, worker, beat and courier. It says
what it does and how long it took, prints the address when everything answers, and stops all of it on Ctrl-C.
"""

import argparse
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.quickstart.children import Child, Register, watch
from portal.quickstart.servers import Postgres, ServerDidNotStart, Valkey
from portal.quickstart.unprivileged import CannotDropRoot
from portal.source_archive import source_files

ROOT = Path(__file__).resolve().parent.parent.parent
LOCAL = Path(os.environ.get("LOCAL_DIR", ROOT / ".local"))
ENVIRONMENT = LOCAL / "environment.json"  # there while the portal runs; read by manage.py
LOCK = ROOT / "requirements-run.lock"
FIRST_PORT = int(os.environ.get("PORT", "8000"))
PORTS_TRIED = 50
READY_SECONDS_MAX = 60
STARTED = float(os.environ.get("PORTAL_STARTED", time.time()))  # when `make` began, the installation included


@contextmanager
def step(words: str) -> Iterator[None]:
    """Say what is being done, and how long it took."""
    began = time.monotonic()
    print(f"  {words} …", end="", flush=True)
    yield
    print(f" {time.monotonic() - began:.1f} s", flush=True)


def run(*arguments: str, environment: dict[str, str], quiet: bool = True) -> None:
    """Run a management command; what it says is shown when it fails or when it has progress to show."""
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=quiet, text=True)
    if done.returncode != 0:
        said = f"\n{done.stdout}\n{done.stderr}" if quiet else ""
        raise SystemExit(f"\n`manage.py {' '.join(arguments)}` failed:{said}")


def free_port() -> int:
    """Return the first free port, with a sentence when it is not the usual one."""
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port != FIRST_PORT:
            print(f"Port {FIRST_PORT} is taken by another program; using {port}.", flush=True)
        return port
    raise SystemExit(f"No free port between {FIRST_PORT} and {FIRST_PORT + PORTS_TRIED - 1}; set PORT to another one.")


def own_secret(name: str, make: Callable[[], str]) -> str:
    """Return a secret of this installation: made once, kept beside its data, readable by us only."""
    path = LOCAL / name
    if not path.exists():
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(make())
    return path.read_text(encoding="ascii")


def leave_environment(environment: dict[str, str]) -> None:
    """Write down what we set, readable by us only, so that `manage.py` can be called by hand while the portal runs."""
    ours = {name: value for name, value in environment.items() if os.environ.get(name) != value}
    ENVIRONMENT.unlink(missing_ok=True)
    with open(os.open(ENVIRONMENT, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(ours, file)


def make_again(words: str, files: list[Path], *arguments: str, environment: dict[str, str]) -> None:
    """
    Run a command unless the files it works on are as they were; a second start takes seconds because of it.

    Known by names, sizes and times, and by the lock: packages bring files of their own. Remembered once it is done.
    """
    known = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in [*files, LOCK]]
    mark = hashlib.sha256(repr(known).encode()).hexdigest()
    stamp = LOCAL / f"{arguments[0]}.stamp"
    if stamp.exists() and stamp.read_text(encoding="ascii") == mark:
        return
    with step(words):
        run(*arguments, environment=environment)
    stamp.write_text(mark, encoding="ascii")


@contextmanager
def only_one() -> Iterator[None]:
    """Refuse a second start in the same folder."""
    LOCAL.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (LOCAL / "lock").open("w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit("The portal is already running from this folder; stop it first (Ctrl-C there).") from None
        yield


def own_servers() -> tuple[list[Postgres | Valkey], dict[str, str]]:
    """Return the servers to start and the addresses to use; an address in the environment replaces a server."""
    servers: list[Postgres | Valkey] = []
    addresses: dict[str, str] = {}
    if "DATABASE_URL" in os.environ:
        addresses["DATABASE_OWNER_URL"] = os.environ.get("DATABASE_OWNER_URL", os.environ["DATABASE_URL"])
    else:
        postgres = Postgres(LOCAL)
        servers.append(postgres)
        addresses |= {"DATABASE_URL": postgres.url("lh_app"), "DATABASE_OWNER_URL": postgres.url("lh_owner")}
    if "REDIS_URL" not in os.environ:
        valkey = Valkey(LOCAL)
        servers.append(valkey)
        addresses["REDIS_URL"] = valkey.url
    return servers, addresses


def processes(port: int, *, development: bool) -> list[Child]:
    python = sys.executable
    manage = [python, str(ROOT / "manage.py")]
    celery = [python, "-m", "celery", "-q", "-A", "portal.celery"]
    web = (
        [*manage, "runserver", f"127.0.0.1:{port}"]
        if development
        else [
            python, "-m", "granian", "--interface", "wsgi", "portal.wsgi:application", "--host", "127.0.0.1",
            "--port", str(port), "--workers", "2", "--blocking-threads", "1", "--backpressure", "64",
            "--no-access-log", "--log-level", "warning",
        ]
    )  # fmt: skip
    return [
        Child("web", web),
        Child("courier", [*manage, "courier"]),
        Child("worker", [*celery, "worker", "-l", "WARNING", "-c", "2", "--without-mingle", "--without-gossip"]),
        Child("beat", [*celery, "beat", "-l", "WARNING", "--pidfile="]),
    ]


def wait_until_ready(address: str, children: list[Child]) -> None:
    deadline = time.monotonic() + READY_SECONDS_MAX
    while time.monotonic() < deadline:
        for child in children:
            if not child.is_running():
                raise SystemExit(f"\n{child.name} ended while starting; its last lines are above.")
        try:
            with urllib.request.urlopen(f"{address}/health/ready", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise SystemExit(f"\nThe web server did not answer within {READY_SECONDS_MAX} s.")


def serve(*, development: bool) -> int:
    stopping = threading.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signal_number, lambda *_: stopping.set())
    with only_one():
        register = Register(LOCAL / "processes.json")
        if leftovers := register.end_leftovers():
            print(f"Ended {leftovers} processes an earlier start had left behind.", flush=True)
        first_time = not (LOCAL / "seeded").exists()
        print("Starting Học Suốt Đời" + (" for the first time." if first_time else "."), flush=True)
        port = free_port()
        address = f"http://localhost:{port}"
        servers, addresses = own_servers()
        environment = {
            **os.environ,
            **addresses,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "SECRET_KEY": os.environ.get("SECRET_KEY") or own_secret("secret_key", lambda: secrets.token_urlsafe(64)),
            "STATEMENT_SIGNING_KEY": os.environ.get("STATEMENT_SIGNING_KEY")
            or own_secret("statement_signing_key", lambda: secrets.token_hex(32)),
            "SITE_URL": address,
            "EXTRA_HOSTS": "127.0.0.1,[::1]",
            "DEMO": "1",
            # Nobody's number, as those of the demonstration's people: so that a page can show where a helpline stands.
            "HELPLINE": os.environ.get("HELPLINE", "0900 000 099"),
            "HELPLINE_HOURS": os.environ.get("HELPLINE_HOURS", "8:00–17:00"),
            "DEBUG": "1" if development else "0",
            "LOG_FORMAT": "console",
            "LOG_LEVEL": os.environ.get("LOG_LEVEL", "INFO" if development else "WARNING"),
            "STATIC_ROOT": str(LOCAL / "static"),
            "MEDIA_ROOT": str(LOCAL / "media"),
            "MAILBOX_DIR": str(LOCAL / "mailbox"),
            "BEAT_SCHEDULE": str(LOCAL / "celerybeat-schedule"),
            "PYTHONPATH": str(ROOT),
            # In a container everybody is root; the worker accepts JSON only, so its warning says nothing new.
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
        }
        children: list[Child] = []
        try:
            leave_environment(environment)
            for server in servers:
                with step(f"{type(server).__name__} (data in {server.base})"):
                    server.start()
            with step("tables"):
                run("migrate", "--verbosity", "0", environment=environment)
            catalogues = sorted((ROOT / "portal").rglob("*.po"))
            make_again("translations", catalogues, "translations", "compile", environment=environment)
            collect = ("collectstatic", "--noinput", "--verbosity", "0")
            make_again("static files", source_files(ROOT), *collect, environment=environment)
            if first_time:
                print("  the demonstration world …", flush=True)
                run("seed_demo", environment=environment, quiet=False)
                (LOCAL / "seeded").touch()
            children = processes(port, development=development)
            with step("web, worker, beat and courier"):
                for child in children:
                    child.start(environment)
                register.write(children)
                wait_until_ready(address, children)
            if stopping.is_set():
                return 0
            welcome(address, environment)
            return watch(children, environment, stopping, _sources() if development else [])
        except (ServerDidNotStart, CannotDropRoot) as reason:
            print(f"\n{reason}", file=sys.stderr)
            return 1
        finally:
            print("\nStopping …", flush=True)
            for child in children:
                child.stop()
            for server in reversed(servers):
                server.stop()
            ENVIRONMENT.unlink(missing_ok=True)
            register.clear()
            print("Stopped. Your data is kept; `make run` finds it again.", flush=True)


def _sources() -> list[Path]:
    return [ROOT / name for name in ("portal", "learners", "courses", "credits")]


def welcome(address: str, environment: dict[str, str]) -> None:
    print(f"\nReady after {time.time() - STARTED:.0f} s.\n\n  {address}/      Tiếng Việt\n  {address}/en/   English")
    print(f"  {address}/dev/mailbox/   every mail the portal sends, sign-in codes too\n", flush=True)
    run("seed_demo", "--sign-ins", environment=environment, quiet=False)
    print("\nCtrl-C stops everything.", flush=True)


def reset() -> int:
    """Remove all local data; refused while the portal runs from this folder."""
    with only_one():
        Register(LOCAL / "processes.json").end_leftovers()
    shutil.rmtree(LOCAL, ignore_errors=True)
    print(f"Removed {LOCAL}. The next `make run` starts afresh.")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m portal.quickstart", description=__doc__)
    parser.add_argument("command", choices=["run", "dev", "reset"])
    command = parser.parse_args().command
    return reset() if command == "reset" else serve(development=command == "dev")


if __name__ == "__main__":
    sys.exit(main())
