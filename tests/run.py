"""``make test``: find a browser, compile the translations, run every test on both cores."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from portal.translations import compile_all

# A file stays in one worker, for what its tests share; files begin in the order of ``conftest.LONG``.
IN_ORDER = ("--dist", "loadfile", "--no-loadscope-reorder")
ROOT = Path(__file__).resolve().parent.parent
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def find_chromium() -> str | None:
    """Return the first Chromium or Chrome of this machine; ``CHROMIUM`` in the environment goes first."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or next((path for path in APPLICATIONS if Path(path).exists()), None)


def main() -> int:
    chromium = find_chromium()
    if chromium is None:
        print(
            "The tests drive a real browser and found none: install Chromium (on Debian: apt install chromium), "
            "or set CHROMIUM to its path.",
            file=sys.stderr,
        )
        return 2
    environment = {**os.environ, "CHROMIUM": chromium}
    compile_all()
    workers = [] if {"-n0", "-n"} & set(sys.argv) else ["-n", str(min(os.cpu_count() or 1, 4)), *IN_ORDER]
    tests = [sys.executable, "-m", "pytest", *workers, *sys.argv[1:]]
    return subprocess.run(tests, cwd=ROOT, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
