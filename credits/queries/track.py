"""How a long question says how far it is: it hands what it works on through ``track``, and who asks may count."""

from collections.abc import Callable, Iterable
from typing import Any

Track = Callable[[str, Iterable[Any], int], Iterable[Any]]  # what is worked on, in words; the items; how many


def unseen(_words: str, items: Iterable[Any], _total: int) -> Iterable[Any]:
    """Hand the items on; nobody counts."""
    return items
