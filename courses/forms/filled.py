"""Texts of a form with figures in them, in the language of who reads them: ``%`` would settle it when Python begins."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise, lazy


def _filled(text: Promise, figures: Mapping[str, int]) -> str:
    return str(text) % figures


_lazily = lazy(_filled, str)


def filled(text: Any, **figures: int) -> Any:
    """Return a lazily translated text with the figures in place of its ``%(names)s``, as lazily."""
    return _lazily(text, figures)
