"""
The public pages on a phone: Lighthouse's score for performance, on the portal as production serves it.

A centre with thirty courses, two web processes, files collected and compressed. Lighthouse measures the page as this
machine loads it and works out what a slow phone on a slow line would have made of it (its simulated throttling).
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from portal.quickstart.children import Child
from portal.quickstart.servers import Postgres
from tests import lighthouse
from tests.bench.results import Row
from tests.bench.rounds import Rounds, Spread, Took, Variant, clock, play
from tests.bench.stage import ROOT
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.people import an_organization

RUNS = 5  # Lighthouse's own advice: the median of five
COURSES = 30
READY_SECONDS_MAX = 60
SCORE_MIN = 95


def measure(_postgres: Postgres, *, rounds: int) -> tuple[Rounds, list[Row]]:
    """Return the median of five runs of each page; ``rounds`` is how often others play theirs."""
    provider = an_organization()
    for day in range(1, COURSES + 1):
        version = a_published_version(provider=provider)
        a_published_run(version=version, starts_at=timezone.now() + timedelta(days=day))
    addresses = {
        "home": "/",
        "the catalogue": "/courses/",
        "a course": version.get_absolute_url(),
        "an organisation": provider.get_absolute_url(),
    }
    scores: dict[str, list[float]] = {name: [] for name in addresses}
    with _a_portal() as site:
        looks = {name: _look(site + address, scores[name].append) for name, address in addresses.items()}
        # The first look of each, which warms the portal up, is left out below.
        played = play(looks, rounds=RUNS)
    return played, [_row(name, Spread.of(values[1:])) for name, values in scores.items()]


def _look(url: str, note: Callable[[float], None]) -> Variant:
    """Look with a Chromium of its own: nothing of the last look is left in it."""

    def look() -> Took:
        with clock(1) as took, lighthouse.a_browser() as port:
            (seen,) = lighthouse.look_at([url], port=port, categories=["performance"])
        note(100 * seen.scores["performance"])
        return took

    return look


def _row(name: str, score: Spread) -> Row:
    return Row(
        what=f"Lighthouse, performance on a phone: {name}",
        figure=score.text("{:.0f}"),
        must=f"≥ {SCORE_MIN}",
        meets=score.median >= SCORE_MIN,
        beside=f"median of {RUNS}, simulated slow 4G and a phone four times slower",
    )


@contextmanager
def _a_portal() -> Iterator[str]:
    """Serve the stage's database as production does; yield the address."""
    with tempfile.TemporaryDirectory(prefix="lhp-") as folder:
        port = _free_port()
        site = f"http://127.0.0.1:{port}"
        environment = {
            **os.environ,
            "TESTING": "0",
            "SITE_URL": site,
            "EXTRA_HOSTS": "127.0.0.1",
            "STATIC_ROOT": str(Path(folder) / "static"),
        }
        (Path(folder) / "static").mkdir()
        collect = [sys.executable, str(ROOT / "manage.py"), "collectstatic", "--noinput", "--verbosity", "0"]
        subprocess.run(collect, cwd=ROOT, env=environment, check=True)
        web = Child(
            "web",
            [
                sys.executable, "-m", "granian", "--interface", "wsgi", "portal.wsgi:application",
                "--host", "127.0.0.1", "--port", str(port), "--workers", "2", "--blocking-threads", "1",
                "--no-access-log", "--log-level", "warning", "--working-dir", str(ROOT),
            ],
        )  # fmt: skip
        web.start(environment)
        try:
            _wait_until_ready(site, web)
            yield site
        finally:
            web.stop()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait_until_ready(site: str, web: Child) -> None:
    until = time.monotonic() + READY_SECONDS_MAX
    while time.monotonic() < until and web.is_running():
        try:
            with urllib.request.urlopen(f"{site}/health/live", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The portal did not start.")
