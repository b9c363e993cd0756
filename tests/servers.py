"""
One throw-away PostgreSQL and one Valkey for the whole test run, shared by its workers.

A plugin and not a conftest: settings are read before any conftest is. Workers inherit the addresses. The tests connect
as the owner, who makes the test database, and then serve as ``lh_app`` (see ``conftest.py``).
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from portal.quickstart.servers import Postgres, Valkey
from tests import template
from tests.environment import PLAIN

STARTED: list[Postgres | Valkey] = []
BASE: list[Path] = []
MIGRATING: list[subprocess.Popen[bytes]] = []

if "PORTAL_TEST_SERVERS" not in os.environ:
    base = Path(tempfile.mkdtemp(prefix="lht-"))
    postgres, valkey = Postgres(base, durable=False), Valkey(base, durable=False)
    postgres.start()
    valkey.start()
    STARTED += [valkey, postgres]
    BASE.append(base)
    (base / "static").mkdir()
    os.environ |= {
        **PLAIN,
        "PORTAL_TEST_SERVERS": str(base),
        "DATABASE_URL": postgres.url("lh_owner"),
        "REDIS_URL": valkey.url,
        "TESTING": "1",
        "DEMO": "1",
        "STATIC_ROOT": str(base / "static"),
        "MAILBOX_DIR": str(base / "mailbox"),
    }
    MIGRATING.append(template.begin(postgres))


def pytest_unconfigure() -> None:
    for process in MIGRATING:
        process.kill()  # a run that needed no database does not wait for one
        process.wait()
    for server in STARTED:
        server.stop()
    for folder in BASE:
        shutil.rmtree(folder, ignore_errors=True)
