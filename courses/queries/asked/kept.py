"""
What every process keeps in memory of tables that seldom change, and how it learns of a change.

Each process asks at most every two seconds, with one small query, how often the tables have changed, and reads again
only what has. So a change is seen by all within two seconds and a search costs no query of its own.
"""

import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from courses.models import SearchGeneration

LOOK_SECONDS = 2.0  # the promise is five
WORDS, TERMS, SKILLS = "words", "terms", "skills"
Thing = TypeVar("Thing")


class _Generations:
    """The newest numbers this process knows."""

    def __init__(self) -> None:
        self.looked_at: float | None = None
        self.numbers: dict[str, int] = {}

    def now(self) -> dict[str, int]:
        moment = time.monotonic()
        if self.looked_at is None or moment - self.looked_at > LOOK_SECONDS:
            self.numbers = dict(SearchGeneration.objects.values_list("name", "number"))
            self.looked_at = moment
        return self.numbers


_generations = _Generations()


class Kept(Generic[Thing]):
    """One thing read from tables, made again when one of its generations is newer."""

    def __init__(self, make: Callable[[], Thing], *, names: tuple[str, ...]) -> None:
        self._make = make
        self._names = names
        self._kept: tuple[Any, Thing] | None = None  # replaced as a whole: threads see the old or the new

    def get(self) -> Thing:
        numbers = _generations.now()
        wanted = tuple(numbers.get(name, 0) for name in self._names)
        kept = self._kept
        if kept is None or kept[0] != wanted:
            kept = self._kept = (wanted, self._make())
        return kept[1]

    def forget(self) -> None:
        self._kept = None


def look_again() -> None:
    """Let the next question look for newer generations at once."""
    _generations.looked_at = None
