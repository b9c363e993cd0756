"""The files the demonstration world is written in: ``portal/demo``."""

from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

FOLDER: Path = settings.BASE_DIR / "portal" / "demo"
WEEKDAYS = {day: number for number, day in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), start=1)}


def read_yaml(name: str) -> dict[str, Any]:
    return parsed((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def parsed(text: str) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where it is built in
    loaded: dict[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506 -- both are safe loaders
    return loaded
