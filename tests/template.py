"""
The migrated database that each worker's is a copy of: migrated once, while the workers still collect their tests.

The process that migrates holds a lock as long as it lives, and who wants a copy waits for the lock. Should it fail, the
worker's own `migrate`, which finds nothing to do otherwise, fails at the same place and says why.
"""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import psycopg2

from portal.quickstart.servers import Postgres

ROOT = Path(__file__).resolve().parent.parent
NAME = "lh_migrated"


def _folder() -> Path:
    return Path(os.environ["PORTAL_TEST_SERVERS"])


def begin(postgres: Postgres) -> "subprocess.Popen[bytes]":
    """Make the database and start migrating it."""
    owner = psycopg2.connect(postgres.url("lh_owner", "postgres"))
    owner.autocommit = True
    with owner.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {NAME}")
    owner.close()
    with (_folder() / "migrating").open("wb") as lock, (_folder() / "migrate.log").open("wb") as log:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "manage.py", "migrate", "--verbosity", "0"],
            env={**os.environ, "DATABASE_URL": postgres.url("lh_owner", NAME)},
            cwd=ROOT,
            stdout=log,
            stderr=log,
            pass_fds=[lock.fileno()],
        )


def migrated() -> str:
    """Return the name of the database once nobody is migrating it any more."""
    with (_folder() / "migrating").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
    return NAME
