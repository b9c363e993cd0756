"""
``make bench-large``: ten million postings made by COPY, then a page, a balance and the audit beside ten thousand.

Both sizes stand in one server, each in a database of its own, and are asked in turn; what grows with the ledger shows
as a ratio. Speed of writing is not the question here, so this server does not wait for the disk.
"""

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

from portal.quickstart.servers import Postgres
from tests.bench import machine, results
from tests.bench.results import Row
from tests.bench.stage import ROOT, stage

SECTION = "make bench-large"
POSTINGS, SMALL_POSTINGS = 10_000_000, 10_000
BYTES_PER_POSTING = 4_000  # of disk, at the worst moment
READS = 300


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.large", description=__doc__)
    parser.add_argument("--postings", type=int, default=POSTINGS)
    parser.add_argument("--dry", action="store_true", help="print, and leave RESULTS.md as it is")
    arguments = parser.parse_args()
    free = shutil.disk_usage(tempfile.gettempdir()).free
    if free < arguments.postings * BYTES_PER_POSTING:
        needed = arguments.postings * BYTES_PER_POSTING
        print(f"{tempfile.gettempdir()} has {free / 2**30:.0f} GiB free, this needs {needed / 2**30:.0f}.")
        return 2
    here, began = machine.look().lines(is_durable=False), time.monotonic()
    print("\n".join(here), flush=True)
    with stage(durable=False) as postgres:
        rows = _measure(postgres, postings=arguments.postings)
    notes = [f"The whole run took {(time.monotonic() - began) / 60:.1f} minutes, everything removed at its end."]
    results.write(SECTION, machine=here, notes=notes, rows=rows, dry=arguments.dry)
    return 0 if all(row.meets is not False for row in rows) else 1


def _measure(postgres: Postgres, *, postings: int) -> list[Row]:
    from tests.bench.large.books import ISSUERS, POSTINGS  # noqa: PLC0415 -- models exist only on the stage
    from tests.bench.large.load import fill, superuser  # noqa: PLC0415
    from tests.bench.people import issuers, learners  # noqa: PLC0415

    [pattern] = learners(1)
    issuers(ISSUERS)
    pattern_id = pattern.pk
    _disconnect()
    with superuser(postgres, "postgres") as cursor:
        for setting in ("max_wal_size = '8GB'", "checkpoint_timeout = '30min'", "autovacuum = off"):
            cursor.execute(f"ALTER SYSTEM SET {setting}")
        cursor.execute("SELECT pg_reload_conf()")
        cursor.execute("CREATE DATABASE lh_small TEMPLATE lh OWNER lh_owner")
    sizes = {"lh_small": SMALL_POSTINGS, "lh": postings}
    places, seconds = {}, {}
    for database, size in sizes.items():
        print(f"  {size:,} postings into {database} …", flush=True)
        began = time.monotonic()
        places[database] = fill(postgres, database, learners=size // POSTINGS, pattern_id=pattern_id)
        seconds[database] = time.monotonic() - began
        print(f"  … {seconds[database]:.0f} s", flush=True)
    with superuser(postgres) as cursor:
        cursor.execute("SELECT pg_database_size('lh')")
        disk = cursor.fetchone()[0] / 2**30
    readers = {name: Reader(postgres, name) for name in sizes}
    try:
        chosen = random.Random(20261121)
        asked = {question: {name: [] for name in sizes} for question in ("page", "balance", "rows", "award")}
        for read in range(-20, READS):
            for name, reader in readers.items():
                learner_id = places[name].learner_id + chosen.randrange(sizes[name] // POSTINGS)
                for question, answers in asked.items():
                    answer = reader.ask(question, learner_id)
                    if read >= 0:
                        answers[name].append(answer)
    finally:
        for reader in readers.values():
            reader.end()
    audits = {name: _audit(postgres, name) for name in sizes}
    return _rows(sizes, asked, audits, made_seconds=seconds["lh"], disk_gib=disk)


class Reader:
    """The process of ``reader.py`` on one database."""

    def __init__(self, postgres: Postgres, database: str) -> None:
        environment = {**os.environ, "DATABASE_URL": postgres.url("lh_app", database)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.large.reader"],
            cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self._line()

    def _line(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the reader has ended; what it said is above")
        return line

    def ask(self, question: str, learner_id: int) -> float:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{question} {learner_id}\n")
        self.process.stdin.flush()
        return float(self._line())

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(30)


def _audit(postgres: Postgres, database: str) -> tuple[float, float]:
    """Audit the whole ledger in a process of its own; return its seconds and the MiB it took at most."""
    environment = {**os.environ, "DATABASE_URL": postgres.url("lh_app", database)}
    began = time.monotonic()
    process = subprocess.Popen([sys.executable, str(ROOT / "manage.py"), "verify_ledger"], cwd=ROOT, env=environment)
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError("the ledger is not sound")
    return time.monotonic() - began, usage.ru_maxrss / 1024


def _rows(
    sizes: dict[str, int],
    asked: dict[str, dict[str, list[float]]],
    audits: dict[str, tuple[float, float]],
    *,
    made_seconds: float,
    disk_gib: float,
) -> list[Row]:
    def p95(values: list[float]) -> float:
        return statistics.quantiles(values, n=20)[-1]

    def beside(question: str, figure: Callable[[list[float]], float], unit: str) -> str:
        small, large = (figure(asked[question][name]) for name in sizes)
        return f"{small:.2f} and {large:.2f} {unit}"

    page, balance, award = (
        figure(asked[question]["lh"]) / figure(asked[question]["lh_small"])
        for question, figure in (("page", p95), ("balance", statistics.median), ("award", statistics.median))
    )
    rows_small, rows_large = (max(asked["rows"][name]) for name in sizes)
    (_small_seconds, small_mib), (large_seconds, large_mib) = (audits[name] for name in sizes)
    return [
        Row(
            what="a large ledger made",
            figure=f"{sizes['lh']:,} postings in {made_seconds / 60:.1f} min",
            beside=f"{disk_gib:.1f} GiB on disk, indexes and all; beside it one of {sizes['lh_small']:,}",
        ),
        Row(
            what="a learner's statement, p95, large ledger to small",
            figure=f"{page:.2f} ×",
            must="≤ 2 ×",
            meets=page <= 2,
            beside=beside("page", p95, "ms"),
        ),
        Row(
            what="a learner's balance, median, large ledger to small",
            figure=f"{balance:.2f} ×",
            must="constant: ≤ 1.5 ×, as many rows",
            meets=balance <= 1.5 and rows_large <= rows_small,
            beside=f"{beside('balance', statistics.median, 'ms')}; {rows_small:.0f} and {rows_large:.0f} rows at most",
        ),
        Row(
            what="an award, median, large ledger to small",
            figure=f"{award:.2f} ×",
            beside=f"{beside('award', statistics.median, 'ms')}, not waiting for the disk",
        ),
        Row(
            what="the audit of the whole large ledger",
            figure=f"{large_seconds / 60:.1f} min",
            aim="≤ 10 min for ten million",
            beside=f"{sizes['lh'] / large_seconds:,.0f} postings a second",
        ),
        Row(
            what="the memory the audit takes, large ledger to small",
            figure=f"{large_mib / small_mib:.2f} ×",
            must="≤ 1.2 ×",
            meets=large_mib <= 1.2 * small_mib,
            beside=f"{small_mib:.0f} and {large_mib:.0f} MiB",
        ),
    ]


def _disconnect() -> None:
    from django.db import connections  # noqa: PLC0415 -- models exist only on the stage

    connections.close_all()


if __name__ == "__main__":
    sys.exit(main())
