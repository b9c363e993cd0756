"""
Terms: words and filters as one tsquery, in PostgreSQL's spelling, letter by letter from here and never as typed.

A word is a lexeme of letters and digits; what begins with a sign is ours: ``^tin`` is a word of the title,
``=format:ONLINE`` the token of a facet. No typed word begins with a sign, so none can stand for either, not even as a
beginning.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from courses.rules import SEARCH_WORD, SEARCH_WORDS_MAX
from learners.models.folding import fold

NOTHING = "'=nothing'"  # a token no entry has


def lexeme(text: str) -> str:
    """Return a lexeme as a tsquery spells it, whatever it holds."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def any_of(parts: Iterable[str]) -> str:
    return "(" + (" | ".join(parts) or NOTHING) + ")"


def all_of(parts: Iterable[str]) -> str:
    return " & ".join(parts)


def none_of(part: str) -> str:
    return f"!({part})"


@dataclass(frozen=True, slots=True)
class Words:
    """The words asked for: an entry has every one without regard to diacritics, the last as a beginning."""

    exact: tuple[str, ...]

    @classmethod
    def typed(cls, text: str) -> "Words":
        return cls(tuple(SEARCH_WORD.findall(text.lower())[:SEARCH_WORDS_MAX]))

    def __bool__(self) -> bool:
        return bool(self.exact)

    @property
    def folded(self) -> tuple[str, ...]:
        return tuple(fold(word) for word in self.exact)

    @property
    def found(self) -> str:
        """The tsquery of what is found."""
        return all_of(_ending_open(self.folded))

    @property
    def in_title(self) -> str:
        """The same words, all of them in the title."""
        return all_of(_ending_open(self.folded, sign="^"))

    @property
    def in_title_exact(self) -> str:
        return all_of(_ending_open(self.exact, sign="^"))

    def weighted(self, weights: str) -> str:
        """The tsquery a rank is made with: the exact words in AC, the folded ones in BD."""
        words = self.exact if weights == "AC" else self.folded
        return all_of(_ending_open(words, weights=weights))


def _ending_open(words: tuple[str, ...], *, sign: str = "", weights: str = "") -> list[str]:
    """Return the words as lexemes, the last one as a beginning."""
    closed = f":{weights}" if weights else ""
    parts = [lexeme(sign + word) + closed for word in words]
    return [*parts[:-1], f"{lexeme(sign + words[-1])}:*{weights}"]
