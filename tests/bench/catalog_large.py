"""
``make bench-catalog``: a million courses beside a hundred thousand in one server, the same searches asked of both.

Speed of writing is not the question here, so this server does not wait for the disk.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time

from portal.quickstart.servers import Postgres
from tests.bench import machine, results
from tests.bench.results import Row
from tests.bench.stage import ROOT, stage

SECTION = "make bench-catalog"
COURSES, SMALL = 1_000_000, 100_000
READS = 9  # of each search


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.catalog_large", description=__doc__)
    parser.add_argument("--courses", type=int, default=COURSES)
    parser.add_argument("--small", type=int, default=SMALL)
    parser.add_argument("--dry", action="store_true", help="print, and leave RESULTS.md as it is")
    arguments = parser.parse_args()
    here, began = machine.look().lines(is_durable=False), time.monotonic()
    print("\n".join(here), flush=True)
    with stage(durable=False) as postgres:
        rows = _measure(postgres, small=arguments.small, large=arguments.courses)
    notes = [f"The whole run took {(time.monotonic() - began) / 60:.1f} minutes, everything removed at its end."]
    results.write(SECTION, machine=here, notes=notes, rows=rows, dry=arguments.dry)
    return 0 if all(row.meets is not False for row in rows) else 1


def _measure(postgres: Postgres, *, small: int, large: int) -> list[Row]:
    from tests.bench.catalog_world import SEARCHES, fill, pattern  # noqa: PLC0415 -- models exist only on the stage
    from tests.bench.large.load import superuser  # noqa: PLC0415

    first = pattern()
    began = time.monotonic()
    fill(postgres, "lh", first=first, there=0, courses=small)
    print(f"  {small:,} courses after {time.monotonic() - began:.0f} s", flush=True)
    with superuser(postgres, "postgres") as cursor:
        cursor.execute("CREATE DATABASE lh_small TEMPLATE lh OWNER lh_owner")
    fill(postgres, "lh", first=first, there=small, courses=large)
    print(f"  {large:,} courses after {time.monotonic() - began:.0f} s", flush=True)
    readers = {name: Reader(postgres, name) for name in ("lh_small", "lh")}
    took = {(name, search): [] for name in readers for search in SEARCHES}
    try:
        for read in range(-1, READS):
            for search in SEARCHES:
                for name, reader in readers.items():
                    seconds = reader.ask(search)
                    if read >= 0:
                        took[name, search].append(seconds)
    finally:
        for reader in readers.values():
            reader.end()
    return _rows({key: 1000 * statistics.median(values) for key, values in took.items()}, list(SEARCHES), small, large)


def _rows(took: dict[tuple[str, str], float], searches: list[str], small: int, large: int) -> list[Row]:
    slowest = {name: max(took[name, search] for search in searches) for name in ("lh_small", "lh")}
    growth = slowest["lh"] / slowest["lh_small"]
    each = "; ".join(f"{search} {took['lh_small', search]:.1f} and {took['lh', search]:.1f}" for search in searches)
    return [
        Row(
            what=f"slowest search over {large:,} courses, to the slowest over {small:,}",
            figure=f"{growth:.1f} ×",
            must="≤ 12 ×",
            aim="≤ 5 ×",
            meets=growth <= 12,
            beside=f"ms: {each}",
        )
    ]


class Reader:
    """A process that asks one database, as ``python -m tests.bench.catalog_reader``."""

    def __init__(self, postgres: Postgres, database: str) -> None:
        environment = {**os.environ, "DATABASE_URL": postgres.url("lh_app", database)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.catalog_reader"],
            cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def ask(self, search: str) -> float:
        """Return the seconds a search took."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(search + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the reader has ended; what it said is above")
        return float(line)

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(30)


if __name__ == "__main__":
    sys.exit(main())
