"""
How far the machines that attack the ledger go, and where their chance begins.

``FAULTS=long`` (``make faults``) lets them run for long; without it they take the short form of ``make test``. A run
prints its seed and ``SEED=…`` repeats it. A plugin, so that the workers of one run share one seed.
"""

import os
from random import Random
from typing import TypeVar

T = TypeVar("T")

IS_LONG = os.environ.get("FAULTS") == "long"
SEED = int(os.environ.setdefault("SEED", str(Random().randrange(2**32))))


def form(*, short: T, long: T) -> T:
    """Return what fits the form of this run."""
    return long if IS_LONG else short


def chance(name: str) -> Random:
    """Return a source of chance of its own for one test, the same for the same seed and name."""
    return Random(f"{SEED} {name}")


def pytest_report_header() -> str:
    return f"machines: {form(short='short', long='long')} form, SEED={SEED}"
