"""
Lighthouse: how Google's tool sees a page on a phone.

Installed by the Makefile from ``package-lock.json`` here (exact versions with their hashes, no addresses) into the
virtual environment; one Chromium serves all pages that are looked at.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.run import find_chromium

FOLDER = Path(__file__).parent
INSTALLED = Path(sys.prefix) / "lighthouse" / "node_modules" / "lighthouse" / "core" / "index.js"
ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run"]
START_SECONDS_MAX, PAGE_SECONDS_MAX = 30, 120


@dataclass(frozen=True, slots=True)
class Seen:
    """A page as Lighthouse saw it: a score of 0 to 1 for each category, and what kept one from being 1."""

    url: str
    scores: dict[str, float]
    wrong: list[str]


@contextmanager
def a_browser() -> Iterator[int]:
    """Start a Chromium that tools may drive, and yield its port."""
    chromium = find_chromium()
    if chromium is None or not INSTALLED.exists():
        raise RuntimeError("Chromium or Lighthouse is missing: `make test` installs the one and names the other.")
    with tempfile.TemporaryDirectory(prefix="lhc-", ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [chromium, *ARGUMENTS, "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield _port(Path(profile) / "DevToolsActivePort", process)
        finally:
            process.terminate()
            process.wait()


def look_at(urls: Sequence[str], *, port: int, categories: Sequence[str], **flags: Any) -> list[Seen]:
    """Return each page as a phone sees it, in the order asked; ``flags`` are Lighthouse's own."""
    asked = {
        "lighthouse": str(INSTALLED),
        "port": port,
        "urls": list(urls),
        "flags": {"onlyCategories": list(categories), "disableFullPageScreenshot": True, **flags},
    }
    node = shutil.which("node")
    if node is None:
        raise RuntimeError("Lighthouse needs Node.js (on Debian: apt install nodejs npm).")
    done = subprocess.run(
        [node, str(FOLDER / "audit.mjs")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=PAGE_SECONDS_MAX * len(urls),
    )
    if done.returncode != 0:
        raise RuntimeError(f"Lighthouse failed:\n{done.stderr}")
    return [Seen(**page) for page in json.loads(done.stdout)]


def _port(told: Path, process: "subprocess.Popen[bytes]") -> int:
    """Chromium writes the port it chose into its profile."""
    until = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < until and process.poll() is None:
        if told.exists() and (lines := told.read_text().splitlines()):
            return int(lines[0])
        time.sleep(0.05)
    raise RuntimeError("Chromium did not start.")
