"""Settings stop the start with one sentence, and every one of them is documented."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environment import NO_SERVERS, PLAIN

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD = {**PLAIN, **NO_SERVERS, "EMAIL_URL": "smtp://127.0.0.1:25"}


def start(changes: dict[str, str]) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={**environment, **GOOD, **changes},
        capture_output=True,
        text=True,
    )


def test_good_settings_start() -> None:
    assert start({}).returncode == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("STATEMENT_SIGNING_KEY", ""),
        ("STATEMENT_SIGNING_KEY", "g" * 64),
        ("STATEMENT_SIGNING_KEYS_OLD", "x" * 43 + ",short"),
        ("SITE_URL", ""),
        ("SITE_URL", "hocsuotdoi.example"),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "sqlite:///x"),
        ("REDIS_URL", ""),
        ("EMAIL_URL", ""),
        ("OIDC_PROVIDERS", "google"),
        ("OIDC_PROVIDERS", '[{"id": "google"}]'),
        ("OIDC_PROVIDERS", '[{"id": "g", "name": "G", "server_url": "http://g", "client_id": "c", "secret": "s"}]'),
        ("SMS_GATEWAY_URL", "http://gateway.example/"),
        ("DESK_SECOND_STEP", "yes"),
        ("DEBUG", "yes"),
        ("DEMO", "true"),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(name: str, value: str) -> None:
    answer = start({name: value})

    assert answer.returncode != 0
    assert name in answer.stderr
    assert "Traceback" not in answer.stderr


def test_every_setting_read_from_the_environment_is_documented() -> None:
    settings = (ROOT / "portal" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'(?:env\.\w+|required|switch)\(\s*"([A-Z_]+)"', settings)) - {"TESTING", "MAILBOX_DIR"}
    documented = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))

    assert read - documented == set()
