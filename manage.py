#!/usr/bin/env python
"""Django's entry point."""

import json
import os
import sys
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

# The serving role may not create tables, so what changes the schema connects as the owner.
OWNER_COMMANDS = {"migrate", "createcachetable", "dbshell"}


def join_running_portal() -> None:
    """Take the environment of the portal that `make run` started from this folder, unless one is set."""
    local = Path(os.environ.get("LOCAL_DIR", Path(__file__).resolve().parent / ".local"))
    if "DATABASE_URL" not in os.environ and (local / "environment.json").is_file():
        os.environ.update(json.loads((local / "environment.json").read_text(encoding="utf-8")))


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    join_running_portal()
    owner_url = os.environ.get("DATABASE_OWNER_URL")
    if owner_url and OWNER_COMMANDS & set(sys.argv[1:2]):
        os.environ["DATABASE_URL"] = owner_url
    try:
        settings.INSTALLED_APPS  # noqa: B018 -- reads the settings now, so that a missing one is said in one sentence
    except ImproperlyConfigured as reason:
        sys.exit(str(reason))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
