"""`manage.py`, called by hand beside a running `make run`, takes part in it."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.environment import NO_SERVERS, PLAIN

ROOT = Path(__file__).resolve().parent.parent.parent
SET_BY_TESTS = {*PLAIN, *NO_SERVERS, "DEMO", "TESTING", "STATIC_ROOT", "MAILBOX_DIR"}


def manage(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if name not in SET_BY_TESTS}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**bare, "LOCAL_DIR": str(folder)},
        capture_output=True,
        text=True,
    )


def test_a_command_joins_the_running_portal(tmp_path: Path) -> None:
    (tmp_path / "environment.json").write_text(json.dumps({**PLAIN, **NO_SERVERS, "DEMO": "1"}), encoding="utf-8")

    done = manage("seed_demo", "--sign-ins", folder=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert "hoa@hocsuotdoi.example" in done.stdout


def test_a_command_without_a_portal_says_what_is_missing(tmp_path: Path) -> None:
    done = manage("seed_demo", "--sign-ins", folder=tmp_path)

    assert done.returncode == 1
    assert "SECRET_KEY is not set" in done.stderr
