"""
Where a benchmark plays: a PostgreSQL of its own, migrated, and a Valkey, in a folder that is removed; fsync is on
unless told not.

Started before Django reads its settings. The bench serves as ``lh_app``, as production does; what only the owner may do
goes through ``owner()``.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
import psycopg2

from portal.quickstart.servers import Postgres, Valkey
from tests.environment import NO_SERVERS, PLAIN

ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def stage(*, durable: bool = True) -> Iterator[Postgres]:
    """Start the servers, migrate as the owner, set Django up to serve from them; remove everything at the end."""
    folder = Path(tempfile.mkdtemp(prefix="lhb-"))
    postgres, valkey = Postgres(folder, durable=durable), Valkey(folder, durable=False)
    try:
        postgres.start()
        valkey.start()
        settings = {
            **PLAIN,
            **NO_SERVERS,
            "TESTING": "1",  # static files where they lie
            "DEMO": "1",
            "STATIC_ROOT": str(folder / "static"),
            "MAILBOX_DIR": str(folder / "mailbox"),
            "REDIS_URL": valkey.url,
        }
        (folder / "static").mkdir()
        migrate = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"]
        as_owner = {**os.environ, **settings, "DATABASE_URL": postgres.url("lh_owner")}
        subprocess.run(migrate, cwd=ROOT, env=as_owner, check=True)
        os.environ |= {**settings, "DATABASE_URL": postgres.url("lh_app")}
        django.setup()
        yield postgres
    finally:
        valkey.stop()
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def owner(postgres: Postgres) -> Iterator[Any]:
    """A cursor with the owner's rights; each statement is a transaction of its own."""
    connection = psycopg2.connect(postgres.url("lh_owner"))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()
