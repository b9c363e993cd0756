"""What the figures were taken on, in words and by two small calibrations, so that two runs can be compared."""

import hashlib
import os
import platform
import subprocess
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent.parent
SYNCS = 200
HASHES = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    cores: int
    memory_gib: int
    load: tuple[float, float, float]  # 1, 5 and 15 minutes, before the run
    syncs_per_second: float  # fdatasync after a write of 8 KiB
    hashes_per_second: float  # SHA-256 of 64 bytes, one core, from Python
    commit: str
    taken_at: datetime

    def lines(self, *, is_durable: bool) -> list[str]:
        load = " ".join(f"{value:.1f}" for value in self.load)
        return [
            f"Taken {self.taken_at:%d/%m/%Y %H:%M}, commit {self.commit}, on {self.cores} cores with "
            f"{self.memory_gib} GiB, Python {platform.python_version()}, PostgreSQL with fsync "
            f"{'on' if is_durable else 'off'}, all on loopback.",
            f"Load average before: {load}. Calibration: {self.syncs_per_second:,.0f} fdatasync a second, "
            f"{self.hashes_per_second / 1e6:.2f} million SHA-256 a second on one core.",
        ]


def look() -> Machine:
    return Machine(
        cores=os.cpu_count() or 1,
        memory_gib=round(psutil.virtual_memory().total / 2**30),
        load=os.getloadavg(),
        syncs_per_second=_syncs_per_second(),
        hashes_per_second=_hashes_per_second(),
        commit=_commit(),
        taken_at=datetime.now().astimezone(),
    )


def _commit() -> str:
    if not (ROOT / ".git").exists():
        return "unknown (no repository)"

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()

    return git("rev-parse", "--short", "HEAD") + (" with changes" if git("status", "--porcelain", "-uno") else "")


def _syncs_per_second() -> float:
    with tempfile.TemporaryFile() as file:
        began = time.perf_counter()
        for _ in range(SYNCS):
            os.pwrite(file.fileno(), b"x" * 8192, 0)
            os.fdatasync(file.fileno())
        return SYNCS / (time.perf_counter() - began)


def _hashes_per_second() -> float:
    text = b"x" * 64
    began = time.perf_counter()
    for _ in range(HASHES):
        hashlib.sha256(text).digest()
    return HASHES / (time.perf_counter() - began)
