"""The checks of `make check` that need our settings: migrations, deployment, translations, compose, Dockerfile."""

import os
import subprocess
import sys
from pathlib import Path

from tests.environment import NO_SERVERS, PLAIN

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
BIN = Path(PYTHON).parent
PRODUCTION = {
    **PLAIN,
    **NO_SERVERS,
    "SECRET_KEY": "Zr4u7x!A%D*G-KaPdSgVkYp3s6v9y$B&E)H+MbQeThWmZq4t7w!z%C*F-J@NcRfU",
    "SITE_URL": "https://hocsuotdoi.example",
    "EMAIL_URL": "smtp://127.0.0.1:25",
}

CHECKS: tuple[tuple[str, list[str], dict[str, str]], ...] = (
    # -W ignore: without a database Django warns that it could not compare the history; the models are compared.
    ("missing migrations", [PYTHON, "-W", "ignore", "manage.py", "makemigrations", "--check", "--dry-run"], PRODUCTION),
    ("deployment", [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
    ("translations", [PYTHON, "manage.py", "translations", "check"], PRODUCTION),
    ("types", [PYTHON, "-m", "mypy"], PRODUCTION),  # its Django plugin reads the settings
    (
        "docker-compose.yml",
        [str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"],
        {},
    ),
    ("Dockerfile", [str(BIN / "hadolint"), "Dockerfile"], {}),
)


def main() -> int:
    failed = []
    for name, command, environment in CHECKS:
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True)
        if done.returncode != 0:
            failed.append(name)
            print(f"{name}:\n{done.stdout}{done.stderr}", file=sys.stderr)
    print(f"{len(CHECKS) - len(failed)} of {len(CHECKS)} checks of settings and files passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
